import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.errors import UnknownVariable
from apps.notifications.models import DeliveryLog, Notification, Preference
from apps.notifications.operations import CalendarFile, Notice, Subject, notify, notify_many
from apps.notifications.states import Channel

pytestmark = pytest.mark.django_db

PAYMENT = {"amount": Money(500_000, "NGN"), "payment_reference": "PAY-1", "description": "Massage"}


@pytest.fixture
def ada():
    return User.objects.create_user(email="ada@example.com", first_name="Ada")


def about(reference="KM4TQ7XR"):
    return Subject(type="booking", id=str(uuid4()), reference=reference)


def test_notify_writes_the_notification_and_a_delivery_per_channel(ada, now):
    subject = about()

    key = notify(user=ada, kind=kinds.PAYMENT_FAILED, context=PAYMENT, subject=subject, at=now)

    notification = Notification.objects.get()
    assert notification.pk == key
    assert notification.user == ada
    assert notification.notification_type == "payment_failed"
    assert notification.context["amount"] == {"amount_minor": 500_000, "currency": "NGN"}
    assert (notification.subject_type, notification.subject_id) == ("booking", subject.id)
    assert notification.subject_reference == "KM4TQ7XR"
    assert notification.created_at == now
    deliveries = DeliveryLog.objects.filter(notification=notification)
    assert set(deliveries.values_list("channel", "state", "next_attempt_at")) == {
        (Channel.EMAIL, "PENDING", now),
        (Channel.PUSH, "PENDING", now),
    }


def test_notify_of_a_model_takes_its_key_and_type(ada, now):
    notify(user=ada, kind=kinds.WELCOME, context={}, subject=ada, at=now)

    assert list(Notification.objects.values_list("subject_type", "subject_id")) == [("user", str(ada.pk))]


def test_notify_many_takes_one_query_for_any_number(now, django_assert_num_queries):
    people = [User.objects.create_user(email=f"p{number}@example.com") for number in range(40)]

    with django_assert_num_queries(1):
        made = notify_many([Notice(kind=kinds.WELCOME, user=person) for person in people], at=now)

    assert len(made) == 40
    assert DeliveryLog.objects.count() == 40


def test_nobody_is_told_twice_of_the_same(ada, now):
    subject = about()
    first = notify(user=ada, kind=kinds.PAYMENT_FAILED, context=PAYMENT, subject=subject, at=now)

    again = notify(user=ada, kind=kinds.PAYMENT_FAILED, context=PAYMENT, subject=subject, at=now)
    other = notify(user=ada, kind=kinds.PAYMENT_FAILED, context=PAYMENT, subject=subject, dedupe_key="second", at=now)

    assert (first is not None, again, other is not None) == (True, None, True)
    assert Notification.objects.count() == 2
    assert DeliveryLog.objects.count() == 4


def test_one_call_that_names_a_person_twice_tells_them_once(ada, now):
    notices = [Notice(kind=kinds.WELCOME, user=ada, dedupe_key="welcome")] * 3

    assert len(notify_many(notices, at=now)) == 1
    assert Notification.objects.count() == 1


def test_without_a_subject_each_call_is_its_own_event(ada, now):
    for _ in range(2):
        notify(user=ada, kind=kinds.WELCOME, context={}, at=now)

    assert Notification.objects.count() == 2


def test_what_is_muted_is_not_delivered_there(ada, now):
    for channel in (Channel.EMAIL, Channel.DASHBOARD):
        Preference.objects.create(user=ada, notification_type="booking_started", channel=channel, is_enabled=False)
        Preference.objects.create(user=ada, notification_type="payment_failed", channel=channel, is_enabled=False)
    job = {
        "reference": "K", "service_name": "Massage", "business_name": "Spa", "starts_at": now, "ends_at": now,
        "time_zone": "Africa/Lagos",
    }  # fmt: skip

    notify(user=ada, kind=kinds.BOOKING_STARTED, context=job, at=now)
    notify(user=ada, kind=kinds.PAYMENT_FAILED, context=PAYMENT, at=now)

    assert dict(Notification.objects.values_list("notification_type", "on_dashboard")) == {
        "booking_started": False,
        "payment_failed": True,
    }
    assert set(DeliveryLog.objects.values_list("notification__notification_type", "channel")) == {
        ("booking_started", Channel.PUSH),
        ("payment_failed", Channel.PUSH),
    }


def test_an_essential_kind_cannot_be_muted(ada, now):
    Preference.objects.create(user=ada, notification_type="password_changed", channel=Channel.EMAIL, is_enabled=False)

    notify(user=ada, kind=kinds.PASSWORD_CHANGED, context={"changed_at": now}, at=now)

    assert DeliveryLog.objects.get().channel == Channel.EMAIL


def test_somebody_without_an_account_is_told_by_address(now):
    context = {
        "business_name": "Spa", "inviter_name": "Bola", "role_label": "staff", "accept_url": "https://x.example/a",
        "expires_at": now,
    }  # fmt: skip

    notify(to_email="New@Example.com", kind=kinds.MEMBER_INVITED, context=context, dedupe_key="m1", at=now)

    notification = Notification.objects.get()
    assert (notification.user, notification.to_email, notification.recipient) == (
        None,
        "New@Example.com",
        "new@example.com",
    )
    assert notification.on_dashboard is False
    assert DeliveryLog.objects.get().channel == Channel.EMAIL


def test_secrets_are_ciphertext_in_the_row(ada, now):
    notify(user=ada, kind=kinds.ONE_TIME_CODE, context={"code": "482913", "minutes": 5}, at=now)

    assert "482913" not in str(Notification.objects.get().context)


def test_attachments_are_stored_as_a_description(ada, now):
    file = CalendarFile(uid="b-1", summary="Massage", starts_at=now, ends_at=now)

    notify(user=ada, kind=kinds.WELCOME, context={}, attachments=[file], at=now)

    assert Notification.objects.get().attachments[0]["uid"] == "b-1"


@pytest.mark.parametrize(
    ("context", "error"),
    [
        ({**PAYMENT, "colour": "red"}, UnknownVariable),
        ({**PAYMENT, "amount": 5000}, TypeError),
        ({**PAYMENT, "reason": b"x"}, TypeError),
    ],
)
def test_a_context_that_does_not_fit_is_refused(ada, now, context, error):
    with pytest.raises(error):
        notify(user=ada, kind=kinds.PAYMENT_FAILED, context=context, at=now)

    assert not Notification.objects.exists()


def test_a_naive_moment_is_refused(ada, now):
    with pytest.raises(TypeError):
        notify(user=ada, kind=kinds.PASSWORD_CHANGED, context={"changed_at": datetime(2026, 1, 1)}, at=now)  # noqa: DTZ001


def test_a_notice_to_nobody_is_refused(now):
    with pytest.raises(ValueError, match="nobody"):
        notify(kind=kinds.WELCOME, context={}, at=now)


@pytest.mark.django_db(transaction=True)
def test_notify_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        notify(kind=kinds.WELCOME, context={}, to_email="a@example.com", at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_notices_of_one_event_tell_each_person_once(now):
    people = [User.objects.create_user(email=f"p{number}@example.com") for number in range(5)]
    barrier = threading.Barrier(8)
    made: list[int] = []

    def tell(backwards):
        try:
            notices = [Notice(kind=kinds.WELCOME, user=person.pk, dedupe_key="welcome") for person in people]
            barrier.wait()
            for _ in range(5):
                with transaction.atomic():
                    made.append(len(notify_many(notices[::-1] if backwards else notices, at=now)))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell, args=(number % 2,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 40
    assert sum(made) == 5
    assert Notification.objects.count() == DeliveryLog.objects.count() == 5


def test_a_notice_may_go_to_some_of_its_kinds_channels_and_only_as_long_as_it_is_of_use(ada, now):
    until = now.replace(hour=23)
    notice = Notice(
        kind=kinds.PAYMENT_FAILED, user=ada, context=PAYMENT, channels=(Channel.PUSH,), useful_until=until
    )  # fmt: skip

    notify_many([notice], at=now)

    assert list(DeliveryLog.objects.values_list("channel", "expires_at")) == [(Channel.PUSH, until)]


def test_a_notice_does_not_go_where_its_kind_never_goes(ada, now):
    notice = Notice(kind=kinds.PAYMENT_FAILED, user=ada, context=PAYMENT, channels=(Channel.SMS,))

    with pytest.raises(ValueError, match="payment_failed does not go to SMS"):
        notify_many([notice], at=now)

    assert not Notification.objects.exists()
