"""What goes into and comes out of bookings' operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.bookings.states import ExtraKind
from apps.core.money import Money
from apps.payments.operations import PayWith


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked for, by which it has its price and its place."""

    service_id: UUID
    package_id: UUID | None = None
    extra_ids: Sequence[UUID] = ()
    address: str = ""
    is_virtual: bool = False
    latitude: float | None = None
    longitude: float | None = None
    pay_with: PayWith | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteRequest(Asked):
    """What a customer thinks of booking; perhaps without knowing yet with whom and when."""

    start: datetime | None = None
    staff_id: UUID | None = None
    slot_id: UUID | None = None
    seats: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes(Asked):
    """What a customer says of any booking, whether it takes somebody's time or seats."""

    special_requests: str = ""
    expected_total: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingRequest(Wishes):
    """What a customer asks for. Without ``staff_id`` the best free person is chosen, never the owner at a premium."""

    start: datetime
    staff_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatRequest(Wishes):
    """Seats of a session, one for each of the ``participants``; without names it is one seat, the customer's own."""

    slot_id: UUID
    participants: Sequence[str] = ()

    @property
    def seats(self) -> int:
        """How many seats are asked for."""
        return max(len(self.participants), 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who stands at the desk or telephones: a name and an E.164 number are enough."""

    name: str
    phone: str
    email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseRequest:
    """Seats in every session of a course, one for each of the ``participants``; without names the customer's own."""

    course_id: UUID
    participants: Sequence[str] = ()
    special_requests: str = ""
    expected_total: Money | None = None
    pay_with: PayWith | None = None

    @property
    def seats(self) -> int:
        """How many seats are asked for in each session."""
        return max(len(self.participants), 1)


@dataclass(frozen=True, kw_only=True)
class ExtraToAdd:
    """Something to add to a running job, and how many of it."""

    kind: ExtraKind
    id: UUID
    quantity: int = 1
