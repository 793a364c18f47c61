from apps.notifications.notices import CalendarFile, DocumentFile, Notice, Subject
from apps.notifications.operations.announce import announce_new
from apps.notifications.operations.fall_back import fall_back_to_sms
from apps.notifications.operations.forget import forget_person
from apps.notifications.operations.hear_back import record_opened, record_returned, suppress_address
from apps.notifications.operations.notify import notify, notify_many
from apps.notifications.operations.prefer import set_preferences
from apps.notifications.operations.read import mark_all_read, mark_read
from apps.notifications.operations.resend import allow_address, resend_delivery
from apps.notifications.operations.send import send_due
from apps.notifications.operations.try_words import example_words, send_test
from apps.notifications.operations.unsubscribe import unsubscribe
from apps.notifications.operations.word import change_words, sync_templates
from apps.notifications.operations.write import write_to

__all__ = [
    "CalendarFile",
    "DocumentFile",
    "Notice",
    "Subject",
    "allow_address",
    "announce_new",
    "change_words",
    "example_words",
    "fall_back_to_sms",
    "forget_person",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "record_opened",
    "record_returned",
    "resend_delivery",
    "send_due",
    "send_test",
    "set_preferences",
    "suppress_address",
    "sync_templates",
    "unsubscribe",
    "write_to",
]
