"""Giving back what a business paid out of what it can withdraw: people propose, others approve."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import MinorMoneyField, MoneyField
from apps.core.api.permissions import IsAdmin
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictEmptyInput, StrictInputSerializer
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.core.idempotency import KeyReused, idempotent
from apps.payments.errors import RefundDecided, RefundNotFound, RefundTooLarge, SecondPersonNeeded
from apps.payments.rules import may_propose_refund
from apps.subscriptions import errors, operations, queries
from apps.subscriptions.states import BillRefundState


class BillRefundIn(StrictInputSerializer):
    """How much goes back, and why. Without an amount: all that is left."""

    amount: Any = MoneyField(required=False, minimum_minor=1)
    reason: Any = serializers.CharField(max_length=300)


class DenyBillRefundIn(StrictInputSerializer):
    """Why it is not given back."""

    reason: Any = serializers.CharField(max_length=300)


class BillRefundOut(OutputSerializer):
    """All or a part of a month, or of a larger plan, on its way back."""

    id: Any = serializers.UUIDField()
    bill: Any = serializers.UUIDField(source="bill_id")
    amount: Any = MinorMoneyField(source="amount_minor", currency_source="bill.currency")
    reason: Any = serializers.CharField()
    state: Any = serializers.ChoiceField(choices=BillRefundState.choices)
    created_at: Any = serializers.DateTimeField()
    decided_at: Any = serializers.DateTimeField(allow_null=True)
    problem: Any = serializers.CharField(allow_blank=True, help_text="Why it was denied.")
    transfer_id: Any = serializers.UUIDField(allow_null=True)


class MayProposeBillRefund(BasePermission):
    """Those of the marketplace's people who may propose refunds."""

    def has_permission(self, request: Request, view: object) -> bool:
        return may_propose_refund(request.user)


class ProposeBillRefundView(DomainView):
    permission_classes = [MayProposeBillRefund]

    @documented(
        summary="Propose to give back what was paid for a plan",
        description=(
            "All that is left of a bill (an `id` of `periods/`) that was paid from `AVAILABLE`, or an amount. An "
            "administrator approves it. What a payment paid goes back by `POST /payments/{payment_id}/refunds/`. Either "
            "way: once all of the month that runs was given back, the plan has ended; once all of a larger plan was, the "
            "one before holds again; a part, and a month that is over, change nothing but the money."
        ),
        permissions="OPS and ADMIN.",
        request=BillRefundIn,
        responses={201: BillRefundOut},
        errors=[errors.NoSuchBill, errors.BillNotPaid, errors.PaidByPayment, RefundTooLarge, KeyReused],
        example={"amount": {"amount": "5000.00", "currency": "NGN"}, "reason": "The month began by mistake."},
        operation_id="subscriptions_bills_refunds_create",
    )
    @idempotent
    def post(self, request: Request, bill_id: UUID) -> Response:
        wish = self.read_input(BillRefundIn)
        amount = wish.get("amount")
        currency = queries.currency_of_bill(bill_id)
        if amount is not None and currency is not None and amount.currency != currency:
            raise Invalid(errors={"amount": [f"The bill is in {currency}."]})
        refund = operations.propose_bill_refund(
            bill_id=bill_id, amount_minor=amount.amount_minor if amount else None, reason=wish["reason"],
            by=request.user, at=clock.now(),
        )  # fmt: skip
        return success(BillRefundOut(refund).data, message="Waiting for approval.", status=201)


class ApproveBillRefundView(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Approve giving it back",
        description=(
            "The business can withdraw it at once, and has a credit note. Above a limit it needs somebody other than who "
            "proposed it."
        ),
        permissions="ADMIN.",
        request=StrictEmptyInput,
        responses=BillRefundOut,
        errors=[RefundNotFound, RefundDecided, SecondPersonNeeded, RefundTooLarge, KeyReused],
        example={},
        operation_id="subscriptions_refunds_approve",
    )
    @idempotent
    def post(self, request: Request, bill_refund_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        refund = operations.approve_bill_refund(refund_id=bill_refund_id, by=request.user, at=clock.now())
        return success(BillRefundOut(refund).data, message="Given back.")


class DenyBillRefundView(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Deny giving it back",
        permissions="ADMIN.",
        request=DenyBillRefundIn,
        responses=BillRefundOut,
        errors=[RefundNotFound, RefundDecided, KeyReused],
        example={"reason": "The plan was used."},
        operation_id="subscriptions_refunds_deny",
    )
    @idempotent
    def post(self, request: Request, bill_refund_id: UUID) -> Response:
        reason = self.read_input(DenyBillRefundIn)["reason"]
        refund = operations.deny_bill_refund(refund_id=bill_refund_id, reason=reason, by=request.user, at=clock.now())
        return success(BillRefundOut(refund).data, message="Denied.")
