"""What the desk does with bookings beside the acts of their machine: books for somebody, notes cash."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import PlaceNotServed, SlotClosed, SlotFull, SlotTaken
from apps.bookings import errors, operations
from apps.bookings.api.inputs import ActIn, DeskBookingIn, ReassignIn
from apps.bookings.api.outputs import BookingOut
from apps.bookings.api.recovery import RecoveryActs
from apps.bookings.api.views import EXAMPLE, request_of
from apps.bookings.operations import Caller
from apps.catalog.errors import BusinessNotFound, PriceChanged
from apps.core import clock
from apps.core.api.schema import documented
from apps.core.idempotency import idempotent

DESK = "The business's desk and owner; ops with a reason."


class DeskActs(RecoveryActs):
    """One method for each."""

    @documented(
        summary="Book for somebody at the desk or on the telephone",
        description="A name and a number are enough. They get a link by SMS or mail to a page where they see the booking, pay "
        "for it within half an hour and manage it, without signing in; whoever proves the number or the e-mail later has "
        "it on their account. A customer whom the business knows by this number is booked for as themselves. With "
        "`paid_in_cash` the business has the money: the booking is confirmed, its `payment_status` is `CASH`, and no money "
        "of it goes through the marketplace.",
        permissions=DESK,
        request=DeskBookingIn,
        responses={201: BookingOut},
        errors=[
            BusinessNotFound, SlotTaken, SlotFull, SlotClosed, errors.SlotUnknown, PriceChanged, errors.ExtrasUnpaid,
            errors.NotBookable, errors.NoSuchService, errors.NoSuchPerformer, errors.ExtraUnknown, errors.AddressMissing,
            PlaceNotServed, errors.StartInPast, errors.StartTooFar, errors.ReasonMissing, errors.NothingToPay,
        ],
        example={
            "service": EXAMPLE["service"], "start": EXAMPLE["start"],
            "customer": {"name": "Ngozi Eze", "phone": "+2348031234567"}, "paid_in_cash": False,
        },
    )  # fmt: skip
    @idempotent
    def book_for_caller(self, request: Request, business_id: UUID) -> Response:
        given = self.read_input(DeskBookingIn)
        booking = operations.book_for_caller(
            business_id=business_id,
            request=request_of(given),
            caller=Caller(**given["customer"]),
            is_paid_in_cash=given.get("paid_in_cash", False),
            by=request.user,
            at=clock.now(),
            reason=given.get("reason", ""),
        )
        response = self.answer(booking.pk, message="The booking is made, and its customer is told.")
        response.status_code = 201
        return response

    @documented(
        summary="Give a booking to somebody else",
        description="At the same time, once it is settled. It never costs more; an owner's premium that falls away goes "
        "back. Everybody whom it concerns is told.",
        permissions=DESK, request=ReassignIn, responses=BookingOut,
        errors=[
            errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing, errors.BookingWrongState, errors.PartOfSession,
            errors.NotPaid, errors.MoneyClaimed, errors.BookingStarted, errors.NoSuchPerformer, errors.StaffDeclined, SlotTaken,
        ],
        example={"staff": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f22", "reason": "Chidi is needed elsewhere."},
    )  # fmt: skip
    @idempotent
    def reassign(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(ReassignIn)
        operations.reassign_booking(
            booking_id=pk, staff_id=given["staff"], instead_of=given.get("instead_of"), by=request.user, at=clock.now(),
            reason=given.get("reason", ""),
        )  # fmt: skip
        return self.answer(pk, message="Somebody else does it now.")

    @documented(
        summary="Note that cash was taken",
        description="While the booking awaits payment. The business has the money itself: the booking is confirmed, and is "
        "marked `CASH`. It is in no wallet, cannot be released, and the marketplace gives none of it back. Money that "
        "comes by a payment nevertheless goes back. Audited.",
        permissions=DESK, request=ActIn, responses=BookingOut,
        errors=[errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing, errors.BookingWrongState, errors.NothingToPay,
            errors.PackagePays],
        example={"reason": "Paid at the counter."},
    )  # fmt: skip
    @idempotent
    def cash(self, request: Request, pk: UUID) -> Response:
        return self._act(operations.take_cash, pk, "The cash is noted, and the booking is confirmed.")
