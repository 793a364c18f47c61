"""Paying: opening a payment, asking about it, and its history."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, Q
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.filters import MomentFilter
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.idempotency import KeyReused, StillRunning, key_of
from apps.credits import errors as purse
from apps.payments import errors, operations, queries
from apps.payments.api.serializers import InitializeIn, PaymentDetailOut, PaymentOut
from apps.payments.models import Payment, PaymentAllocation
from apps.payments.operations import ItemToPay, PayWith

PURSE_REFUSALS = [
    purse.NotEnoughCredits, purse.NotEnoughInWallet, purse.CodeUnknown, purse.CodeUsedUp, purse.CodeNotForThis,
    purse.CodeOfAnotherKind,
]  # fmt: skip
PAYMENT_EXAMPLE = {
    "id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10",
    "reference": "GP-ACDEFGHJKMNPQRTW",
    "status": "INITIALIZED",
    "amount": {"amount": "5000.00", "currency": "NGN"},
    "gateway": "paystack",
    "checkout": {"checkout_url": "https://checkout.paystack.com/3ni8kdavz62431k", "access_code": "3ni8kdavz62431k"},
}


class InitializeView(DomainView):
    throttle_scope = "payment"

    @documented(
        summary="Open a payment",
        description=(
            "One payment for one or several things of yours in one currency. The answer says where to pay: a checkout "
            "URL and access code (Paystack), a client secret (Stripe), an account number with a countdown, or a USSD code. "
            "The attempt lives 30 minutes. With `credits` and `wallet` those pay first, promotional credits before bought "
            "ones, and a `promo` code lowers the price; what they pay is set aside while the attempt lives. Where they pay "
            "for all, the answer is a payment that has `SUCCEEDED`. Left out, what a booking was made with holds."
        ),
        permissions="Whoever the things belong to.",
        request=InitializeIn,
        responses={201: PaymentDetailOut},
        errors=[
            errors.ItemNotFound, errors.UnknownItemType, errors.SameItemTwice, errors.MixedCurrencies, errors.AlreadyPaid,
            errors.NotPayable, errors.PartNotPayable, errors.NothingToPay, errors.GatewayNotOffered, errors.MethodNotOffered,
            errors.GatewaySaidNo, errors.GatewayNotAnswering, KeyReused, StillRunning, *PURSE_REFUSALS,
        ],
        example={
            "items": [{"type": "BOOKING", "id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a11"}],
            "method": "CARD",
            "credits": True,
            "wallet": {"amount": "1000.00", "currency": "NGN"},
        },
        response_example=PAYMENT_EXAMPLE,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = self.read_input(InitializeIn)
        payment = operations.initialize_payment(
            items=[ItemToPay(item_type=item["type"], item_id=item["id"]) for item in wish["items"]],
            payer=request.user,
            gateway=wish["gateway"],
            method=wish["method"],
            save_method=wish["save_method"],
            pay_with=PayWith(credits=wish["credits"], wallet=wish["wallet"], promo=wish["promo"]),
            client_key=key_of(request) or "",
            metadata={"user_agent": request.headers.get("User-Agent", "")[:200]},
            at=clock.now(),
        )
        message = "It is paid." if payment.is_paid else "Pay to complete your order."
        return success(_detail(request, payment.pk), message=message, status=201)

    post.is_idempotent = True  # type: ignore[attr-defined]  # by the payment's own row, since a gateway is called


class VerifyView(DomainView):
    throttle_scope = "payment"

    @documented(
        summary="Ask the gateway about a payment",
        description="Asks the gateway itself and settles the payment if it is paid. Safe to call as often as you like.",
        permissions="The payer, and the marketplace's people.",
        responses=PaymentDetailOut,
        errors=[errors.PaymentNotFound, errors.GatewayNotAnswering],
        response_example={**PAYMENT_EXAMPLE, "status": "SUCCEEDED", "checkout": None},
    )
    def get(self, request: Request, reference: str) -> Response:
        payment = operations.verify_payment(reference=reference, by=request.user, at=clock.now())
        return success(_detail(request, payment.pk))


def _detail(request: Request, payment_id: UUID) -> Any:
    payment = queries.payments_with_shares(request.user).get(pk=payment_id)
    return PaymentDetailOut(payment, context={"request": request}).data


class PaymentFilter(django_filters.FilterSet):
    """Narrows one's payments down, searches in references and descriptions, and orders them."""

    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")
    search = django_filters.CharFilter(method="by_words", label="In references and in what was paid for.")
    ordering = django_filters.OrderingFilter(
        fields={"created_at": "created_at", "paid_at": "paid_at", "amount_minor": "amount", "pk": "id"}
    )

    def by_words(self, rows: Any, name: str, words: str) -> Any:
        found = PaymentAllocation.objects.filter(description__icontains=words)
        return rows.filter(Q(reference__icontains=words) | Exists(found.filter(payment_id=OuterRef("pk"))))

    class Meta:
        model = Payment
        fields = ["status", "gateway", "currency"]


class PaymentListView(ListAPIView[Payment]):
    serializer_class = PaymentOut
    filterset_class = PaymentFilter
    queryset = Payment.objects.none()

    def get_queryset(self) -> Any:
        return queries.payments_with_shares(self.request.user)

    @documented(
        summary="Your payments",
        description="Newest first.",
        permissions="Anyone signed in, their own; the marketplace's people, all.",
        responses=PaymentOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class PaymentDetailView(RetrieveAPIView[Payment]):
    serializer_class = PaymentDetailOut
    queryset = Payment.objects.none()

    def get_queryset(self) -> Any:
        return queries.payments_with_shares(self.request.user)

    @documented(
        summary="One payment",
        permissions="The payer, and the marketplace's people.",
        responses=PaymentDetailOut,
        errors=[errors.PaymentNotFound],
        response_example=PAYMENT_EXAMPLE,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class PaymentsForItemView(ListAPIView[Payment]):
    serializer_class = PaymentOut
    filter_backends = ()
    queryset = Payment.objects.none()

    def get_queryset(self) -> Any:
        visible = queries.payments_with_shares(self.request.user)
        if "item_type" not in self.kwargs:
            return visible.none()
        return visible.for_item(self.kwargs["item_type"].upper(), self.kwargs["item_id"])

    @documented(
        summary="Payments for one thing",
        description="Every attempt to pay for it, newest first.",
        permissions="The payer, their own; the marketplace's people, all.",
        responses=PaymentOut(many=True),
        parameters=[
            OpenApiParameter("item_type", str, OpenApiParameter.PATH, description="Such as BOOKING, in either case."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
