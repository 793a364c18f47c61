"""Everything that happened to a booking, in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.bookings.models import Booking
from apps.bookings.states import Party
from apps.disputes.queries import disputes_about
from apps.disputes.states import DisputeState
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState
from apps.packages.queries import USE
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


def timeline_of(booking: Booking, *, for_business: bool, alarms_of: UUID | None = None) -> list[TimelineEntry]:
    """Changes of the booking and of its money. Only the business's side reads who of the business acted.

    Alarms are for the desk and operations; with ``alarms_of``, those of this person alone, since one may be about the
    other side.
    """
    entries = [
        *_changes(booking, for_business=for_business),
        *_reveals(booking, for_business=for_business),
        *_extras(booking, for_business=for_business),
        *_tips(booking),
        *_alarms(booking, of=alarms_of),
        *_use(booking),
        *_money(booking),
        *_refunds(booking),
        *_disputes(booking),
    ]
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


def _reveals(booking: Booking, *, for_business: bool) -> list[TimelineEntry]:
    """Both sides read that the customer's contact was used; the customer, that it was somebody of the business."""
    return [
        TimelineEntry(
            at=row.at, what="contact", acting_as=row.acting_as, by=row.by.name if for_business else "",
            reason=": ".join(part for part in (str(row.channel), row.reason) if part),
        )
        for row in booking.reveals.select_related("by")
    ]  # fmt: skip


def _extras(booking: Booking, *, for_business: bool) -> list[TimelineEntry]:
    """What was added, refused, billed, paid, waived and given back."""
    entries = []
    for added in booking.added_extras.select_related("added_by", "waived_by"):
        told = {"reason": str(added), "amount_minor": added.amount_minor}
        by = added.added_by.name if for_business else ""
        entries.append(TimelineEntry(at=added.added_at, what="extra-added", acting_as=added.added_as, by=by, **told))
        for what, at in (
            ("extra-due", added.due_at), ("extra-paid", added.paid_at), ("extra-returned", added.returned_at),
        ):  # fmt: skip
            if at is not None:
                entries.append(TimelineEntry(at=at, what=what, **told))
        if added.refused_at is not None:
            entries.append(TimelineEntry(at=added.refused_at, what="extra-refused", acting_as=Party.CUSTOMER, **told))
        if added.waived_at is not None:
            why = {**told, "reason": f"{added}: {added.waive_reason}"}
            entries.append(TimelineEntry(at=added.waived_at, what="extra-waived", acting_as=Party.DESK, **why))
    return entries


def _tips(booking: Booking) -> list[TimelineEntry]:
    """What was given on top, and to whom."""
    return [
        TimelineEntry(
            at=tip.paid_at, what="tip", acting_as=Party.CUSTOMER, reason=tip.staff_member.display_name,
            amount_minor=tip.amount_minor,
        )
        for tip in booking.tips.select_related("staff_member")
        if tip.paid_at is not None
    ]  # fmt: skip


def _alarms(booking: Booking, *, of: UUID | None) -> list[TimelineEntry]:
    alarms = booking.alarms.select_related("raised_by", "acknowledged_by")
    entries = []
    for alarm in alarms if of is None else alarms.filter(raised_by_id=of):
        entries.append(
            TimelineEntry(
                at=alarm.raised_at, what="sos", acting_as=alarm.raised_as, by=alarm.raised_by.name, reason=alarm.note
            )
        )
        if alarm.acknowledged_at is not None:
            entries.append(
                TimelineEntry(
                    at=alarm.acknowledged_at, what="sos-acknowledged", acting_as=alarm.acknowledged_as,
                    by=alarm.acknowledged_by.name if of is None else "",
                )
            )  # fmt: skip
    return entries


def _use(booking: Booking) -> list[TimelineEntry]:
    """A use of a package was spent on it, and perhaps went back."""
    if booking.package_use_id is None:
        return []
    told: dict[str, Any] = {"reason": booking.package_use.purchase.title, "amount_minor": booking.covered_minor}
    entries = [TimelineEntry(at=booking.created_at, what="package-use", acting_as=Party.CUSTOMER, **told)]
    if booking.use_returned_at is not None:
        entries.append(TimelineEntry(at=booking.use_returned_at, what="package-use-returned", **told))
    return entries


def _money(booking: Booking) -> list[TimelineEntry]:
    entries = []
    if booking.cash_at is not None:
        entries.append(
            TimelineEntry(
                at=booking.cash_at, what="paid-in-cash", acting_as=Party.DESK, amount_minor=booking.total_minor
            )
        )
    holds = list(EscrowHold.objects.of_unit("BOOKING", booking.pk).order_by("funded_at"))
    if booking.has_use:
        holds += EscrowHold.objects.of_unit(USE, booking.package_use_id).order_by("funded_at")
    for hold in holds:
        if hold.unit_type != USE:
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


def _disputes(booking: Booking) -> list[TimelineEntry]:
    """What the customer objected to, and how it ended."""
    entries = []
    for dispute in disputes_about("BOOKING", booking.pk):
        entries.append(
            TimelineEntry(
                at=dispute.opened_at, what="dispute-opened", acting_as=Party.CUSTOMER, reason=dispute.note,
                amount_minor=dispute.frozen_minor,
            )
        )  # fmt: skip
        ended = {
            DisputeState.DECIDED: ("dispute-decided", Party.OPS, dispute.decided_reason, dispute.refund_minor),
            DisputeState.WITHDRAWN: ("dispute-withdrawn", Party.CUSTOMER, "", None),
            DisputeState.OVERTAKEN: ("dispute-overtaken", Party.SYSTEM, "", None),
        }.get(DisputeState(dispute.state))
        if ended is not None and dispute.ended_at is not None:
            what, party, reason, back = ended
            entries.append(
                TimelineEntry(at=dispute.ended_at, what=what, acting_as=party, reason=reason, amount_minor=back)
            )
    return entries
