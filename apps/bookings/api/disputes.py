"""Objecting to how a job was done, while its money clears. What follows is the dispute's own resource."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api.permissions import MayBook
from apps.bookings.models import Booking
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import KeyReused, idempotent
from apps.disputes import queries
from apps.disputes.api import outputs
from apps.disputes.api.inputs import ObjectionIn, objection
from apps.disputes.api.outputs import DisputeOut
from apps.disputes.errors import AlreadyDisputed, AskedTooMuch, DisputeTooLate


class BookingDisputes(DomainViewSet):
    queryset = Booking.objects.none()
    serializer_class = DisputeOut
    permission_classes = [MayBook]

    @documented(
        summary="Dispute a job",
        description="Within the clearance time: all money of the booking that is clearing is frozen until operations decide, "
        "that of paid extras and what is kept from a late cancellation or a no-show too. Where the money was released a "
        "moment before, `too_late` says so, and nothing is frozen.",
        permissions="The customer.",
        request=ObjectionIn,
        responses={201: DisputeOut},
        errors=[
            errors.NoSuchBooking, errors.NotYours, errors.BookingWrongState, AlreadyDisputed, DisputeTooLate, AskedTooMuch,
            KeyReused,
        ],
        example={
            "reason": "POOR_WORK",
            "note": "Two of the four rooms were not cleaned.",
            "amount": {"amount": "2500.00", "currency": "NGN"},
            "evidence": [{"title": "The kitchen", "file_name": "disputes/kitchen.jpg"}],
        },
    )  # fmt: skip
    @idempotent
    def dispute(self, request: Request, pk: UUID) -> Response:
        said = objection(self.read_input(ObjectionIn))
        dispute = operations.dispute_booking(booking_id=pk, objection=said, by=request.user, at=clock.now())
        viewer = queries.viewer_of(request.user)
        answer = outputs.detail(queries.find_visible(viewer, dispute.pk), viewer)
        return success(answer, message="The money is frozen until this is decided.", status=201)
