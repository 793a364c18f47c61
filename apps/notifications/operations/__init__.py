from apps.notifications.notices import CalendarFile, Notice, Subject
from apps.notifications.operations.notify import notify, notify_many

__all__ = ["CalendarFile", "Notice", "Subject", "notify", "notify_many"]
