"""Payout accounts: look, add, choose, remove. None of these runs in one transaction: a gateway is asked on the way."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CodeWrong
from apps.catalog.errors import BusinessNotFound
from apps.core import clock
from apps.core.api.pagination import NewestFirst
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.payments.errors import GatewayNotAnswering, GatewaySaidNo
from apps.payouts import errors, operations, queries
from apps.payouts.api.permissions import MayBePaid
from apps.payouts.api.serializers import (
    AccountsQuery,
    OnboardingIn,
    OnboardingOut,
    PayoutAccountOut,
    PayoutBankAccountIn,
    ProofIn,
    RefreshAccountIn,
)
from apps.payouts.models import PayoutAccount
from apps.payouts.operations import BankDetails
from apps.payouts.states import PayoutKind

WHO = "Customers and staff for themselves, owners for their businesses as well. Employees are refused."
EXAMPLE = {
    "id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10",
    "business": {"id": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a11", "name": "Serenity Spa"},
    "kind": "BANK",
    "label": "GTBank ••••4081",
    "gateway": "paystack",
    "currency": "NGN",
    "country": "NG",
    "bank_name": "GTBank",
    "last4": "4081",
    "account_name": "SERENITY SPA LTD",
    "state": "VERIFIED",
    "problem": "",
    "is_default": True,
    "usable_from": "2026-11-19T09:00:00Z",
    "next_weekly_payout_at": "2026-11-23T05:00:00Z",
    "added_at": "2026-11-18T09:00:00Z",
}


def _owner(request: Request, business_id: UUID | None) -> Any:
    kind = PayoutKind.BUSINESS if business_id else PayoutKind.WALLET
    return operations.owner_of(by=request.user, kind=kind, business_id=business_id)


def _shown(request: Request, account: PayoutAccount, *, message: str = "", status: int = 200) -> Response:
    found = queries.accounts_seen_by(request.user).get(pk=account.pk)
    return success(PayoutAccountOut(found).data, message=message, status=status)


class _AccountsArea(DomainView):
    """Bank details are for the person alone: no machine with a key reaches them, and nobody who looks as another."""

    permission_classes = [MayBePaid]
    throttle_scope = "payment"
    closed_to_api_keys = True
    closed_to_viewers = True


class AccountsView(_AccountsArea):
    pagination_class = NewestFirst

    @documented(
        summary="List payout accounts",
        description="The caller's own and those of the businesses they own, newest first. Numbers are never shown whole.",
        permissions=WHO,
        responses=PayoutAccountOut(many=True),
        parameters=[OpenApiParameter("business", UUID), OpenApiParameter("currency", str)],
        operation_id="payout_accounts_list",
    )
    def get(self, request: Request) -> Response:
        asked = self.read_query(AccountsQuery)
        names = {"business": "business_id", "currency": "currency"}
        found = queries.accounts_seen_by(request.user).filter(**{names[key]: value for key, value in asked.items()})
        pages = self.pagination_class()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(PayoutAccountOut(page, many=True).data)

    @documented(
        summary="Add a bank account",
        description=(
            "The bank is asked whose account it is: a name that is not yours waits for a person to look at it. It can be "
            "used a day later, and you are told by every channel. The same account again changes nothing."
        ),
        permissions=WHO,
        request=PayoutBankAccountIn,
        responses={201: PayoutAccountOut},
        errors=[
            BusinessNotFound, errors.BankAccountNotOffered, errors.AccountNotResolved, errors.PayoutCodeNeeded,
            CodeWrong, GatewayNotAnswering,
        ],
        example={
            "account_number": "0123454081",
            "bank_code": "058",
            "bank_name": "GTBank",
            "currency": "NGN",
            "country": "NG",
        },
        response_example=EXAMPLE,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = self.read_input(PayoutBankAccountIn)
        account, is_new = operations.add_bank_account(
            owner=_owner(request, given.pop("business")),
            code=given.pop("code"),
            bank=BankDetails(**given),
            by=request.user,
            at=clock.now(),
        )
        return _shown(request, account, message="The account is known.", status=201 if is_new else 200)


class OnboardingView(_AccountsArea):
    @documented(
        summary="Begin onboarding at the gateway",
        description=(
            "Where a currency is paid out through Stripe Connect: answers where its owner goes to be taken up. Asked again, "
            "the same account has a fresh address."
        ),
        permissions=WHO,
        request=OnboardingIn,
        responses=OnboardingOut,
        errors=[
            BusinessNotFound, errors.OnboardingNotOffered, errors.PayoutCodeNeeded, CodeWrong, GatewaySaidNo,
            GatewayNotAnswering,
        ],
        example={"currency": "USD", "country": "US", "return_url": "https://guild.example/payout-accounts"},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = self.read_input(OnboardingIn)
        begun = operations.begin_onboarding(
            owner=_owner(request, given.pop("business")), by=request.user, at=clock.now(), **given
        )
        return success(OnboardingOut(begun).data, message="Go on at the gateway.")


class AccountView(_AccountsArea):
    @documented(
        summary="Look at a payout account",
        permissions=WHO,
        responses=PayoutAccountOut,
        errors=[errors.NoSuchPayoutAccount],
        response_example=EXAMPLE,
    )
    def get(self, request: Request, payout_account_id: UUID) -> Response:
        found = queries.accounts_seen_by(request.user).filter(pk=payout_account_id).first()
        if found is None:
            raise errors.NoSuchPayoutAccount
        return success(PayoutAccountOut(found).data)

    @documented(
        summary="Remove a payout account",
        description="Nothing is sent there any more; a payout that is on its way there arrives.",
        permissions=WHO,
        request=ProofIn,
        responses={204: None},
        errors=[errors.NoSuchPayoutAccount, errors.PayoutCodeNeeded, CodeWrong],
        example={},
    )
    def delete(self, request: Request, payout_account_id: UUID) -> Response:
        code = self.read_input(ProofIn)["code"]
        operations.remove_account(account_id=payout_account_id, by=request.user, at=clock.now(), code=code)
        return Response(status=204)


class DefaultAccountView(_AccountsArea):
    @documented(
        summary="Make an account the default",
        description="Money goes there first, and every Monday by itself, after a day of waiting.",
        permissions=WHO,
        request=ProofIn,
        responses=PayoutAccountOut,
        errors=[errors.NoSuchPayoutAccount, errors.AccountNotVerified, errors.PayoutCodeNeeded, CodeWrong],
        example={},
        response_example=EXAMPLE,
    )
    def post(self, request: Request, payout_account_id: UUID) -> Response:
        code = self.read_input(ProofIn)["code"]
        account = operations.make_default(account_id=payout_account_id, by=request.user, at=clock.now(), code=code)
        return _shown(request, account, message="It can be used after a day.")


class RefreshAccountView(_AccountsArea):
    @documented(
        summary="Ask the gateway about an account",
        description="After onboarding: whether the gateway pays the account out by now, and else where to go on.",
        permissions=WHO,
        request=RefreshAccountIn,
        responses=OnboardingOut,
        errors=[errors.NoSuchPayoutAccount, GatewaySaidNo, GatewayNotAnswering],
        example={"return_url": "https://guild.example/payout-accounts"},
    )
    def post(self, request: Request, payout_account_id: UUID) -> Response:
        url = self.read_input(RefreshAccountIn)["return_url"]
        found = operations.refresh_account(
            account_id=payout_account_id, return_url=url, by=request.user, at=clock.now()
        )
        return success(OnboardingOut(found).data)
