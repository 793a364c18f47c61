"""Who looks, and as whom they may act on which booking."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES
from apps.bookings.action import Action, Actor
from apps.bookings.errors import NoSuchBooking, NoSuchStaff
from apps.bookings.models import Booking, CourseBooking, RankingReview
from apps.bookings.models.queryset import BookingQuerySet
from apps.bookings.states import Party
from apps.catalog import queries as catalog
from apps.catalog.models import StaffMember


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with the performers they are and the desks they run, read once per request."""

    user_id: UUID
    is_ops: bool
    acts_for_ops: bool
    staff_ids: frozenset[UUID]
    desk_ids: frozenset[UUID]

    def parties(self, booking: Booking) -> list[Party]:
        """As whom the person may act on the booking; the first that an action allows counts."""
        found = []
        if booking.customer_id == self.user_id:
            found.append(Party.CUSTOMER)
        if self.staff_ids.intersection(booking.performer_ids):
            found.append(Party.STAFF)
        if booking.business_id in self.desk_ids:
            found.append(Party.DESK)
        if self.acts_for_ops:
            found.append(Party.OPS)
        return found

    def actor(self, booking: Booking, action: Action) -> Actor | None:
        """The person as somebody whom the action allows, or None."""
        party = next((party for party in self.parties(booking) if party in action.parties), None)
        return None if party is None else Actor(user_id=self.user_id, party=party)

    def actor_in_course(self, whole: CourseBooking, action: Action) -> Actor | None:
        """The person as somebody whom the action allows with the whole of a booked course, or None; hosts have no part."""
        found = []
        if whole.customer_id == self.user_id:
            found.append(Party.CUSTOMER)
        if whole.business_id in self.desk_ids:
            found.append(Party.DESK)
        if self.acts_for_ops:
            found.append(Party.OPS)
        party = next((party for party in found if party in action.parties), None)
        return None if party is None else Actor(user_id=self.user_id, party=party)

    def sees_business_side(self, whole: CourseBooking) -> bool:
        """Whether the person sees what only the business sees of a booked course, whose parts are at hand."""
        if self.is_ops or whole.business_id in self.desk_ids:
            return True
        return any(part.staff_member_id in self.staff_ids for part in whole.parts.all())

    def runs_desk_of(self, booking: Booking) -> bool:
        """Whether the person runs the business's desk, or is of the marketplace."""
        return self.is_ops or booking.business_id in self.desk_ids

    def is_of_business(self, booking: Booking) -> bool:
        """Whether the person sees the business's side of it."""
        return self.is_ops or bool({Party.STAFF, Party.DESK}.intersection(self.parties(booking)))


def viewer_of(user: Any) -> Viewer:
    """The person as somebody who looks at bookings."""
    return Viewer(
        user_id=user.pk,
        is_ops=user.role in OPS_ROLES,
        acts_for_ops=user.role in ACTING_OPS_ROLES,
        staff_ids=frozenset(catalog.staff_ids_of_user(user)),
        desk_ids=frozenset(catalog.desk_business_ids(user)),
    )


def visible_to(viewer: Viewer) -> BookingQuerySet:
    """The bookings that the person may see: their own, their jobs, their business's; the marketplace's people see all."""
    bookings: BookingQuerySet = Booking.objects.all()
    if viewer.is_ops:
        return bookings
    return bookings.of_parties(customer_id=viewer.user_id, staff_ids=viewer.staff_ids, business_ids=viewer.desk_ids)


def find_visible(viewer: Viewer, booking_id: UUID) -> Booking:
    """The booking with its people, when the person may see it. Raises: NoSuchBooking."""
    booking: Booking | None = visible_to(viewer).with_people().filter(pk=booking_id).first()
    if booking is None:
        raise NoSuchBooking
    return booking


def find_desk_staff(viewer: Viewer, *, business_id: UUID, staff_id: UUID) -> StaffMember:
    """The performer of the business, for those who run its desk, and for acting operations. Raises: NoSuchStaff."""
    staff: StaffMember | None = StaffMember.objects.filter(pk=staff_id, business_id=business_id).first()
    if staff is None or not (viewer.acts_for_ops or business_id in viewer.desk_ids):
        raise NoSuchStaff
    return staff


def reviews_visible_to(viewer: Viewer) -> QuerySet[RankingReview]:
    """Ranking Reviews of the person, or of people of a business whose desk they run; the marketplace's people see all."""
    reviews: QuerySet[RankingReview] = RankingReview.objects.select_related("staff_member")
    if not viewer.is_ops:
        own = Q(staff_member_id__in=viewer.staff_ids) | Q(staff_member__business_id__in=viewer.desk_ids)
        reviews = reviews.filter(own)
    return reviews.order_by("-opened_at", "-pk")
