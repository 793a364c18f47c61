"""Shapes of what the payment desk reads and shows."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.actions import AvailableActionOut
from apps.core.api.fields import AmountField, MinorMoneyField, MoneyField, SaidField
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.payments.api.actions import actions_of
from apps.payments.gateways.values import Method
from apps.payments.models import Payment
from apps.payments.states import PARKED_WAYS, REFUND_WAYS, PaymentStatus, RefundDestination, RefundStatus

MOST_ITEMS = 20


class MethodField(serializers.ChoiceField):
    """``CARD``, ``BANK_TRANSFER`` or ``USSD``, in either case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(each.value, each.value) for each in Method], **kwargs)

    def to_internal_value(self, data: Any) -> Method:
        return Method(super().to_internal_value(data.upper() if isinstance(data, str) else data))


class ItemIn(StrictInputSerializer):
    """One thing to pay for."""

    type: Any = serializers.CharField(max_length=30, help_text="Such as BOOKING.")
    id: Any = serializers.UUIDField()


class InitializeIn(StrictInputSerializer):
    """What is to be paid, and how."""

    items: Any = serializers.ListField(child=ItemIn(), min_length=1, max_length=MOST_ITEMS)
    gateway: Any = serializers.ChoiceField(choices=["paystack", "stripe", "sandbox"], required=False, default="")
    method: Any = MethodField(required=False, default=Method.CARD)
    save_method: Any = serializers.BooleanField(required=False, default=False)
    credits: Any = AmountField(
        required=False, default=None, allow_null=True, help_text="Pay with credits first: true for all there are."
    )
    wallet: Any = AmountField(
        required=False, default=None, allow_null=True, help_text="Then with the wallet: true for all there is."
    )
    promo: Any = serializers.CharField(
        required=False, default=None, allow_null=True, allow_blank=True, max_length=30, help_text="A discount code."
    )


class PartsOut(OutputSerializer):
    """How much of a sum is whose."""

    gateway: Any = MinorMoneyField(source="gateway_minor", help_text="Card or bank.")
    wallet: Any = MinorMoneyField(source="wallet_minor")
    credits: Any = MinorMoneyField(source="credits_minor", help_text="Credits that are the payer's own money.")
    promotions: Any = MinorMoneyField(source="promotions_minor", help_text="Promotional credits and discounts.")


class RefundIn(StrictInputSerializer):
    """How much goes back, where to, and why. Without an amount: all that is left."""

    amount: Any = MoneyField(required=False, minimum_minor=1)
    item: Any = ItemIn(required=False)
    destination: Any = serializers.ChoiceField(choices=REFUND_WAYS, required=False, default=RefundDestination.WALLET)
    reason: Any = serializers.CharField(max_length=300)


class DenyIn(StrictInputSerializer):
    """Why a refund is not given."""

    reason: Any = serializers.CharField(max_length=300)


class ParkedIn(StrictInputSerializer):
    """Where parked money is to go, and why."""

    way: Any = serializers.ChoiceField(
        choices=PARKED_WAYS,
        help_text="GATEWAY: back the way it came. WALLET: into the payer's wallet. ITEM: it pays for what it was meant for.",
    )
    reason: Any = serializers.CharField(max_length=300)


class AllocationOut(OutputSerializer):
    """One thing that a payment is for."""

    id: Any = serializers.UUIDField()
    item_type: Any = serializers.CharField()
    item_id: Any = serializers.UUIDField()
    kind: Any = serializers.CharField()
    description: Any = serializers.CharField()
    amount: Any = MinorMoneyField(source="amount_minor", currency_source="payment.currency")
    refunded: Any = MinorMoneyField(source="refunded_minor", currency_source="payment.currency")
    state: Any = serializers.CharField()


class RefundOut(OutputSerializer):
    """Money on its way back."""

    id: Any = serializers.UUIDField()
    payment_id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    item_type: Any = serializers.CharField(source="allocation.item_type")
    item_id: Any = serializers.UUIDField(source="allocation.item_id")
    amount: Any = MinorMoneyField(source="amount_minor")
    parts: Any = PartsOut(source="*", help_text="Each goes to where it came from; nothing until it leaves the escrow.")
    destination: Any = serializers.ChoiceField(choices=RefundDestination.choices)
    reason: Any = SaidField()
    status: Any = serializers.ChoiceField(choices=RefundStatus.choices)
    problem: Any = serializers.CharField(help_text="Why it failed, waits, or is in the wallet instead.")
    has_bounced: Any = serializers.BooleanField(help_text="The bank did not take it.")
    created_at: Any = serializers.DateTimeField()
    completed_at: Any = serializers.DateTimeField(allow_null=True)


class PaymentOut(OutputSerializer):
    """A payment in a list."""

    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    status: Any = serializers.ChoiceField(choices=PaymentStatus.choices)
    amount: Any = MinorMoneyField(source="amount_minor")
    parts: Any = PartsOut(source="*", help_text="What pays it; the gateway is asked for its part alone.")
    refunded: Any = MinorMoneyField(source="refunded_minor")
    gateway: Any = serializers.CharField()
    method: Any = serializers.CharField()
    allocations: Any = AllocationOut(many=True)
    created_at: Any = serializers.DateTimeField()
    expires_at: Any = serializers.DateTimeField()
    paid_at: Any = serializers.DateTimeField(allow_null=True)
    available_actions: Any = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_available_actions(self, payment: Payment) -> list[str]:
        return [each.name for each in actions_of(payment, self.context["request"].user) if each.enabled]


class CheckoutOut(OutputSerializer):
    """What the customer's client needs in order to pay; by gateway and method some of it is empty."""

    checkout_url: Any = serializers.CharField()
    access_code: Any = serializers.CharField()
    client_secret: Any = serializers.CharField()
    public_key: Any = serializers.SerializerMethodField()
    bank_transfer: Any = serializers.SerializerMethodField()
    ussd_code: Any = serializers.SerializerMethodField()

    def get_public_key(self, payment: Payment) -> str:
        keys = {"paystack": settings.PAYSTACK_PUBLIC_KEY, "stripe": settings.STRIPE_PUBLISHABLE_KEY}
        return keys.get(payment.gateway, "")

    @extend_schema_field(
        {
            "type": "object",
            "nullable": True,
            "properties": {
                "bank_name": {"type": "string"},
                "account_number": {"type": "string"},
                "account_name": {"type": "string"},
                "expires_at": {"type": "string", "format": "date-time", "nullable": True},
            },
        }
    )
    def get_bank_transfer(self, payment: Payment) -> dict[str, Any] | None:
        return payment.instructions.get("bank_transfer")

    def get_ussd_code(self, payment: Payment) -> str:
        return str(payment.instructions.get("ussd_code", ""))


class PaymentDetailOut(PaymentOut):
    """A payment by itself. ``checkout`` is there for the payer while it can be paid."""

    problem: Any = serializers.CharField()
    attempts: Any = serializers.IntegerField()
    checkout: Any = serializers.SerializerMethodField()
    refunds: Any = RefundOut(many=True)
    available_actions: Any = serializers.SerializerMethodField()

    @extend_schema_field(CheckoutOut(allow_null=True))
    def get_checkout(self, payment: Payment) -> Any:
        is_payer = payment.payer_id == self.context["request"].user.pk
        return CheckoutOut(payment).data if is_payer and not payment.is_settled else None

    @extend_schema_field(AvailableActionOut(many=True))
    def get_available_actions(self, payment: Payment) -> Any:
        return AvailableActionOut(actions_of(payment, self.context["request"].user), many=True).data


class ParkedPayerOut(OutputSerializer):
    """Whose money it is."""

    id: Any = serializers.UUIDField()
    name: Any = serializers.CharField()
    email: Any = serializers.CharField(allow_null=True)
    is_guest: Any = serializers.BooleanField()


class ParkedOut(OutputSerializer):
    """A payment of which money lies in suspense."""

    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    payer: Any = ParkedPayerOut()
    parked: Any = MinorMoneyField(
        source="parked_minor", currency_source="came_currency", help_text="In the currency in which it came."
    )
    due: Any = MinorMoneyField(source="gateway_minor", help_text="What the gateway was to receive.")
    cause: Any = serializers.CharField(source="problem")
    gateway: Any = serializers.CharField()
    parked_at: Any = serializers.DateTimeField()
    age_days: Any = serializers.SerializerMethodField()
    allocations: Any = AllocationOut(many=True, help_text="What it was meant for.")
    refunds: Any = RefundOut(many=True, help_text="What was proposed so far.")
    available_actions: Any = serializers.SerializerMethodField()

    def get_age_days(self, payment: Payment) -> int:
        return int((self.context["at"] - payment.parked_at).days)

    @extend_schema_field(AvailableActionOut(many=True))
    def get_available_actions(self, payment: Payment) -> Any:
        return AvailableActionOut(actions_of(payment, self.context["request"].user), many=True).data


class SavedMethodOut(OutputSerializer):
    """A saved way to pay."""

    id: Any = serializers.UUIDField()
    gateway: Any = serializers.CharField()
    kind: Any = serializers.CharField()
    brand: Any = serializers.CharField()
    last4: Any = serializers.CharField()
    expiry_month: Any = serializers.IntegerField(allow_null=True)
    expiry_year: Any = serializers.IntegerField(allow_null=True)
    is_default: Any = serializers.BooleanField()
    created_at: Any = serializers.DateTimeField()


class ReceivedOut(OutputSerializer):
    """A web hook was taken in."""

    received: Any = serializers.BooleanField()
