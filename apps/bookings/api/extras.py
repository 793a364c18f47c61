"""What is added to a running job: added, refused, waived. It is paid for like everything else, as an ``EXTRA``."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api.cockpit import WHO, Cockpit
from apps.bookings.api.outputs import BookingOut
from apps.bookings.models.extras import MOST_OF_ONE
from apps.bookings.operations import ExtraToAdd
from apps.bookings.states import ExtraKind
from apps.catalog.errors import OutOfStock, ProductNotFound
from apps.core import clock
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput, StrictInputSerializer
from apps.core.idempotency import idempotent

_ID = "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11"
_REFUSED = [errors.NoSuchBooking, errors.NoSuchExtra, errors.NotYours, errors.BookingWrongState]


class ExtraToAddIn(StrictInputSerializer):
    type = serializers.ChoiceField(choices=ExtraKind.choices)
    id = serializers.UUIDField()
    quantity = serializers.IntegerField(required=False, default=1, min_value=1, max_value=MOST_OF_ONE)


class AddExtraIn(StrictInputSerializer):
    items = ExtraToAddIn(many=True, allow_empty=False, max_length=20)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class WaiveIn(StrictInputSerializer):
    reason = serializers.CharField(max_length=1000)


class ExtraActs(Cockpit):
    @documented(
        summary="Add to a running job",
        description="An extra of the service, another service of the business or a product, at today's price. The total "
        "grows at once, products leave the stock, and the customer is told: they may refuse each until the work is "
        "complete, and are asked to pay then.",
        permissions=WHO, request=AddExtraIn, responses=BookingOut,
        errors=[errors.NoSuchBooking, errors.NotYours, errors.ReasonMissing, errors.BookingWrongState,
            errors.ExtraUnknown, errors.NoSuchService, ProductNotFound, OutOfStock],
        example={"items": [{"type": "PRODUCT", "id": _ID, "quantity": 2}]},
    )  # fmt: skip
    @idempotent
    def add_extra(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(AddExtraIn)
        items = [
            ExtraToAdd(kind=ExtraKind(item["type"]), id=item["id"], quantity=item["quantity"])
            for item in given["items"]
        ]
        operations.add_extras(
            booking_id=pk, items=items, by=request.user, at=clock.now(), reason=given.get("reason", "")
        )
        return self.answer(pk, message="It is added, and the customer has been told.")

    @documented(
        summary="Refuse what was added",
        description="Until the work is complete. It is not charged; a product goes back to the shelf.",
        permissions="The customer.", request=StrictEmptyInput, example={}, responses=BookingOut, errors=_REFUSED,
    )  # fmt: skip
    @idempotent
    def refuse(self, request: Request, pk: UUID, extra_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        operations.refuse_extra(booking_id=pk, extra_id=extra_id, by=request.user, at=clock.now())
        return self.answer(pk, message="It is refused and will not be charged.")

    @documented(
        summary="Waive what was added",
        description="The business asks no money for it. Money that is on its way for it goes back to the customer.",
        permissions="The business's desk and owner; ops.", request=WaiveIn, responses=BookingOut,
        errors=[*_REFUSED, errors.ReasonMissing], example={"reason": "With our apologies for the wait."},
    )  # fmt: skip
    @idempotent
    def waive(self, request: Request, pk: UUID, extra_id: UUID) -> Response:
        given = self.read_input(WaiveIn)
        operations.waive_extra(
            booking_id=pk, extra_id=extra_id, reason=given["reason"], by=request.user, at=clock.now()
        )
        return self.answer(pk, message="It is waived.")
