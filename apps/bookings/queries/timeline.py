"""Everything that happened to a booking, in order."""

from dataclasses import dataclass
from datetime import datetime

from apps.bookings.models import Booking
from apps.bookings.states import Party
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.payments.models import Refund
from apps.payments.states import RefundStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """One thing that happened; a change of the booking says from which state to which, money says how much."""

    at: datetime
    what: str
    acting_as: str = Party.SYSTEM.value
    by: str = ""
    from_status: str = ""
    to_status: str = ""
    starts_at: datetime | None = None
    reason: str = ""
    amount_minor: int | None = None


def timeline_of(booking: Booking, *, for_business: bool) -> list[TimelineEntry]:
    """Changes of the booking and of its money. Only the business's side reads who of the business acted."""
    entries = [*_changes(booking, for_business=for_business), *_money(booking), *_refunds(booking)]
    return sorted(entries, key=lambda entry: entry.at)


def _changes(booking: Booking, *, for_business: bool) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=row.at,
            what=row.change,
            acting_as=row.acting_as,
            by=row.by.name if row.by and (for_business or row.acting_as == Party.CUSTOMER) else "",
            from_status=row.from_status,
            to_status=row.to_status,
            starts_at=row.starts_at,
            # Why somebody of the business declined is the business's own
            reason=row.reason if for_business or row.change != "decline" else "",
        )
        for row in booking.history.select_related("by").order_by("number")
    ]


def _money(booking: Booking) -> list[TimelineEntry]:
    entries = []
    for hold in EscrowHold.objects.of_unit("BOOKING", booking.pk).order_by("funded_at"):
        entries.append(TimelineEntry(at=hold.funded_at, what="paid", amount_minor=hold.gross_minor))
        if hold.clearance_started_at is not None:
            entries.append(TimelineEntry(at=hold.clearance_started_at, what="clearance-started"))
        if hold.frozen_at is not None:
            entries.append(TimelineEntry(at=hold.frozen_at, what="frozen", reason=hold.frozen_reason))
        if hold.state == HoldState.RELEASED and hold.settled_at is not None:
            entries.append(TimelineEntry(at=hold.settled_at, what="released", amount_minor=hold.released_minor))
    return entries


def _refunds(booking: Booking) -> list[TimelineEntry]:
    refunds = Refund.objects.filter(
        allocation__item_type="BOOKING", allocation__item_id=booking.pk, status=RefundStatus.SUCCEEDED
    )
    return [
        TimelineEntry(at=refund.completed_at, what="refunded", amount_minor=refund.amount_minor, reason=refund.reason)
        for refund in refunds.order_by("completed_at", "pk")
    ]
