"""Refunds that people propose and others approve."""

from uuid import UUID

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.permissions import IsAdmin
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.core.idempotency import KeyReused, idempotent
from apps.payments import errors, operations, rules
from apps.payments.api.serializers import DenyIn, RefundIn, RefundOut
from apps.payments.models import Payment
from apps.payments.operations import ItemToPay
from apps.payments.states import RefundDestination


class MayProposeRefund(BasePermission):
    """Those of the marketplace's people who may propose refunds."""

    def has_permission(self, request: Request, view: object) -> bool:
        return rules.may_propose_refund(request.user)


class ProposeRefundView(DomainView):
    permission_classes = [MayProposeRefund]

    @documented(
        summary="Propose a refund",
        description=(
            "Gives back all that is left of a payment, or of one of the things it was for, or an amount of one. One "
            "refund per thing; tips only where they are named. An administrator approves it. What was released already "
            "is taken back from what the business or the performer can withdraw, and the rest is owed by them."
        ),
        permissions="OPS and ADMIN.",
        request=RefundIn,
        responses={201: RefundOut(many=True)},
        errors=[errors.PaymentNotFound, errors.NotRefundable, errors.RefundTooLarge, KeyReused],
        example={
            "amount": {"amount": "500.00", "currency": "NGN"},
            "destination": "WALLET",
            "reason": "Late by an hour",
        },
    )
    @idempotent
    def post(self, request: Request, payment_id: UUID) -> Response:
        wish = self.read_input(RefundIn)
        payment = Payment.objects.visible_to(request.user).filter(pk=payment_id).first()
        if payment is None:
            raise errors.PaymentNotFound
        amount = wish.get("amount")
        if amount is not None and amount.currency != payment.currency:
            raise Invalid(errors={"amount": [f"The payment was in {payment.currency}."]})
        item = wish.get("item")
        refunds = operations.propose_refund(
            payment_id=payment.pk,
            item=ItemToPay(item_type=item["type"], item_id=item["id"]) if item else None,
            amount_minor=amount.amount_minor if amount else None,
            destination=RefundDestination(wish["destination"]),
            reason=wish["reason"],
            by=request.user,
            at=clock.now(),
        )
        return success(RefundOut(refunds, many=True).data, message="Waiting for approval.", status=201)


class ApproveRefundView(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Approve a refund",
        description="It is carried out at once. Above a limit, and for parked money always, it needs somebody other than who proposed it.",
        permissions="ADMIN.",
        request=StrictEmptyInput,
        example={},
        responses=RefundOut,
        errors=[
            errors.RefundNotFound,
            errors.RefundDecided,
            errors.SecondPersonNeeded,
            errors.RefundTooLarge,
            errors.ParkedMoneyClaimed,
            errors.ParkedDoesNotFit,
            errors.AlreadyPaid,
            errors.NotPayable,
            KeyReused,
        ],
    )
    @idempotent
    def post(self, request: Request, refund_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        refund = operations.approve_refund(refund_id=refund_id, by=request.user, at=clock.now())
        return success(RefundOut(refund).data, message="The refund is on its way.")


class DenyRefundView(DomainView):
    permission_classes = [IsAdmin]

    @documented(
        summary="Deny a refund",
        permissions="ADMIN.",
        request=DenyIn,
        responses=RefundOut,
        errors=[errors.RefundNotFound, errors.RefundDecided, KeyReused],
        example={"reason": "The work was done."},
    )
    @idempotent
    def post(self, request: Request, refund_id: UUID) -> Response:
        reason = self.read_input(DenyIn)["reason"]
        refund = operations.deny_refund(refund_id=refund_id, by=request.user, at=clock.now(), reason=reason)
        return success(RefundOut(refund).data, message="The refund was denied.")
