"""Kinds about bookings. ``…_business`` goes to the desk, the owner or the staff; the one without to the customer."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.registry import Kind, Variable, moment, money, number, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_END = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
_REASON = {"reason": text("The room is closed that day.")}
_OPTIONAL_REASON = {"reason": text("Plans have changed.", required=False)}
_REFUND = {
    "refund": money(Money(500_000, "NGN"), required=False),
    "package_name": text("Five massages", required=False),
}
_JOB: dict[str, Variable] = {
    "reference": text("KM4TQ7XR"),
    "service_name": text("Deep tissue massage"),
    "business_name": text("Serenity Spa"),
    "starts_at": moment(_START),
    "ends_at": moment(_END),
    "time_zone": text("Africa/Lagos"),
    "staff_name": text("Chidi Okafor", required=False),
    "place": text("14 Admiralty Way, Lekki", required=False),
    "manage_url": url("https://guild.example/bookings/KM4TQ7XR", required=False),
}
_WITH_CUSTOMER = {**_JOB, "customer_name": text("Ada Obi")}
_EMAIL_PUSH = (Channel.EMAIL, Channel.PUSH)


def for_customer(name: str, label: str, **more: Variable) -> Kind:
    """A kind that tells the customer of a booking."""
    return Kind(name=name, label=label, audience=Audience.CUSTOMERS, channels=_EMAIL_PUSH, variables={**_JOB, **more})


def for_business(name: str, label: str, **more: Variable) -> Kind:
    """A kind that tells people of the business of a booking."""
    variables = {**_WITH_CUSTOMER, **more}
    return Kind(name=name, label=label, audience=Audience.BUSINESSES, channels=_EMAIL_PUSH, variables=variables)


def _for_ops(name: str, label: str, **more: Variable) -> Kind:
    kind = for_business(name, label, **more)
    return replace(kind, audience=Audience.OPS, channels=(Channel.EMAIL,), priority=Priority.HIGH)


_TOTAL = {"total": money(Money(500_000, "NGN"), required=False)}
_PAY = {
    "pay_url": url("https://guild.example/pay/KM4TQ7XR", required=False),
    "pay_until": moment(datetime(2026, 11, 18, 9, 30, tzinfo=UTC), required=False),
}
LINKS = {
    "cancel_url": url("https://guild.example/appointment/?token=abc", required=False, secret=True),
    "reschedule_url": url("https://guild.example/appointment/?token=def", required=False, secret=True),
}
_REQUESTS = {"special_requests": text("Ground floor, please.", required=False)}
_MINUTES_LATE = {"minutes_late": number(25)}
_RELEASE = {
    "release_at": moment(datetime(2026, 11, 21, 10, 0, tzinfo=UTC), required=False),
    "confirm_url": url("https://guild.example/bookings/KM4TQ7XR/release", required=False),
}
_CANCELLED_BY = {"cancelled_by": text("Serenity Spa")}

_SESSIONS = {"sessions": number(8, required=False)}  # of a course, whose first session is when

BOOKING_CREATED = register(for_customer("booking_created", "Booking made", **_TOTAL, **_PAY, **_SESSIONS))
BOOKING_CREATED_BUSINESS = register(
    for_business("booking_created_business", "New booking", **_TOTAL, **_REQUESTS, **_SESSIONS),
)
BOOKING_APPROVED = register(for_customer("booking_approved", "Booking approved", **_TOTAL, **LINKS, **_SESSIONS))
BOOKING_CONFIRMED = register(for_customer("booking_confirmed", "Booking confirmed", **_TOTAL, **LINKS, **_SESSIONS))
BOOKING_CONFIRMED_BUSINESS = register(
    for_business("booking_confirmed_business", "A booking is confirmed", **_TOTAL, **_REQUESTS, **_SESSIONS),
)
BOOKING_AWAITS_APPROVAL = register(
    replace(
        for_business(
            "booking_awaits_approval", "A paid booking awaits your approval", **_TOTAL, **_REQUESTS, **_SESSIONS
        ),
        priority=Priority.HIGH,
    )
)
BOOKING_REJECTED = register(for_customer("booking_rejected", "Booking rejected", **_REASON, **_REFUND, **_SESSIONS))
BOOKING_CANCELLED = register(
    for_customer("booking_cancelled", "Booking cancelled", **_CANCELLED_BY, **_OPTIONAL_REASON, **_REFUND, **_SESSIONS)
)
BOOKING_CANCELLED_BUSINESS = register(
    for_business(
        "booking_cancelled_business", "A booking was cancelled", **_CANCELLED_BY, **_OPTIONAL_REASON, **_SESSIONS
    )
)
BOOKING_EXPIRED = register(for_customer("booking_expired", "Booking expired", **_SESSIONS))
BOOKING_EXPIRED_BUSINESS = register(for_business("booking_expired_business", "A booking was not paid", **_SESSIONS))
BOOKING_REMINDER = register(for_customer("booking_reminder", "Reminder of an appointment"))
BOOKING_REMINDER_BUSINESS = register(for_business("booking_reminder_business", "Reminder of a job", **_REQUESTS))
SESSION_REMINDER = register(
    Kind(
        name="session_reminder",
        label="Reminder of a session, with everybody who comes",
        audience=Audience.BUSINESSES,
        channels=_EMAIL_PUSH,
        variables={
            "service_name": text("Yoga for beginners"),
            "business_name": text("Serenity Spa"),
            "starts_at": moment(_START),
            "ends_at": moment(_END),
            "time_zone": text("Africa/Lagos"),
            "seats": number(2),
            "participants": text("Ada Obi, Bola Ade", required=False),
            "manage_url": url("https://guild.example/sessions/0193"),
        },
    )
)
BOOKING_STARTED = register(
    replace(for_customer("booking_started", "Your appointment has started"), channels=(Channel.PUSH,))
)
BOOKING_COMPLETED = register(for_customer("booking_completed", "Your appointment is complete", **_TOTAL, **_RELEASE))
BOOKING_COMPLETED_BUSINESS = register(
    for_business("booking_completed_business", "A job is complete", **_TOTAL, **_RELEASE)
)
REVIEW_REQUEST = register(
    replace(
        for_customer("review_request", "How was it?", review_url=url("https://guild.example/review/KM4TQ7XR")),
        category=Category.MARKETING,
        channels=(Channel.EMAIL,),
        priority=Priority.LOW,
    )
)
WAITING_LIST_SEAT = register(
    Kind(
        name="waiting_list_seat",
        label="A seat has come free",
        audience=Audience.CUSTOMERS,
        channels=(Channel.EMAIL, Channel.PUSH, Channel.SMS),
        priority=Priority.HIGH,
        variables={
            "service_name": text("Yoga for beginners"),
            "business_name": text("Serenity Spa"),
            "starts_at": moment(_START),
            "ends_at": moment(_END),
            "time_zone": text("Africa/Lagos"),
            "answer_by": moment(datetime(2026, 11, 19, 9, 30, tzinfo=UTC)),
            "accept_url": url("https://guild.example/sessions/0193/seat"),
        },
    )
)
BOOKING_NEVER_STARTED = register(
    replace(
        for_business("booking_never_started", "A job has not been started", **_MINUTES_LATE), priority=Priority.HIGH
    )
)
BOOKING_NEVER_STARTED_OPS = register(_for_ops("booking_never_started_ops", "A job was never started", **_MINUTES_LATE))
BOOKING_NEVER_COMPLETED = register(
    replace(
        for_business("booking_never_completed", "A job has not been completed", **_MINUTES_LATE),
        priority=Priority.HIGH,
    )
)
BOOKING_NEVER_COMPLETED_OPS = register(
    _for_ops("booking_never_completed_ops", "A job was never completed", **_MINUTES_LATE)
)
BOOKING_OVERRUN = register(
    replace(for_customer("booking_overrun", "Your appointment may start late", **_MINUTES_LATE), priority=Priority.HIGH)
)
BOOKING_OVERRUN_BUSINESS = register(
    replace(
        for_business("booking_overrun_business", "A job runs into the next one", **_MINUTES_LATE),
        priority=Priority.HIGH,
    )
)
