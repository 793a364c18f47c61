"""What staff do on the job beside the work itself."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api.views import Bookings
from apps.bookings.states import ContactChannel
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer

WHO = "The assigned staff, the business's desk and owner; ops with a reason."


class ContactIn(StrictInputSerializer):
    channel = serializers.ChoiceField(choices=ContactChannel.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class RevealedOut(OutputSerializer):
    channel: Any = serializers.ChoiceField(choices=ContactChannel.choices)
    value: Any = serializers.CharField()


class Cockpit(Bookings):
    @documented(
        summary="Reach the customer",
        description="Gives what the channel needs, while the booking is confirmed or in progress. Each call is logged with "
        "who, when and which channel; both sides read it in the timeline.",
        permissions=WHO,
        request=ContactIn,
        responses=RevealedOut,
        errors=[
            errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing, errors.BookingWrongState, errors.ContactMissing,
        ],
        example={"channel": "CALL"},
        response_example={"channel": "CALL", "value": "+2348012345678"},
    )  # fmt: skip
    def contact(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(ContactIn)
        value = operations.reveal_contact(booking_id=pk, by=request.user, at=clock.now(), **given)
        return success({"channel": given["channel"], "value": value})
