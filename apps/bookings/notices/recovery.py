"""What is said when a job is declined, a replacement offered, or nobody answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.bookings import stakes
from apps.bookings.models import Booking, Decline, RankingReview, ReplacementOffer
from apps.bookings.notices import (
    _calendar_file,
    _link,
    _performers_and_owner,
    _refund,
    _requests,
    _send,
    _to_business,
    _to_customer,
)
from apps.bookings.states import DeclineReason
from apps.catalog.models import StaffMember
from apps.catalog.queries import desk_user_ids
from apps.notifications import kinds
from apps.notifications.operations import Notice


def tell_declined(booking: Booking, decline: Decline, *, replacement: StaffMember | None, at: datetime) -> None:
    """The customer has a choice, the owner knows, and whoever declined is rid of it in their calendar too."""
    gone = _to_business(
        booking, kinds.BOOKING_TAKEN_OFF, [decline.staff_member.user_id], {},
        files=[_calendar_file(booking, is_cancelled=True)], key=str(decline.pk),
    )  # fmt: skip
    _send(at, *gone, *_of_search(booking, decline, replacement))


def tell_taken_off(booking: Booking, person: StaffMember, *, at: datetime) -> None:
    """Whoever was to do it knows that somebody else does, and their calendar lets go of it."""
    gone = _to_business(
        booking, kinds.BOOKING_TAKEN_OFF, [person.user_id], {}, files=[_calendar_file(booking, is_cancelled=True)],
        key=str(booking.change_number),
    )  # fmt: skip
    _send(at, *gone)


def tell_offer_changed(booking: Booking, decline: Decline, *, replacement: StaffMember | None, at: datetime) -> None:
    """The person who was offered cannot come after all: the customer and the owner know what is next."""
    _send(at, *_of_search(booking, decline, replacement))


def tell_handed_over(booking: Booking, *, refund_minor: int, at: datetime) -> None:
    """Both sides know who does it, and when; their calendars too."""
    key = str(booking.change_number)
    _send(
        at,
        _to_customer(
            booking, kinds.BOOKING_HANDED_OVER, _refund(booking, refund_minor), files=[_calendar_file(booking)], key=key
        ),
        *_to_business(
            booking, kinds.BOOKING_HANDED_OVER_BUSINESS, _performers_and_owner(booking), _requests(booking),
            files=[_calendar_file(booking)], key=key,
        ),
    )  # fmt: skip


def tell_at_risk(booking: Booking, offer: ReplacementOffer, *, at: datetime) -> None:
    """The owner knows that the customer has not answered."""
    told = {"replacement_name": offer.staff_member.display_name, "answer_by": booking.starts_at}
    _send(at, *_to_business(booking, kinds.BOOKING_AT_RISK, [booking.business.owner_id], told, key=str(offer.pk)))


def tell_under_review(review: RankingReview, *, at: datetime) -> None:
    """The person and the owner know that declining too often costs rank, and until when."""
    staff = review.staff_member
    told = {
        "business_name": staff.business.name,
        "staff_name": staff.display_name,
        "declines": review.declines,
        "clears_at": review.clears_at,
        "time_zone": staff.business.time_zone,
    }
    _send(
        at,
        *(
            Notice(
                kind=kinds.RANKING_REVIEW, user=person, context=told, subject=review, business_id=staff.business_id,
                dedupe_key=f"{kinds.RANKING_REVIEW}:{review.pk}",
            )
            for person in dict.fromkeys([staff.user_id, staff.business.owner_id])
        ),
    )  # fmt: skip


def _of_search(booking: Booking, decline: Decline, replacement: StaffMember | None) -> list[Notice]:
    choice: dict[str, Any] = {"choose_url": _link(booking, "recovery"), "answer_by": booking.starts_at}
    why = {
        "declined_by": decline.staff_member.display_name,
        "reason": str(DeclineReason(decline.reason_code).label),
    }
    # One search of a booking ends with the note of its change, and no two have the same.
    key = str(booking.change_number)
    if replacement is None:
        people: list[UUID] = [booking.business.owner_id, *desk_user_ids(booking.business_id)]
        return [
            _to_customer(booking, kinds.BOOKING_DECLINED, choice, key=key),
            *_to_business(booking, kinds.BOOKING_NO_REPLACEMENT, people, why, key=key),
        ]
    back = stakes.premium_minor(booking) if stakes.has_held_money(booking) else 0
    offered = {"replacement_name": replacement.display_name}
    return [
        _to_customer(
            booking, kinds.BOOKING_REPLACEMENT_OFFERED, {**choice, **offered, **_refund(booking, back)}, key=key
        ),
        *_to_business(
            booking, kinds.BOOKING_DECLINED_BUSINESS, [booking.business.owner_id], {**why, **offered}, key=key
        ),
    ]
