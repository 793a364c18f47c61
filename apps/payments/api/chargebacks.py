"""Disputes at gateways, for operations."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.actions import AvailableAction, AvailableActionOut
from apps.core.api.fields import MinorMoneyField
from apps.core.api.permissions import IsOps, IsOpsReader
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer, StrictInputSerializer
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import KeyReused, idempotent
from apps.payments import errors, operations, queries, rules
from apps.payments.api.serializers import RefundOut
from apps.payments.models import Chargeback
from apps.payments.states import ChargebackStatus


class ChargebackQuery(InputSerializer):
    """Which chargebacks."""

    status = serializers.ChoiceField(choices=ChargebackStatus.choices, required=False)
    payment = serializers.UUIDField(required=False)


class EvidenceIn(StrictInputSerializer):
    """What the bank is told, with the keys of uploaded files."""

    words = serializers.CharField(max_length=10_000)
    files = serializers.ListField(child=serializers.CharField(max_length=300), required=False, max_length=20)


class ChargebackOut(OutputSerializer):
    """A dispute at a gateway."""

    id: Any = serializers.UUIDField()
    payment_id: Any = serializers.UUIDField()
    payment_reference: Any = serializers.CharField(source="payment.reference")
    gateway: Any = serializers.CharField()
    gateway_id: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=ChargebackStatus.choices)
    reason: Any = serializers.CharField()
    amount: Any = MinorMoneyField(source="amount_minor", help_text="What the bank asks back.")
    taken: Any = MinorMoneyField(source="taken_minor", help_text="What the gateway has taken so far.")
    fee: Any = MinorMoneyField(source="fee_minor")
    unmatched: Any = MinorMoneyField(source="unmatched_minor", help_text="What nobody but the platform bears.")
    opened_at: Any = serializers.DateTimeField()
    due_by: Any = serializers.DateTimeField(allow_null=True)
    closed_at: Any = serializers.DateTimeField(allow_null=True)
    evidence: Any = serializers.CharField()
    evidence_files: Any = serializers.ListField(child=serializers.CharField())
    evidence_at: Any = serializers.DateTimeField(allow_null=True)
    evidence_sent_at: Any = serializers.DateTimeField(allow_null=True)
    claims: Any = RefundOut(many=True, source="refunds", help_text="Which shares of the payment it is about.")
    available_actions: Any = AvailableActionOut(many=True)


class Chargebacks(DomainViewSet):
    queryset = Chargeback.objects.none()
    serializer_class = ChargebackOut
    permission_classes = [IsOpsReader]
    filter_backends = ()

    @documented(
        summary="List chargebacks",
        description="Disputes that customers' banks have opened at the gateways, the latest first.",
        permissions="OPS, ADMIN and VIEWER.",
        responses=ChargebackOut(many=True),
        parameters=[OpenApiParameter("status", str, enum=ChargebackStatus.values), OpenApiParameter("payment", UUID)],
    )
    def list(self, request: Request) -> Response:
        found = queries.chargebacks().filter(**{
            {"payment": "payment_id"}.get(name, name): value for name, value in self.read_query(ChargebackQuery).items()
        })  # fmt: skip
        page = self.paginate_queryset(found)
        return self.get_paginated_response([_shown(each, request.user) for each in page])

    @documented(
        summary="One chargeback",
        description="With what it claims of which share of the payment, and the evidence that was given.",
        permissions="OPS, ADMIN and VIEWER.",
        responses=ChargebackOut,
        errors=[errors.ChargebackNotFound],
    )
    def retrieve(self, request: Request, chargeback_id: UUID) -> Response:
        return self.answer(chargeback_id)

    def answer(self, chargeback_id: UUID, *, message: str = "") -> Response:
        """The chargeback as it is now."""
        found = queries.chargebacks().filter(pk=chargeback_id).first()
        if found is None:
            raise errors.ChargebackNotFound
        return success(_shown(found, self.request.user), message=message)


class GiveEvidence(Chargebacks):
    permission_classes = [IsOps]

    @documented(
        summary="Give evidence",
        description="It goes to the customer's bank through the gateway at once. Until it has arrived it may be replaced; "
        "the bank takes it once.",
        permissions="OPS and ADMIN.",
        request=EvidenceIn,
        responses=ChargebackOut,
        errors=[errors.ChargebackNotFound, errors.EvidenceNotAwaited, KeyReused],
        example={"words": "The customer signed for the work.", "files": ["evidence/signed.jpg"]},
    )
    @idempotent
    def evidence(self, request: Request, chargeback_id: UUID) -> Response:
        given = self.read_input(EvidenceIn)
        operations.give_evidence(
            chargeback_id=chargeback_id, words=given["words"], files=given.get("files", []), by=request.user,
            at=clock.now(),
        )  # fmt: skip
        return self.answer(chargeback_id, message="The evidence is on its way to the bank.")


def _shown(chargeback: Chargeback, user: Any) -> Any:
    actions = []
    if rules.may_propose_refund(user):
        awaits = rules.awaits_evidence(chargeback)
        actions = [
            AvailableAction(
                name="evidence", method="POST", path=f"/api/v1/chargebacks/{chargeback.pk}/evidence/", enabled=awaits,
                reason=None if awaits else errors.EvidenceNotAwaited.default_message, deadline=chargeback.due_by,
            )
        ]  # fmt: skip
    chargeback.available_actions = actions
    return ChargebackOut(chargeback).data
