"""Kinds about what is added to a running job."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.core.money import Money
from apps.notifications.kinds.bookings import for_business, for_customer
from apps.notifications.kinds.registry import moment, money, register, text, url
from apps.notifications.states import Category, Priority

_ITEMS = {"items": text("1 × Hot stones, 2 × Massage oil"), "amount": money(Money(250_000, "NGN"))}
_TOTAL = {"total": money(Money(750_000, "NGN"))}
_PAY = {"pay_url": url("https://guild.example/bookings/KM4TQ7XR/extras")}

EXTRA_ADDED = register(
    replace(
        for_customer(
            "extra_added",
            "Something was added to your job",
            **_ITEMS,
            **_TOTAL,
            refuse_url=url("https://guild.example/bookings/KM4TQ7XR/extras"),
        ),
        category=Category.MONEY,
        priority=Priority.HIGH,
    )
)
EXTRA_REFUSED = register(
    replace(
        for_business("extra_refused", "A customer refused something added", **_ITEMS, **_TOTAL), priority=Priority.HIGH
    )
)
PAYMENT_REQUIRED = register(
    replace(
        for_customer(
            "payment_required",
            "Payment Required",
            **_ITEMS,
            **_PAY,
            pay_until=moment(datetime(2026, 11, 27, 10, 0, tzinfo=UTC)),
        ),
        category=Category.MONEY,
        priority=Priority.HIGH,
    )
)
EXTRA_WAIVED = register(
    replace(
        for_customer("extra_waived", "Something is not charged", **_ITEMS, reason=text("With our apologies.")),
        category=Category.MONEY,
    )
)
EXTRA_OVERDUE = register(
    replace(
        for_customer("extra_overdue", "An unpaid amount blocks new bookings", **_ITEMS, **_PAY),
        category=Category.MONEY,
        priority=Priority.HIGH,
    )
)
EXTRA_OVERDUE_BUSINESS = register(
    for_business("extra_overdue_business", "A customer has not paid for what was added", **_ITEMS)
)
