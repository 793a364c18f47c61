"""What the payment desk adds to a customer's profile and export, and why an account cannot be erased yet."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import money_out
from apps.core.api.serializers import OutputSerializer
from apps.payments import queries
from apps.payments.api.serializers import SavedMethodOut
from apps.payments.models import Payment, Refund, SavedMethod
from apps.payments.states import OPEN_REFUNDS, PaymentStatus


class GatewayCustomerOut(OutputSerializer):
    """As whom a gateway knows the person."""

    gateway: Any = serializers.CharField()
    customer_id: Any = serializers.CharField()


class PaymentProfileOut(OutputSerializer):
    """How the person pays."""

    gateway_customers: Any = GatewayCustomerOut(many=True)
    default_method: Any = SavedMethodOut(allow_null=True)


def fields() -> dict[str, Any]:
    """The shape of ``read``."""
    return {"payment_profile": PaymentProfileOut()}


def read(user: Any) -> dict[str, Any]:
    """The gateways that know the person, and the method that is offered first."""
    methods = list(SavedMethod.objects.visible_to(user).order_by("gateway", "pk"))
    known = sorted({(each.gateway, each.customer_gateway_id) for each in methods if each.customer_gateway_id})
    return {
        "payment_profile": {
            "gateway_customers": [{"gateway": gateway, "customer_id": name} for gateway, name in known],
            "default_method": next((each for each in methods if each.is_default), None),
        }
    }


def export(user: Any) -> dict[str, Any]:
    """What the person paid and was given back, and how they pay."""
    methods = SavedMethod.objects.visible_to(user).order_by("-created_at", "-pk")
    mine = queries.payments_with_shares(user).filter(payer_id=user.pk)
    return {
        "payments": [_payment(each) for each in mine],
        "methods": list(methods.values("gateway", "kind", "brand", "last4", "expiry_month", "expiry_year")),
    }


def objection_to_erasure(user: Any) -> str | None:
    """Money that is on its way arrives first."""
    if Payment.objects.filter(payer_id=user.pk, status=PaymentStatus.PENDING).exists():
        return "A payment of yours is still on its way."
    if Refund.objects.filter(payment__payer_id=user.pk, status__in=OPEN_REFUNDS).exists():
        return "A refund to you is still on its way."
    return None


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "reference": payment.reference,
        "status": payment.status,
        "amount": money_out(payment.amount_minor, payment.currency),
        "refunded": money_out(payment.refunded_minor, payment.currency),
        "method": payment.method,
        "for": [each.description for each in payment.allocations.all()],
        "created_at": payment.created_at,
        "paid_at": payment.paid_at,
    }
