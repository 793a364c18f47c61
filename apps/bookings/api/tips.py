"""Tips: promised here, and paid like everything else, as a ``TIP``."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, machine, operations
from apps.bookings.api.outputs import NamedOut
from apps.bookings.api.views import Bookings
from apps.bookings.states import TipState
from apps.core import clock
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.core.idempotency import idempotent


class TipIn(StrictInputSerializer):
    amount = MoneyField(help_text="In the booking's currency.")
    staff = serializers.UUIDField(required=False, help_text="For whom, where several people did the work.")


class TipOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    amount: Any = MoneyField()
    staff: Any = NamedOut()
    state: Any = serializers.ChoiceField(choices=TipState.choices)
    pay: Any = serializers.CharField(help_text="Where to pay it, as an item of type `TIP` with this id.")


class Tips(Bookings):
    @documented(
        summary="Tip whoever did the work",
        description="Once the work is complete, also after its money was released, and as often as one likes. Nothing is "
        "paid yet: the answer's `id` is paid through `/payments/initialize/` as an item of type `TIP`. The performer has "
        "the whole amount, without commission.",
        permissions="The customer.", request=TipIn, responses={201: TipOut},
        errors=[
            errors.NoSuchBooking, errors.NotYours, errors.BookingWrongState, errors.NobodyToTip, errors.TipUnclear,
        ],
        example={"amount": {"amount": "500.00", "currency": "NGN"}},
    )  # fmt: skip
    @idempotent
    def tip(self, request: Request, pk: UUID) -> Response:
        given = self.read_input(TipIn)
        tip = operations.offer_tip(
            booking_id=pk, amount=given["amount"], staff_id=given.get("staff"), by=request.user, at=clock.now()
        )
        answer = {
            "id": str(tip.pk),
            "amount": money_out(tip.amount_minor, tip.currency),
            "staff": {"id": str(tip.staff_member_id), "name": tip.staff_member.display_name},
            "state": tip.state,
            "pay": machine.PAY.path,
        }
        return success(answer, message="Thank you. The tip is theirs once it is paid.", status=201)
