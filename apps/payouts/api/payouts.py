"""Payouts: ask for one, and look at them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import queries as catalog
from apps.catalog.errors import BusinessNotFound
from apps.core import clock
from apps.core.api.pagination import NewestFirst
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.core.idempotency import KeyReused, idempotent
from apps.payouts import errors, operations, queries
from apps.payouts.api.permissions import IsPractitioner, MayBePaid
from apps.payouts.api.serializers import (
    PayoutDetailOut,
    PayoutOut,
    PayoutRequestIn,
    PayoutsQuery,
    WithdrawIn,
)
from apps.payouts.models import Payout, PayoutAudit
from apps.payouts.owners import Owner
from apps.payouts.states import PayoutKind, PayoutState

OWN = "Staff for their tips, owners for their businesses and their own tips. Employees are refused."
REFUSALS = [
    errors.PayoutAccountMissing, errors.NoSuchPayoutAccount, errors.AccountNotVerified, errors.AccountCoolingOff,
    errors.BelowMinimum, errors.NotEnoughMoney, errors.PayoutsFrozen, errors.MoneyOwed, KeyReused,
]  # fmt: skip
FILTERS = [
    OpenApiParameter("state", str, enum=PayoutState.values),
    OpenApiParameter("currency", str),
    OpenApiParameter("business", UUID),
]
EXAMPLE = {
    "id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10",
    "reference": "payout-01938f0e7c1e7a529b1f0f6b3c1f2a10",
    "source": "BUSINESS",
    "business": {"id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a11", "name": "Serenity Spa"},
    "amount": {"amount": "47500.00", "currency": "NGN"},
    "state": "REQUESTED",
    "outcome_unknown": False,
    "account": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a12",
    "account_label": "GTBank ••••4081",
    "account_name": "SERENITY SPA LTD",
    "gateway": "paystack",
    "problem": "",
    "is_weekly": False,
    "week_of": None,
    "requested_at": "2026-11-18T09:00:00Z",
    "sent_at": None,
    "paid_at": None,
    "ended_at": None,
}


def _request(request: Request, kind: PayoutKind, owner: Owner, given: dict[str, Any]) -> Response:
    amount = given.get("amount")
    currency = amount.currency if amount else given.get("currency") or _only_currency(kind, owner)
    payout = operations.request_payout(
        kind=kind,
        owner=owner,
        currency=currency,
        amount_minor=amount.amount_minor if amount else None,
        account_id=given["account"],
        by=request.user,
        at=clock.now(),
    )
    return success(PayoutOut(payout).data, message="The money is on its way.", status=201)


def _only_currency(kind: PayoutKind, owner: Owner) -> str:
    """The one currency in which there is something to pay out. Raises: Invalid where there are several or none."""
    found = [currency for currency, amount in sorted(queries.payable(kind, owner).items()) if amount]
    if not found:
        raise errors.NotEnoughMoney
    if len(found) > 1:
        raise Invalid(errors={"currency": [f"Say which of {', '.join(found)}."]})
    return found[0]


class RequestPayoutView(DomainView):
    permission_classes = [IsPractitioner]
    throttle_scope = "payment"
    closed_to_api_keys = True

    @documented(
        summary="Ask for a payout",
        description=(
            "The money leaves the wallet at once and is sent to a verified account: all there is, or an amount, from a "
            "least amount on. Every Monday at 06:00 by the business's clock it goes by itself."
        ),
        permissions=OWN,
        request=PayoutRequestIn,
        responses={201: PayoutOut},
        errors=[BusinessNotFound, errors.BusinessNeeded, *REFUSALS],
        example={"amount": {"amount": "47500.00", "currency": "NGN"}},
        response_example=EXAMPLE,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read_input(PayoutRequestIn)
        has_business = bool(given["business"] or catalog.owned_business_ids(request.user))
        kind = PayoutKind(given.get("source") or (PayoutKind.BUSINESS if has_business else PayoutKind.TIPS))
        owner = operations.owner_of(by=request.user, kind=kind, business_id=given["business"])
        return _request(request, kind, owner, given)


class WithdrawView(DomainView):
    permission_classes = [MayBePaid]
    throttle_scope = "payment"
    closed_to_api_keys = True

    @documented(
        summary="Withdraw wallet cash to the bank",
        description="The customer's cash, all or an amount, goes to their verified account. Credits cannot be withdrawn.",
        permissions="Customers, staff and owners, of their own wallet. Employees are refused.",
        request=WithdrawIn,
        responses={201: PayoutOut},
        errors=REFUSALS,
        example={"amount": {"amount": "5000.00", "currency": "NGN"}},
        response_example={**EXAMPLE, "source": "WALLET", "business": None},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read_input(WithdrawIn)
        owner = operations.owner_of(by=request.user, kind=PayoutKind.WALLET)
        return _request(request, PayoutKind.WALLET, owner, given)


class _Listed(DomainView):
    kinds: tuple[PayoutKind, ...] = ()
    pagination_class = NewestFirst

    def payouts(self) -> Any:
        """Those that the caller may see here."""
        return queries.payouts_seen_by(self.request.user).filter(kind__in=self.kinds)

    def answer(self) -> Response:
        """The caller's page of them, newest first."""
        names = {"state": "state", "source": "kind", "business": "business_id", "currency": "currency"}
        asked = {names[key]: value for key, value in self.read_query(PayoutsQuery).items()}
        pages = self.pagination_class()
        page = pages.paginate_queryset(self.payouts().filter(**asked), self.request, view=self)
        return pages.get_paginated_response(PayoutOut(page, many=True).data)

    def one(self, payout_id: UUID) -> Response:
        """One of them, with its history. Raises: NoSuchPayout."""
        payout: Payout | None = self.payouts().filter(pk=payout_id).first()
        if payout is None:
            raise errors.NoSuchPayout
        payout.history = list(PayoutAudit.objects.filter(pgh_obj_id=payout.pk).order_by("pgh_id"))  # type: ignore[attr-defined]
        return success(PayoutDetailOut(payout).data)


class PractitionerPayoutsView(_Listed):
    permission_classes = [IsPractitioner]
    kinds = (PayoutKind.BUSINESS, PayoutKind.TIPS)

    @documented(
        summary="List payouts",
        description="Of the businesses that the caller owns and of their own tips, newest first, by an opaque cursor.",
        permissions=OWN,
        responses=PayoutOut(many=True),
        parameters=[*FILTERS, OpenApiParameter("source", str, enum=PayoutKind.values)],
        operation_id="practitioner_payouts_list",
    )
    def get(self, request: Request) -> Response:
        return self.answer()


class PractitionerPayoutView(_Listed):
    permission_classes = [IsPractitioner]
    kinds = (PayoutKind.BUSINESS, PayoutKind.TIPS)

    @documented(
        summary="Look at a payout",
        description="With everything that it went through.",
        permissions=OWN,
        responses=PayoutDetailOut,
        errors=[errors.NoSuchPayout],
    )
    def get(self, request: Request, payout_id: UUID) -> Response:
        return self.one(payout_id)


class WithdrawalsView(_Listed):
    permission_classes = [MayBePaid]
    kinds = (PayoutKind.WALLET,)

    @documented(
        summary="List withdrawals",
        description="Of the caller's own wallet, newest first, by an opaque cursor.",
        permissions="Customers, staff and owners. Employees are refused.",
        responses=PayoutOut(many=True),
        parameters=FILTERS[:2],
        operation_id="wallet_withdrawals_list",
    )
    def get(self, request: Request) -> Response:
        return self.answer()


class WithdrawalView(_Listed):
    permission_classes = [MayBePaid]
    kinds = (PayoutKind.WALLET,)

    @documented(
        summary="Look at a withdrawal",
        description="With everything that it went through.",
        permissions="Whose wallet it was.",
        responses=PayoutDetailOut,
        errors=[errors.NoSuchPayout],
    )
    def get(self, request: Request, payout_id: UUID) -> Response:
        return self.one(payout_id)
