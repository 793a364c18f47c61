"""What is said of what is added to a running job, and of who owes for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.bookings.models import AddedExtra, Booking
from apps.bookings.notices import _link, _performers_and_owner, _send, _to_business, _to_customer
from apps.core.money import Money
from apps.notifications import kinds


def tell_added(booking: Booking, added: Sequence[AddedExtra], *, at: datetime) -> None:
    """The customer knows what was added and what it comes to, and that it can be refused."""
    told = {**_items(booking, added), "total": _bill(booking), "refuse_url": _link(booking, "extras")}
    _send(at, _to_customer(booking, kinds.EXTRA_ADDED, told, key=str(added[0].pk)))


def tell_refused(booking: Booking, extra: AddedExtra, *, at: datetime) -> None:
    """Whoever does the job, and the owner, know that the customer does not take it."""
    told = {**_items(booking, [extra]), "total": _bill(booking)}
    people = _performers_and_owner(booking)
    _send(at, *_to_business(booking, kinds.EXTRA_REFUSED, people, told, key=str(extra.pk)))


def tell_payment_required(booking: Booking, due: Sequence[AddedExtra], *, at: datetime) -> None:
    """The customer knows what is to be paid, and until when that keeps nobody from booking."""
    told = {**_items(booking, due), "pay_url": _link(booking, "extras"), "pay_until": due[0].block_at}
    _send(at, _to_customer(booking, kinds.PAYMENT_REQUIRED, told))


def tell_waived(booking: Booking, extra: AddedExtra, *, at: datetime) -> None:
    """The customer knows that nothing is asked for it."""
    told = {**_items(booking, [extra]), "reason": extra.waive_reason}
    _send(at, _to_customer(booking, kinds.EXTRA_WAIVED, told, key=str(extra.pk)))


def tell_blocked(booking: Booking, due: Sequence[AddedExtra], *, at: datetime) -> None:
    """The customer knows what keeps them from booking, and the owner that it is unpaid."""
    told = {**_items(booking, due), "pay_url": _link(booking, "extras")}
    unpaid = _items(booking, due)
    _send(
        at,
        _to_customer(booking, kinds.EXTRA_OVERDUE, told),
        *_to_business(booking, kinds.EXTRA_OVERDUE_BUSINESS, [booking.business.owner_id], unpaid),
    )


def _items(booking: Booking, extras: Sequence[AddedExtra]) -> dict[str, Any]:
    return {
        "items": ", ".join(str(extra) for extra in extras),
        "amount": Money(sum(extra.amount_minor for extra in extras), booking.currency),
    }


def _bill(booking: Booking) -> Money:
    return Money(booking.bill_minor, booking.currency)
