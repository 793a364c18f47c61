"""Credits: what there is, how they come, how they are given away. They pay by way of the payment desk."""

from typing import Any

from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import money_out
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainView
from apps.core.conf import setting
from apps.core.idempotency import idempotent
from apps.credits import errors, operations, queries
from apps.credits.api import shapes
from apps.credits.models import Line
from apps.credits.states import ITEM_TYPE

WHO = "Anyone signed in, their own."
MOST_SHOWN = 100
_AMOUNT = {"amount": "5000.00", "currency": "NGN"}


class BalanceView(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Your credits",
        description="What can be spent, by currency and by source, with what runs out when. What is set aside for an open "
        "payment, or claimed by your bank, is not in it.",
        permissions=WHO,
        responses=shapes.CreditsBalanceOut,
    )
    def get(self, request: Request) -> Response:
        return success(shapes.balances_out(queries.by_source(request.user.pk, clock.now())))


class HistoryView(ListAPIView[Line]):
    permission_classes = [IsAuthenticated]
    serializer_class = shapes.CreditLineOut
    filter_backends = ()
    queryset = Line.objects.none()

    def get_queryset(self) -> Any:
        return queries.history_of(self.request.user.pk)

    @documented(
        summary="How your credits came and went",
        description="Every change of what can be spent, the latest first. Discounts are shown with their payments.",
        permissions=WHO,
        responses=shapes.CreditLineOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class PurchaseView(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Buy credits",
        description="Answers what is to be paid for by `/payments/initialize/`, as an item of the type `CREDITS`, within "
        "half an hour. Bought credits never run out.",
        permissions=WHO,
        request=shapes.BuyCreditsIn,
        responses={201: shapes.CreditPurchaseOut},
        errors=[errors.AmountNotOffered],
        example={"amount": _AMOUNT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        made = operations.buy(amount=self.read_input(shapes.BuyCreditsIn)["amount"], by=request.user, at=clock.now())
        made.type = ITEM_TYPE
        return success(
            shapes.CreditPurchaseOut(made).data, message="They are yours as soon as they are paid.", status=201
        )


class GiftView(DomainView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "payment"

    @documented(
        summary="Give credits to another customer",
        description="Of those that were bought. The other one is named by e-mail or phone, and both are told.",
        permissions=WHO,
        request=shapes.CreditGiftIn,
        responses={201: shapes.CreditGiftOut},
        errors=[errors.RecipientUnknown, errors.GiftToOneself, errors.NotEnoughCredits],
        example={"amount": _AMOUNT, "email": "bayo@example.com", "message": "Happy birthday!"},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        gift = operations.give_credits(by=request.user, at=clock.now(), **self.read_input(shapes.CreditGiftIn))
        return success(shapes.CreditGiftOut(gift).data, message="Your gift has arrived.", status=201)


class PromoView(DomainView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "payment"

    @documented(
        summary="Redeem a code",
        description="Of those that grant credits. A discount is named with the payment, as `promo`.",
        permissions=WHO,
        request=shapes.PromoCodeIn,
        responses={201: shapes.CreditGrantOut},
        errors=[errors.CodeUnknown, errors.CodeUsedUp, errors.CodeNotForThis, errors.CodeOfAnotherKind],
        example={"code": "WELCOME"},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        grant = operations.redeem(code=self.read_input(shapes.PromoCodeIn)["code"], by=request.user, at=clock.now())
        return success(shapes.CreditGrantOut(grant).data, message="The credits are yours.", status=201)


class PromoCheckView(DomainView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "payment"

    @documented(
        summary="Check a code",
        description="What it does and, with an amount, what it would take off. Nothing is used up.",
        permissions=WHO,
        request=shapes.PromoCheckIn,
        responses=shapes.PromoCodeOut,
        errors=[errors.CodeUnknown, errors.CodeUsedUp, errors.CodeNotForThis, errors.CodeOfAnotherKind],
        example={"code": "FIRST20", "amount": _AMOUNT},
    )
    def post(self, request: Request) -> Response:
        given = self.read_input(shapes.PromoCheckIn)
        code, takes_off = operations.check_code(
            code=given["code"], customer_id=request.user.pk, amount=given.get("amount"),
            business_id=given.get("business"), category_id=given.get("category"), at=clock.now(),
        )  # fmt: skip
        return success(
            {
                "code": code.code,
                "title": code.title,
                "kind": code.kind,
                "amount": money_out(code.amount_minor, code.currency),
                "percent": code.percent,
                "cap": money_out(code.cap_minor, code.currency),
                "minimum": money_out(code.minimum_minor, code.currency),
                "ends_at": code.ends_at,
                "takes_off": money_out(takes_off, code.currency),
            }
        )


class ReferralView(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Your referral code",
        description="With whom it brought. Both sides have credits after the first completed trade of whoever joined. "
        "Everybody who registers has one; where it is null, a POST makes it.",
        permissions=WHO,
        responses=shapes.ReferralOut,
    )
    def get(self, request: Request) -> Response:
        return self.answer(queries.code_of(request.user.pk))

    @documented(
        summary="Have a referral code",
        description="For whoever has none yet; the same one again for whoever has.",
        permissions=WHO,
        request=StrictEmptyInput,
        responses=shapes.ReferralOut,
        example={},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        self.read_input(StrictEmptyInput)
        return self.answer(operations.own_code(by=request.user, at=clock.now()).code)

    def answer(self, code: str | None) -> Response:
        """The code, what it brings, and whom it brought."""
        request = self.request
        joined = [shapes.brought_out(each) for each in queries.brought_by(request.user.pk)[:MOST_SHOWN]]
        rewards = [money_out(amount, currency) for currency, amount in sorted(setting("REFERRAL_REWARD").items())]
        return success({"code": code, "rewards": rewards, "joined": joined})
