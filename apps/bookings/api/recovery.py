"""Declining a job, and what its customer does then."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import SlotTaken
from apps.bookings import errors, operations
from apps.bookings.api.acts import BookingActs
from apps.bookings.api.inputs import ChooseStaffIn, DeclineIn
from apps.bookings.api.outputs import BookingOut
from apps.core import clock
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.idempotency import idempotent

_REFUSED = [
    errors.NoSuchBooking,
    errors.NotYours,
    errors.BookingWrongState,
    errors.NotPaid,
    errors.MoneyClaimed,
    errors.BookingStarted,
]
_CUSTOMER = "The customer."


class RecoveryActs(BookingActs):
    """One method per action of the recovery; cancelling one is at the address of cancelling."""

    @documented(
        summary="Decline a job",
        description="At once the best free replacement for the same time is offered to the customer and held for them; "
        "where there is none, the owner is alerted. The note is the business's alone. More than 3 declines within 7 "
        "days flag the person for Ranking Review.",
        permissions="The assigned staff.", request=DeclineIn, responses=BookingOut, errors=_REFUSED,
        example={"reason_code": "SICK", "note": "Fever since last night."},
    )  # fmt: skip
    @idempotent
    def decline(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.decline_booking, pk, "The job is declined.", DeclineIn)

    @documented(
        summary="Accept the replacement",
        description="The booking is confirmed with the person in `replacement`. What they cost less goes back.",
        permissions=_CUSTOMER, request=StrictEmptyInput, example={}, responses=BookingOut, errors=_REFUSED,
    )  # fmt: skip
    @idempotent
    def accept_replacement(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.accept_replacement, pk, "Your booking is confirmed.", StrictEmptyInput)

    @documented(
        summary="Choose another person or time",
        description="The declined booking is confirmed with this person, at its own time or at `start`; it never costs "
        "more. `slot_taken` carries the next three free times.",
        permissions=_CUSTOMER, request=ChooseStaffIn, responses=BookingOut,
        errors=[*_REFUSED, errors.NoSuchPerformer, errors.StaffDeclined, errors.StartInPast, errors.StartTooFar, SlotTaken],
        example={"staff": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f22", "start": "2026-11-21T09:00:00Z"},
    )  # fmt: skip
    @idempotent
    def choose_staff(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(ChooseStaffIn)
        operations.choose_staff(
            booking_id=pk, staff_id=given["staff"], start=given.get("start"), by=request.user, at=clock.now()
        )
        return self.answer(pk, message="Your booking is confirmed.")
