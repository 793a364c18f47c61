"""The sandbox's hosted page for scripts: what a person does there, over JSON. It exists only where the sandbox is on."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.core.api.views import DomainView
from apps.payments import errors
from apps.payments.gateways.values import MoveStatus
from apps.payments.models import SandboxCharge
from apps.payments.sandbox.play import DELAY, REPEATS, Act, act
from apps.payments.sandbox.transfers import end_transfer

TRANSFER_ACTS = {"succeed": MoveStatus.SUCCEEDED, "fail": MoveStatus.FAILED, "reverse": MoveStatus.REVERSED}
LONGEST_DELAY_S = 30 * 86_400
MOST_COPIES = 1_000


class SandboxActIn(StrictInputSerializer):
    """What happens at the sandbox gateway."""

    act: Any = serializers.ChoiceField(choices=[(each.value, each.name.lower()) for each in Act])
    amount: Any = MoneyField(required=False, minimum_minor=1, help_text="What is paid, where not what was due.")
    delay_s: Any = serializers.IntegerField(required=False, min_value=0, max_value=LONGEST_DELAY_S)
    copies: Any = serializers.IntegerField(required=False, min_value=1, max_value=MOST_COPIES)


class SandboxTransferIn(StrictInputSerializer):
    """What the bank at the other end does."""

    act: Any = serializers.ChoiceField(choices=[(name, name) for name in TRANSFER_ACTS])


class SandboxTransferOut(OutputSerializer):
    """A transfer of the sandbox gateway."""

    reference: Any = serializers.CharField()
    status: Any = serializers.CharField()
    amount: Any = MinorMoneyField(source="amount_minor")


class SandboxChargeOut(OutputSerializer):
    """A charge at the sandbox gateway."""

    reference: Any = serializers.CharField()
    status: Any = serializers.CharField()
    amount: Any = MinorMoneyField(source="amount_minor")
    description: Any = serializers.CharField()
    method: Any = serializers.CharField()
    expires_at: Any = serializers.DateTimeField(allow_null=True)
    paid_at: Any = serializers.DateTimeField(allow_null=True)


class SandboxCheckoutView(DomainView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @documented(
        summary="A charge at the sandbox gateway",
        description="Only in a sandbox.",
        permissions="Whoever knows the reference.",
        responses=SandboxChargeOut,
        errors=[errors.PaymentNotFound],
    )
    def get(self, request: Request, reference: str) -> Response:
        charge = SandboxCharge.objects.filter(reference=reference).first()
        if charge is None:
            raise errors.PaymentNotFound
        return success(SandboxChargeOut(charge).data)

    @documented(
        summary="Act as the customer at the sandbox gateway",
        description=(
            "Only in a sandbox. `approve`, `fail` and `pending` tell at once; `delay` is paid now and told after `delay_s`; "
            "`repeat` is told `copies` times; `reorder` is told of success first and of what came before it afterwards. "
            "Of what was paid, `dispute` is the customer's bank taking it back, or `amount` of it, and `win_dispute` and "
            "`lose_dispute` are its decision."
        ),
        permissions="Whoever knows the reference.",
        request=SandboxActIn,
        responses=SandboxChargeOut,
        errors=[errors.PaymentNotFound, errors.NotPayable],
        example={"act": "approve"},
    )
    def post(self, request: Request, reference: str) -> Response:
        wish = self.read_input(SandboxActIn)
        amount = wish.get("amount")
        charge = act(
            reference=reference,
            choice=Act(wish["act"]),
            amount_minor=amount.amount_minor if amount else None,
            currency=amount.currency if amount else "",
            delay=timedelta(seconds=wish["delay_s"]) if "delay_s" in wish else DELAY,
            copies=wish.get("copies", REPEATS),
            at=clock.now(),
        )
        return success(SandboxChargeOut(charge).data)


class SandboxTransferView(DomainView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @documented(
        summary="Act as the bank at the sandbox gateway",
        description=(
            "Only in a sandbox. A transfer to an account number that ends in 0002 waits; this lets it `succeed` or `fail`, or "
            "sends it back (`reverse`), also after it has arrived. To 0001 every transfer fails at once."
        ),
        permissions="Whoever knows the reference.",
        request=SandboxTransferIn,
        responses=SandboxTransferOut,
        errors=[errors.PaymentNotFound, errors.NotPayable],
        example={"act": "succeed"},
    )
    def post(self, request: Request, reference: str) -> Response:
        chosen = TRANSFER_ACTS[self.read_input(SandboxTransferIn)["act"]]
        move = end_transfer(reference=reference, status=chosen, at=clock.now())
        return success(SandboxTransferOut(move).data)
