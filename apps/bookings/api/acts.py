"""What is done with a booking: each address calls one operation."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import PartOfCourse, SlotClosed, SlotFull, SlotTaken
from apps.bookings import errors, operations
from apps.bookings.api.inputs import ActIn, RejectIn, RescheduleIn, SopIn
from apps.bookings.api.outputs import BookingOut
from apps.bookings.api.views import Bookings
from apps.core import clock
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.idempotency import idempotent
from apps.packages.errors import PackageExpired

_REFUSED = [errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing, errors.BookingWrongState]
_STAFF = "The assigned staff, the business's desk and owner; ops with a reason."
_DESK = "The business's desk and owner; ops with a reason."
_BOTH = "The customer, the business's desk and owner; ops with a reason."
_EXAMPLE = {"reason": "Agreed by telephone."}


class BookingActs(Bookings):
    """One method per action of the machine."""

    @documented(
        summary="Approve", description="A paid booking is confirmed.", permissions=_STAFF, request=ActIn,
        responses=BookingOut, errors=[*_REFUSED, errors.NotPaid, errors.MoneyClaimed, errors.BookingStarted], example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def approve(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.approve_booking, pk, "The booking is confirmed.")

    @documented(
        summary="Reject", description="The customer hears why, and what was paid goes back.", permissions=_DESK,
        request=RejectIn, responses=BookingOut, errors=_REFUSED, example={"reason": "The room is closed that day."},
    )  # fmt: skip
    @idempotent
    def reject(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.reject_booking, pk, "The booking is rejected.", RejectIn)

    @documented(
        summary="Start the work", description="Nothing else may start for the person until it is completed.",
        permissions=_STAFF, request=ActIn, responses=BookingOut,
        errors=[*_REFUSED, errors.NotPaid, errors.MoneyClaimed, errors.PersonBusy, errors.PartOfSession], example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def start(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.start_booking, pk, "The work has started.")

    @documented(
        summary="Complete the work",
        description="The money clears, and the rest of the time is free. `sop_incomplete` names the open items.",
        permissions=_STAFF, request=ActIn, responses=BookingOut, errors=[*_REFUSED, errors.SopIncomplete, errors.PartOfSession],
        example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def complete(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.complete_booking, pk, "The work is complete.")

    @documented(
        summary="Cancel",
        description="All money goes back where the business or ops cancel; where the customer does, as the policy said "
        "when the booking was made. `available_actions` says how much before.",
        permissions=_BOTH, request=ActIn, responses=BookingOut, errors=[*_REFUSED, errors.BookingStarted, errors.PaidWithCourse],
        example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def cancel(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.cancel_booking, pk, "The booking is cancelled.")

    @documented(
        summary="Say that the customer did not come", description="After the start and the grace. A fee by policy.",
        permissions=_STAFF, request=ActIn, responses=BookingOut, errors=[*_REFUSED, errors.TooEarly],
        example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def no_show(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.record_no_show, pk, "It is noted that the customer did not come.")

    @documented(
        summary="Move to another time",
        description="With the same person, or seats to another `slot`, atomically. `slot_taken` carries the next three free times.",
        permissions=_BOTH, request=RescheduleIn, responses=BookingOut,
        errors=[*_REFUSED, errors.BookingStarted, errors.NoticeTooShort, errors.StartInPast,
            errors.StartTooFar, errors.MoveUnclear, errors.SlotUnknown, SlotTaken, SlotFull, SlotClosed, PartOfCourse,
            errors.SeatedAlready, PackageExpired],
        example={"start": "2026-11-21T09:00:00Z"},
    )  # fmt: skip
    @idempotent
    def reschedule(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.reschedule_booking, pk, "The booking has moved.", RescheduleIn)

    @documented(
        summary="Let the money go to the business now", permissions="The customer.", request=StrictEmptyInput, example={},
        responses=BookingOut, errors=[errors.NoSuchBooking, errors.NotYours, errors.BookingWrongState, errors.NothingToRelease],
    )  # fmt: skip
    @idempotent
    def confirm_release(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.confirm_release, pk, "The money has gone to the business.", StrictEmptyInput)

    @documented(
        summary="Tick the checklist", permissions=_STAFF, request=SopIn, responses=BookingOut,
        errors=[*_REFUSED, errors.SopItemUnknown], example={"items": [{"id": "patch-test", "done": True}]},
    )  # fmt: skip
    def sop(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(SopIn)
        items = {item["id"]: item["done"] for item in given["items"]}
        operations.tick_items(
            booking_id=pk, items=items, by=request.user, at=clock.now(), reason=given.get("reason", "")
        )
        return self.answer(pk, message="The checklist is kept.")

    def _act(self, operation: Any, pk: UUID, message: str, shape: Any = ActIn) -> Response:
        operation(booking_id=pk, by=self.request.user, at=clock.now(), **self.read_input(shape))
        return self.answer(pk, message=message)
