"""Kinds about bookings that change: moved, declined, replaced. ``…_business`` goes to the owner, the desk or the staff."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.bookings import LINKS, for_business, for_customer
from apps.notifications.kinds.registry import Kind, moment, money, number, register, text, url
from apps.notifications.states import Audience, Channel, Priority

_REFUND = {"refund": money(Money(250_000, "NGN"), required=False)}
_WAS = {"starts_from": moment(datetime(2026, 11, 19, 9, 0, tzinfo=UTC)), "moved_by": text("Serenity Spa")}
_CHOOSE = {"choose_url": url("https://guild.example/bookings/KM4TQ7XR/recovery")}
_DECLINED = {"declined_by": text("Chidi Okafor"), "reason": text("ill")}
_ANSWER_BY = {"answer_by": moment(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))}
_STAFF = {"staff_name": text("Ngozi Eze")}
_REPLACEMENT = {"replacement_name": text("Ngozi Eze")}

BOOKING_RESCHEDULED = register(for_customer("booking_rescheduled", "Booking moved", **_WAS, **LINKS))
BOOKING_RESCHEDULED_BUSINESS = register(for_business("booking_rescheduled_business", "A booking has moved", **_WAS))
BOOKING_DECLINED = register(
    replace(
        for_customer("booking_declined", "Your booking needs another person or time", **_CHOOSE, **_ANSWER_BY),
        priority=Priority.HIGH,
    )
)
BOOKING_REPLACEMENT_OFFERED = register(
    replace(
        for_customer(
            "booking_replacement_offered",
            "A replacement is offered",
            **_CHOOSE,
            **_ANSWER_BY,
            **_REPLACEMENT,
            **_REFUND,
        ),
        priority=Priority.HIGH,
    )
)
BOOKING_DECLINED_BUSINESS = register(
    for_business("booking_declined_business", "A booking was declined", **_DECLINED, **_REPLACEMENT)
)
BOOKING_NO_REPLACEMENT = register(
    replace(
        for_business("booking_no_replacement", "Nobody is free for a declined booking", **_DECLINED),
        priority=Priority.HIGH,
    )
)
BOOKING_AT_RISK = register(
    replace(
        for_business("booking_at_risk", "A customer has not answered", **_REPLACEMENT, **_ANSWER_BY),
        priority=Priority.HIGH,
    )
)
BOOKING_TAKEN_OFF = register(for_business("booking_taken_off", "A job is no longer yours"))
BOOKING_HANDED_OVER = register(
    for_customer("booking_handed_over", "Somebody else does your booking", **_REFUND, **_STAFF)
)
BOOKING_HANDED_OVER_BUSINESS = register(
    for_business(
        "booking_handed_over_business",
        "A job has a new person",
        **_STAFF,
        special_requests=text("Ring twice.", required=False),
    )
)
RANKING_REVIEW = register(
    Kind(
        name="ranking_review",
        label="Under Ranking Review",
        audience=Audience.BUSINESSES,
        channels=(Channel.EMAIL, Channel.PUSH),
        variables={
            "business_name": text("Serenity Spa"),
            "staff_name": text("Chidi Okafor"),
            "declines": number(4),
            "clears_at": moment(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
            "time_zone": text("Africa/Lagos"),
        },
    )
)
