"""The words that bookings send: which message, to whom, with which values."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts.models import User
from apps.bookings.models import Booking
from apps.bookings.states import REACHABLE, RECOVERING, BookingStatus, Party, PaymentStatus, Place
from apps.bookings.visits import visit_link
from apps.catalog.queries import desk_user_ids, user_ids_of_staff
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import CalendarFile, Notice, notify_many

_PLATFORM = "The Guild"
_FOR_THE_SIGNED_IN = frozenset({"manage_url", "pay_url", "confirm_url", "review_url", "choose_url", "refuse_url"})


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses by which the customer acts from the letter, without signing in."""

    cancel_url: str
    reschedule_url: str


def tell_created(booking: Booking, *, at: datetime) -> None:
    """Customer and owner hear of the booking, with reference and calendar file."""
    unpaid = booking.payment_status == PaymentStatus.PENDING_PAYMENT
    pay = {"pay_url": _link(booking, "pay"), "pay_until": booking.expires_at} if unpaid else {}
    told = {**_total(booking), **pay}
    owner = {**_total(booking), **_requests(booking)}
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_CREATED, told, files=[_calendar_file(booking)]),
        *_to_business(booking, kinds.BOOKING_CREATED_BUSINESS, [booking.business.owner_id], owner, with_file=True),
    )


def tell_confirmed(booking: Booking, *, links: Links, at: datetime) -> None:
    """Customer, owner and staff know that it will take place."""
    told = {**_total(booking), **asdict(links)}
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_CONFIRMED, told, files=[_calendar_file(booking)]),
        *_to_business(
            booking, kinds.BOOKING_CONFIRMED_BUSINESS, _performers_and_owner(booking),
            {**_total(booking), **_requests(booking)}, with_file=True,
        ),
    )  # fmt: skip


def tell_approved(booking: Booking, *, links: Links, at: datetime) -> None:
    """The customer knows that it was approved, and how to cancel or move it; the staff that it will take place."""
    told = {**_total(booking), **asdict(links)}
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_APPROVED, told, files=[_calendar_file(booking)]),
        *_to_business(
            booking, kinds.BOOKING_CONFIRMED_BUSINESS, _performers(booking),
            {**_total(booking), **_requests(booking)}, with_file=True,
        ),
    )  # fmt: skip


def tell_awaits_approval(booking: Booking, *, at: datetime) -> None:
    """Desk and staff know that a paid booking waits for their word."""
    people = [*desk_user_ids(booking.business_id), *_performers(booking)]
    told = {**_total(booking), **_requests(booking)}
    _send(at, *_to_business(booking, kinds.BOOKING_AWAITS_APPROVAL, people, told))


def tell_rejected(booking: Booking, *, refund_minor: int, at: datetime) -> None:
    """The customer knows why; the owner's side has it in writing; calendars let go of it."""
    told = {"reason": booking.rejection_reason, **_refund(booking, refund_minor), **_use_back(booking)}
    gone = {"cancelled_by": booking.business.name, "reason": booking.rejection_reason}
    taken_back = [_calendar_file(booking, is_cancelled=True)]
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_REJECTED, told, files=taken_back),
        *_to_business(
            booking, kinds.BOOKING_CANCELLED_BUSINESS, _performers_and_owner(booking), gone, files=taken_back
        ),
    )


def tell_cancelled(
    booking: Booking, *, by: Party, refund_minor: int, at: datetime, declined_by: UUID | None = None
) -> None:
    """Both sides know who called it off, and their calendars let go of it; whoever had declined it is rid of it already."""
    gone: dict[str, Any] = {"cancelled_by": _name_of(booking, by)}
    if booking.change_reason:
        gone["reason"] = booking.change_reason
    told = {**gone, **_refund(booking, refund_minor), **_use_back(booking)}
    people = [booking.business.owner_id] if booking.staff_member_id == declined_by else _performers_and_owner(booking)
    taken_back = [_calendar_file(booking, is_cancelled=True)]
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_CANCELLED, told, files=taken_back),
        *_to_business(booking, kinds.BOOKING_CANCELLED_BUSINESS, people, gone, files=taken_back),
    )


def tell_rescheduled(booking: Booking, *, by: Party, starts_from: datetime, links: Links | None, at: datetime) -> None:
    """Both sides know the new time, and their calendars move the appointment."""
    told = {"starts_from": starts_from, "moved_by": _name_of(booking, by)}
    with_links = told if links is None else {**told, **asdict(links)}
    key = str(booking.change_number)
    file = _calendar_file(booking)
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_RESCHEDULED, with_links, files=[file], key=key),
        *_to_business(
            booking, kinds.BOOKING_RESCHEDULED_BUSINESS, _performers_and_owner(booking), told, with_file=True, key=key
        ),
    )


def tell_money_too_late(booking: Booking, *, at: datetime) -> None:
    """The customer knows that the money came too late and goes back."""
    told = {
        "cancelled_by": _PLATFORM,
        "reason": "The payment came after the time had been given away.",
        **_refund(booking, booking.total_minor),
    }
    taken_back = [_calendar_file(booking, is_cancelled=True)]
    _send(at, _to_customer(booking, kinds.BOOKING_CANCELLED, told, files=taken_back, key=f"too-late:{at.isoformat()}"))


def tell_expired(booking: Booking, *, at: datetime) -> None:
    """Customer and owner, who were told that it was made, know that the time was given away; so do their calendars."""
    key = str(booking.change_number)
    taken_back = [_calendar_file(booking, is_cancelled=True)]
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_EXPIRED, {}, files=taken_back, key=key),
        *_to_business(
            booking, kinds.BOOKING_EXPIRED_BUSINESS, [booking.business.owner_id], {}, files=taken_back, key=key
        ),
    )


def tell_replaced(booking: Booking, *, at: datetime) -> None:
    """Customer and owner, who were told that it was made, know that it made room for another; so do their calendars."""
    gone = {"cancelled_by": _name_of(booking, Party.CUSTOMER), "reason": booking.change_reason}
    taken_back = [_calendar_file(booking, is_cancelled=True)]
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_CANCELLED, gone, files=taken_back),
        *_to_business(booking, kinds.BOOKING_CANCELLED_BUSINESS, [booking.business.owner_id], gone, files=taken_back),
    )


def tell_started(booking: Booking, *, at: datetime) -> None:
    """The customer knows that the work has begun."""
    _send(at, _to_customer(booking, kinds.BOOKING_STARTED, {}))


def tell_completed(booking: Booking, *, at: datetime) -> None:
    """Both sides know that the work is done; the customer is asked how it was."""
    told = {"total": Money(booking.bill_minor, booking.currency)} if booking.bill_minor else {}
    _send(
        at,
        _to_customer(booking, kinds.BOOKING_COMPLETED, {**told, "confirm_url": _link(booking, "release")}),
        _to_customer(booking, kinds.REVIEW_REQUEST, {"review_url": _link(booking, "review")}),
        *_to_business(booking, kinds.BOOKING_COMPLETED_BUSINESS, [booking.business.owner_id], told),
    )


def ask_about(booking: Booking, *, of_ops: bool, at: datetime) -> None:
    """Staff and desk, or operations, are asked about a job that was not started or not completed in time."""
    is_running = booking.actual_start_time is not None
    due = booking.ends_at if is_running else booking.starts_at
    kind = {
        (False, False): kinds.BOOKING_NEVER_STARTED,
        (False, True): kinds.BOOKING_NEVER_STARTED_OPS,
        (True, False): kinds.BOOKING_NEVER_COMPLETED,
        (True, True): kinds.BOOKING_NEVER_COMPLETED_OPS,
    }[is_running, of_ops]
    if of_ops:
        people = list(User.objects.ops().order_by("pk").values_list("pk", flat=True))
    else:
        people = [*_performers(booking), *desk_user_ids(booking.business_id)]
    late = {"minutes_late": int((at - due).total_seconds() // 60)}
    _send(at, *_to_business(booking, kind, people, late, key=booking.starts_at.isoformat()))


def _send(at: datetime, *notices: Notice) -> None:
    notify_many(notices, at=at)


def _to_customer(
    booking: Booking, kind: Any, more: dict[str, Any], *, files: Iterable[CalendarFile] = (), key: str = ""
) -> Notice:
    told, secrets = _for_guests({**_job(booking), **more}, booking)
    return Notice(
        kind=kind, user=booking.customer, context=told, subject=booking, business_id=booking.business_id,
        attachments=tuple(files), dedupe_key=_key(booking, kind, key), secrets=secrets,
    )  # fmt: skip


def _for_guests(told: dict[str, Any], booking: Booking) -> tuple[dict[str, Any], frozenset[str]]:
    """What a guest is told, who cannot sign in: every link of ours is the one to their booking, and a secret."""
    if not booking.customer.is_guest:
        return told, frozenset()
    links = _FOR_THE_SIGNED_IN.intersection(told)
    link = visit_link(booking.pk, booking.customer_id)
    return {name: link if name in links else value for name, value in told.items()}, links


def _to_business(
    booking: Booking,
    kind: Any,
    people: Iterable[UUID],
    more: dict[str, Any],
    *,
    with_file: bool = False,
    files: Iterable[CalendarFile] = (),
    key: str = "",
    with_address: bool = False,
) -> list[Notice]:
    context = {**_job(booking), "customer_name": booking.customer.name or "A customer", **more}
    attached = (_calendar_file(booking),) if with_file else tuple(files)
    without = {name: value for name, value in context.items() if name != "place"}, _without_place(attached)
    desk = (
        None
        if with_address or _may_all_see_address(booking)
        else {booking.business.owner_id, *desk_user_ids(booking.business_id)}
    )
    return [
        Notice(
            kind=kind, user=person, context=told, subject=booking, business_id=booking.business_id,
            attachments=files, dedupe_key=_key(booking, kind, key),
        )
        for person in dict.fromkeys(people)
        for told, files in [(context, attached) if desk is None or person in desk else without]
    ]  # fmt: skip


def _may_all_see_address(booking: Booking) -> bool:
    """Where the customer lives, staff are told only while the job is on; the desk is always."""
    return booking.place != Place.AT_CUSTOMER or booking.status in REACHABLE


def _without_place(files: Iterable[CalendarFile]) -> tuple[CalendarFile, ...]:
    return tuple(replace(file, location="") for file in files)


def _key(booking: Booking, kind: Any, more: str) -> str:
    return f"{kind}:{booking.pk}:{more}" if more else f"{kind}:{booking.pk}"


def _job(booking: Booking) -> dict[str, Any]:
    told = {
        "reference": booking.reference,
        "service_name": booking.service.title,
        "business_name": booking.business.name,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "time_zone": booking.time_zone,
        "manage_url": _link(booking),
    }
    if booking.staff_member is not None:
        told["staff_name"] = booking.staff_member.display_name
    if place := place_of(booking):
        told["place"] = place
    return told


def place_of(booking: Booking) -> str:
    """Where it takes place, in words."""
    if booking.place == Place.VIRTUAL:
        return "Online"
    return str(booking.address if booking.place == Place.AT_CUSTOMER else booking.business.address)


def _calendar_file(booking: Booking, *, is_cancelled: bool = False) -> CalendarFile:
    return CalendarFile(
        uid=f"{booking.pk}@bookings",
        summary=f"{booking.service.title}, {booking.business.name}",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        location=place_of(booking),
        description=f"Reference {booking.reference}",
        url=_link(booking),
        sequence=booking.change_number,
        is_cancelled=is_cancelled,
        is_certain=booking.status not in {BookingStatus.PENDING, *RECOVERING},
        time_zone=booking.time_zone,
        file_name=f"{booking.reference}.ics",
    )


def _link(booking: Booking, page: str = "") -> str:
    return "/".join(part for part in (settings.PUBLIC_BASE_URL, "bookings", booking.reference, page) if part)


def _total(booking: Booking) -> dict[str, Money]:
    return {"total": Money(booking.total_minor, booking.currency)} if booking.total_minor else {}


def _refund(booking: Booking, refund_minor: int) -> dict[str, Money]:
    return {"refund": Money(refund_minor, booking.currency)} if refund_minor else {}


def _use_back(booking: Booking) -> dict[str, str]:
    """To which package a use went back, if one did."""
    is_back = booking.package_use_id is not None and booking.use_returned_at is not None
    return {"package_name": booking.package_use.purchase.title} if is_back else {}


def _requests(booking: Booking) -> dict[str, str]:
    return {"special_requests": booking.special_requests} if booking.special_requests else {}


def _name_of(booking: Booking, party: Party) -> str:
    if party == Party.CUSTOMER:
        return booking.customer.name or "The customer"
    return str(booking.business.name) if party in {Party.STAFF, Party.DESK} else _PLATFORM


def _performers(booking: Booking) -> list[UUID]:
    if booking.crew:
        return user_ids_of_staff(booking.crew)
    return [booking.staff_member.user_id] if booking.staff_member is not None else []


def _performers_and_owner(booking: Booking) -> list[UUID]:
    return [*_performers(booking), booking.business.owner_id]
