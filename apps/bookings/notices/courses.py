"""What is said of a booked course as a whole: one letter, with a calendar file for each session."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.bookings.models import Booking, CourseBooking
from apps.bookings.notices import _PLATFORM, _calendar_file, _requests, _send, place_of
from apps.bookings.states import BookingStatus, Party, PaymentStatus
from apps.catalog.queries import desk_user_ids
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import CalendarFile, Notice

S = BookingStatus


def tell_course_created(whole: CourseBooking, *, at: datetime) -> None:
    """Customer and owner hear of the booking, once for all its sessions."""
    parts = list(whole.parts.all())
    unpaid = parts[0].payment_status == PaymentStatus.PENDING_PAYMENT and parts[0].status == S.PENDING
    pay = {"pay_url": _link(whole, "pay"), "pay_until": parts[0].expires_at} if unpaid else {}
    files = _files(parts)
    owner = [whole.business.owner_id]
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_CREATED, {**_total(whole), **pay}, files),
        *_to_business(whole, parts, kinds.BOOKING_CREATED_BUSINESS, owner, more=_told(whole, parts), files=files),
    )


def tell_course_confirmed(whole: CourseBooking, parts: Sequence[Booking], *, at: datetime) -> None:
    """Customer, owner and hosts know that these sessions will take place."""
    files, people = _files(parts), [*_hosts(parts), whole.business.owner_id]
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_CONFIRMED, _total(whole), files),
        *_to_business(whole, parts, kinds.BOOKING_CONFIRMED_BUSINESS, people, more=_told(whole, parts), files=files),
    )


def tell_course_awaits_approval(whole: CourseBooking, parts: Sequence[Booking], *, at: datetime) -> None:
    """Desk and hosts know that paid sessions wait for their word."""
    people = [*desk_user_ids(whole.business_id), *_hosts(parts)]
    _send(at, *_to_business(whole, parts, kinds.BOOKING_AWAITS_APPROVAL, people, more=_told(whole, parts)))


def tell_course_approved(whole: CourseBooking, parts: Sequence[Booking], *, at: datetime) -> None:
    """The customer knows that these sessions were approved; their hosts that they will take place."""
    files = _files(parts)
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_APPROVED, _total(whole), files),
        *_to_business(
            whole, parts, kinds.BOOKING_CONFIRMED_BUSINESS, _hosts(parts), more=_told(whole, parts), files=files
        ),
    )


def tell_course_rejected(
    whole: CourseBooking, parts: Sequence[Booking], *, refund_minor: int, reason: str, at: datetime
) -> None:
    """The customer knows why; the owner's side has it in writing; calendars let go of these sessions."""
    back = {"refund": Money(refund_minor, whole.currency)} if refund_minor else {}
    gone = {"cancelled_by": whole.business.name, "reason": reason}
    files, people = _files(parts, is_cancelled=True), [*_hosts(parts), whole.business.owner_id]
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_REJECTED, {"reason": reason, **back}, files),
        *_to_business(whole, parts, kinds.BOOKING_CANCELLED_BUSINESS, people, more=gone, files=files),
    )


def tell_course_cancelled(
    whole: CourseBooking, parts: Sequence[Booking], *, by: Party, refund_minor: int, reason: str, at: datetime
) -> None:
    """Both sides know who called these sessions off, and their calendars let go of them."""
    gone = {"cancelled_by": _name_of(whole, by), **({"reason": reason} if reason else {})}
    back = {"refund": Money(refund_minor, whole.currency)} if refund_minor else {}
    people = [*_hosts(parts), whole.business.owner_id]
    files = _files(parts, is_cancelled=True)
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_CANCELLED, {**gone, **back}, files),
        *_to_business(whole, parts, kinds.BOOKING_CANCELLED_BUSINESS, people, more=gone, files=files),
    )


def tell_course_expired(whole: CourseBooking, *, at: datetime) -> None:
    """Customer and owner, who were told that it was made, know that the seats were given away; so do their calendars."""
    parts = list(whole.parts.all())
    files, owner = _files(parts, is_cancelled=True), [whole.business.owner_id]
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_EXPIRED, {}, files),
        *_to_business(whole, parts, kinds.BOOKING_EXPIRED_BUSINESS, owner, more={}, files=files),
    )


def tell_course_replaced(whole: CourseBooking, *, reason: str, at: datetime) -> None:
    """Customer and owner, who were told that it was made, know that it made room for another; so do their calendars."""
    parts = list(whole.parts.all())
    gone = {"cancelled_by": _name_of(whole, Party.CUSTOMER), "reason": reason}
    files, owner = _files(parts, is_cancelled=True), [whole.business.owner_id]
    _send(
        at,
        _to_customer(whole, parts, kinds.BOOKING_CANCELLED, gone, files),
        *_to_business(whole, parts, kinds.BOOKING_CANCELLED_BUSINESS, owner, more=gone, files=files),
    )


def _to_customer(
    whole: CourseBooking, parts: Sequence[Booking], kind: Any, more: dict[str, Any], files: Iterable[CalendarFile] = ()
) -> Notice:
    return Notice(
        kind=kind, user=whole.customer, context={**_course(whole, parts), **more}, subject=whole,
        business_id=whole.business_id, attachments=tuple(files), dedupe_key=f"{kind}:{whole.pk}",
    )  # fmt: skip


def _to_business(
    whole: CourseBooking,
    parts: Sequence[Booking],
    kind: Any,
    people: Iterable[UUID],
    *,
    more: dict[str, Any],
    files: Iterable[CalendarFile] = (),
) -> list[Notice]:
    context = {**_course(whole, parts), "customer_name": whole.customer.name or "A customer", **more}
    return [
        Notice(
            kind=kind, user=person, context=context, subject=whole, business_id=whole.business_id,
            attachments=tuple(files), dedupe_key=f"{kind}:{whole.pk}",
        )
        for person in dict.fromkeys(people)
    ]  # fmt: skip


def _course(whole: CourseBooking, parts: Sequence[Booking]) -> dict[str, Any]:
    """The course in a word; when is when the first of these sessions is."""
    first = parts[0]
    told = {
        "reference": whole.reference,
        "service_name": whole.title,
        "business_name": whole.business.name,
        "starts_at": first.starts_at,
        "ends_at": first.ends_at,
        "time_zone": first.time_zone,
        "sessions": len(parts),
        "manage_url": _link(whole),
    }
    return {**told, "place": place} if (place := place_of(first)) else told


def _told(whole: CourseBooking, parts: Sequence[Booking]) -> dict[str, Any]:
    return {**_total(whole), **_requests(parts[0])}


def _total(whole: CourseBooking) -> dict[str, Money]:
    return {"total": Money(whole.total_minor, whole.currency)} if whole.total_minor else {}


def _files(parts: Iterable[Booking], *, is_cancelled: bool = False) -> list[CalendarFile]:
    return [_calendar_file(part, is_cancelled=is_cancelled) for part in parts]


def _hosts(parts: Iterable[Booking]) -> list[UUID]:
    return [part.staff_member.user_id for part in parts if part.staff_member is not None]


def _link(whole: CourseBooking, page: str = "") -> str:
    return "/".join(part for part in (settings.PUBLIC_BASE_URL, "courses", whole.reference, page) if part)


def _name_of(whole: CourseBooking, party: Party) -> str:
    if party == Party.CUSTOMER:
        return whole.customer.name or "The customer"
    return str(whole.business.name) if party == Party.DESK else _PLATFORM
