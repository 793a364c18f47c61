"""What the catalogue asks of apps above it: each a function, registered on one page of the wiring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class BookingCounts:
    """How many bookings a business has, in all and by what is still to be done."""

    total: int = 0
    pending: int = 0
    confirmed: int = 0
    completed: int = 0


CountBookings = Callable[[Sequence[UUID]], dict[UUID, BookingCounts]]
_count_bookings: CountBookings | None = None


def register_booking_counts(function: CountBookings) -> None:
    """``function(business_ids)`` answers the counts of each in one go; told once, as Django starts."""
    global _count_bookings  # noqa: PLW0603  # one registration, from the wiring
    _count_bookings = function


def booking_counts(business_ids: Sequence[UUID]) -> dict[UUID, BookingCounts]:
    """The counts of each business; a business without bookings counts nothing."""
    known = _count_bookings(business_ids) if _count_bookings is not None and business_ids else {}
    return {key: known.get(key, BookingCounts()) for key in business_ids}


PlanWithSeats = Callable[[int, str], str | None]
_plan_with_seats: PlanWithSeats | None = None


def register_plan_with_seats(function: PlanWithSeats) -> None:
    """``function(seats, currency)`` answers the smallest plan on offer with so many seats; told once, as Django starts."""
    global _plan_with_seats  # noqa: PLW0603  # one registration, from the wiring
    _plan_with_seats = function


def plan_with_seats(seats: int, currency: str) -> str | None:
    """The code of the smallest plan with so many seats for people, or None where none has them."""
    return _plan_with_seats(seats, currency) if _plan_with_seats is not None else None
