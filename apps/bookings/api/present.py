"""Bookings as the API shows them: plain values built by hand, because this is the busiest answer of the marketplace."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.bookings.models import AddedExtra, Booking, Participant
from apps.bookings.operations import Quote
from apps.bookings.policy import CancellationPolicy
from apps.bookings.price import lines_out
from apps.bookings.queries import TimelineEntry, Viewer
from apps.bookings.queries.actions import Busy, available_actions, extra_actions
from apps.bookings.states import REACHABLE, UNCHARGED, BookingStatus, ExtraState, Party
from apps.core import clock
from apps.core.api.actions import AvailableAction
from apps.core.api.fields import money_out
from apps.core.words import said


def row(booking: Booking, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """As a list shows it."""
    actions = available_actions(booking, viewer, at)
    return {**_summary(booking), "available_actions": [action.name for action in actions if action.enabled]}


def detail(booking: Booking, viewer: Viewer, at: datetime, *, busy: Busy | None = None) -> dict[str, Any]:
    """As the detail view shows it, to this viewer; who shows several shares one ``busy`` among them."""
    # Nothing is added before the work begins
    added = list(booking.added_extras.all()) if booking.actual_start_time is not None else []
    return {
        **_summary(booking),
        "package": _package(booking),
        "participants": _participants(booking, viewer),
        "address": booking.address if _may_see_contact(booking, viewer) else None,
        "special_requests": booking.special_requests,
        "owner_notes": booking.owner_notes if viewer.is_of_business(booking) else None,
        "rejection_reason": booking.rejection_reason,
        "contact": _contact(booking, viewer),
        "base": money_out(booking.base_minor, booking.currency),
        "multiplier": f"{booking.owner_premium:.2f}",
        "lines": lines_out([*booking.price_lines, *_added_lines(added)], booking.currency),
        "extras": [extra(each, viewer, at) for each in added],
        "extras_total": money_out(booking.extras_minor, booking.currency),
        "refunded": money_out(booking.refunded_minor, booking.currency),
        "cancellation_policy": _policy(booking),
        "pay_with": _pay_with(booking),
        "expires_at": clock.iso(booking.expires_at),
        "confirmed_at": clock.iso(booking.confirmed_at),
        "cancelled_at": clock.iso(booking.cancelled_at),
        "replacement": _replacement(booking),
        "actual_start_time": clock.iso(booking.actual_start_time),
        "actual_end_time": clock.iso(booking.actual_end_time),
        "duration_minutes": booking.duration_minutes,
        "timer": timer_of(booking, at),
        "release_due_at": clock.iso(booking.release_due_at),
        "cash_at": clock.iso(booking.cash_at),
        "sop_checklist": booking.sop_checklist if viewer.is_of_business(booking) else None,
        "created_at": clock.iso(booking.created_at),
        "available_actions": [
            action_out(action) for action in available_actions(booking, viewer, at, busy=busy or Busy(at))
        ],
    }


def extra(added: AddedExtra, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Something added to a job, and what this viewer may do about it."""
    return {
        "id": str(added.pk),
        "kind": str(added.kind),
        "name": added.name,
        "quantity": added.quantity,
        "unit": money_out(added.unit_minor, added.currency),
        "amount": money_out(added.amount_minor, added.currency),
        "state": str(added.state),
        "added_at": clock.iso(added.added_at),
        "due_at": clock.iso(added.due_at),
        "blocks_booking_from": clock.iso(added.block_at) if added.state == ExtraState.DUE else None,
        "paid_at": clock.iso(added.paid_at),
        "waive_reason": added.waive_reason,
        "available_actions": [action_out(action) for action in extra_actions(added, viewer, at)],
    }


def _added_lines(added: Iterable[AddedExtra]) -> list[dict[str, Any]]:
    """What was added and is charged, as lines of the price."""
    return [
        {"kind": "ADDED", "label": str(each), "amount_minor": each.amount_minor}
        for each in added
        if each.state not in UNCHARGED
    ]


def action_out(action: AvailableAction) -> dict[str, Any]:
    """One action, as every answer shows it."""
    return {
        "name": action.name,
        "method": action.method,
        "path": action.path,
        "enabled": action.enabled,
        "reason": action.reason,
        "deadline": clock.iso(action.deadline),
        "money_effect": action.money_effect,
    }


def timer_of(booking: Booking, at: datetime) -> dict[str, Any] | None:
    """The job's clock by the server's time; what remains is below zero once it runs over. None before it starts."""
    started_at: datetime | None = booking.actual_start_time
    if started_at is None:
        return None
    until = booking.actual_end_time or at
    return {
        "server_now": clock.iso(at),
        "actual_start_time": clock.iso(started_at),
        "planned_end": clock.iso(booking.ends_at),
        "is_running": booking.status == BookingStatus.IN_PROGRESS,
        "elapsed_s": int((until - started_at).total_seconds()),
        "remaining_s": int((booking.ends_at - until).total_seconds()),
    }


def quote(made: Quote) -> dict[str, Any]:
    """A price before there is a booking."""
    offer = made.offer
    return {
        "service": {"id": str(offer.service.pk), "name": offer.service.title},
        "staff": None if made.staff_id is None else str(made.staff_id),
        "is_free": made.is_free,
        "duration_min": offer.service.duration_min + sum(extra.duration_min for extra in offer.extras),
        **made.price.out(),
        "paying": None if made.paying is None else _paying(made),
    }


def _paying(made: Quote) -> dict[str, Any]:
    parts, price = made.paying, made.price
    return {
        "credits": money_out(parts.credits_minor, price.currency),
        "promotions": money_out(parts.promotions_minor, price.currency),
        "due": money_out(price.total_minor - parts.total_minor, price.currency),
    }


def _pay_with(booking: Booking) -> dict[str, Any]:
    wanted = booking.pay_with.get("credits", False)
    shown = wanted if isinstance(wanted, bool) else money_out(wanted, booking.currency)
    return {"credits": shown, "promo": booking.pay_with.get("promo", "")}


def job(booking: Booking) -> dict[str, Any]:
    """The job in a word."""
    shown = _summary(booking)
    return {name: shown[name] for name in ("id", "reference", "status", "service", "customer", "starts_at", "ends_at")}


def public(booking: Booking) -> dict[str, Any]:
    """As anybody sees it who has the reference."""
    return {
        "reference": booking.reference,
        "business": booking.business.name,
        "service": booking.service.title,
        "status": booking.status,
        "starts_at": clock.iso(booking.starts_at),
        "ends_at": clock.iso(booking.ends_at),
        "time_zone": booking.time_zone,
    }


def timeline_entry(entry: TimelineEntry, currency: str) -> dict[str, Any]:
    """One thing that happened."""
    return {
        "at": clock.iso(entry.at),
        "what": entry.what,
        "acting_as": entry.acting_as,
        "by": entry.by,
        "from_status": entry.from_status,
        "to_status": entry.to_status,
        "starts_at": clock.iso(entry.starts_at),
        "reason": said(entry.reason),
        "amount": money_out(entry.amount_minor, currency),
    }


def _summary(booking: Booking) -> dict[str, Any]:
    staff = booking.staff_member
    return {
        "id": str(booking.pk),
        "reference": booking.reference,
        "status": str(booking.status),
        "payment_status": None if booking.payment_status is None else str(booking.payment_status),
        "business": {"id": str(booking.business_id), "name": booking.business.name},
        "service": {"id": str(booking.service_id), "name": booking.service.title},
        "staff": None if staff is None else {"id": str(staff.pk), "name": staff.display_name},
        "customer": {"id": str(booking.customer_id), "name": booking.customer.name},
        "starts_at": clock.iso(booking.starts_at),
        "ends_at": clock.iso(booking.ends_at),
        "time_zone": booking.time_zone,
        "place": str(booking.place),
        "slot": None if booking.slot_id is None else str(booking.slot_id),
        "seats": booking.seats,
        "series": None if booking.series is None else str(booking.series),
        "parent": None if booking.parent_id is None else str(booking.parent_id),
        "total": money_out(booking.bill_minor, booking.currency),
    }


def _replacement(booking: Booking) -> dict[str, Any] | None:
    person = booking.replacement
    return None if person is None else {"id": str(person.pk), "name": person.display_name}


def _package(booking: Booking) -> dict[str, Any] | None:
    if booking.package_use_id is None:
        return None
    purchase = booking.package_use.purchase
    return {
        "id": str(purchase.pk),
        "name": purchase.title,
        "worth": money_out(booking.covered_minor, booking.currency),
        "is_returned": booking.use_returned_at is not None,
    }


def _participants(booking: Booking, viewer: Viewer) -> list[dict[str, Any]]:
    """Who sits on the seats; what the host notes is the business's."""
    if booking.slot_id is None:
        return []
    is_theirs = viewer.is_of_business(booking)
    return [participant(person, with_note=is_theirs) for person in booking.participants.order_by("position")]


def participant(person: Participant, *, with_note: bool) -> dict[str, Any]:
    """Somebody on a seat."""
    return {
        "id": str(person.pk),
        "name": person.name,
        "attendance": str(person.attendance),
        "note": person.note if with_note else None,
    }


def _may_see_contact(booking: Booking, viewer: Viewer) -> bool:
    """Staff see how to reach the customer only while the job is on; the other sides always do."""
    if viewer.is_ops or booking.status in REACHABLE:
        return True
    return bool({Party.CUSTOMER, Party.DESK}.intersection(viewer.parties(booking)))


def _contact(booking: Booking, viewer: Viewer) -> dict[str, Any] | None:
    if not _may_see_contact(booking, viewer):
        return None
    customer = booking.customer
    return {"name": customer.name, "phone": customer.phone, "email": customer.email}


def _policy(booking: Booking) -> dict[str, Any]:
    policy = CancellationPolicy.read(booking.cancellation_policy)
    return {**policy.frozen(), "free_until": clock.iso(policy.free_until(starts_at=booking.starts_at))}
