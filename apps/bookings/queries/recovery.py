"""Questions about declines: who was tried, what a person's absence hits, how often somebody declined."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.bookings.models import Booking, Decline, RankingReview, ReplacementOffer
from apps.bookings.models.queryset import BookingQuerySet
from apps.bookings.states import CANNOT_COME, BookingStatus, ReviewEnd
from apps.catalog.models import StaffMember
from apps.catalog.models.services import Extra
from apps.core.conf import timer

S = BookingStatus
LONGEST_JOB = timedelta(days=2)


def last_decline(booking: Booking) -> Decline:
    """The decline from which the booking is to recover."""
    latest: Decline = booking.declines.order_by("-at", "-pk")[0]
    return latest


def people_tried(booking: Booking) -> set[UUID]:
    """Everybody who declined the booking, was offered for it, or does it now; none of them is offered again.

    Nor is anybody who has said of another job at that time that they cannot come.
    """
    declined = booking.declines.values_list("staff_member_id", flat=True)
    cannot_come = Decline.objects.filter(
        reason_code__in=CANNOT_COME, booking__business_id=booking.business_id, ends_at__gt=booking.starts_at,
        starts_at__lt=booking.ends_at, starts_at__gt=booking.starts_at - LONGEST_JOB,
    ).values_list("staff_member_id", flat=True)  # fmt: skip
    offered = ReplacementOffer.objects.filter(booking=booking).values_list("staff_member_id", flat=True)
    return {*declined, *cannot_come, *offered, *booking.performer_ids}


def has_declined_at(booking: Booking, staff_id: UUID, start: datetime) -> bool:
    """Whether the person has declined the booking at this very time."""
    return bool(booking.declines.filter(staff_member_id=staff_id, starts_at=start).exists())


def agreed_extras(booking: Booking) -> list[UUID]:
    """Those extras of the booking that the service still offers; availability knows no others."""
    chosen = booking.extra_ids
    if not chosen:
        return []
    offered = Extra.objects.filter(pk__in=chosen, service_id=booking.service_id, is_active=True)
    return list(offered.order_by("pk").values_list("pk", flat=True))


def is_owner_among(booking: Booking, staff_ids: list[UUID]) -> bool:
    """Whether one of these people owns the booking's business."""
    owner = booking.business.owner_id
    return bool(StaffMember.all_objects.filter(pk__in=staff_ids, user_id=owner).exists())


def jobs_hit(staff_id: UUID, *, since: datetime, until: datetime, at: datetime) -> BookingQuerySet:
    """The person's coming jobs in a span that would look for somebody else: settled, not begun, and not seats
    of a session, which is called off as a whole.
    """
    bookings: BookingQuerySet = Booking.objects.of_person_between(staff_id, since, until)
    return bookings.settled().filter(status__in=[S.PENDING, S.CONFIRMED], starts_at__gt=at, slot=None)


def offers_hit(staff_id: UUID, *, since: datetime, until: datetime) -> list[UUID]:
    """The bookings whose customers are offered the person for a time in the span."""
    offers = ReplacementOffer.objects.open().filter(
        staff_member_id=staff_id, booking__starts_at__lt=until, booking__ends_at__gt=since
    )
    return list(offers.order_by("booking__starts_at", "pk").values_list("booking_id", flat=True))


def declines_that_count(staff_id: UUID, *, at: datetime) -> list[datetime]:
    """When the person declined in the rolling window that ends now, the latest first.

    Jobs that the desk took off somebody who is away do not count, nor does what operations have lifted a review for.
    """
    since = at - timer("RANKING_REVIEW_WINDOW")
    lifted = RankingReview.objects.filter(staff_member_id=staff_id, end=ReviewEnd.LIFTED)
    last_lifted = lifted.order_by("-ended_at").values_list("ended_at", flat=True).first()
    declines = Decline.objects.filter(staff_member_id=staff_id, sick_leave__isnull=True, at__gt=since, at__lte=at)
    if last_lifted is not None:
        declines = declines.filter(at__gt=last_lifted)
    return list(declines.order_by("-at").values_list("at", flat=True))
