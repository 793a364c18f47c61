"""Onboarding at the gateway: a row first, then the gateway by the row's own key, then what it said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.conf import timer
from apps.payments.gateways.registry import gateway_for
from apps.payments.gateways.values import BankAccount, TransferRecipient
from apps.payments.operations.calling import answering_the_customer, gateway_named
from apps.payouts import notices, queries
from apps.payouts.errors import NoSuchPayoutAccount, OnboardingNotOffered
from apps.payouts.models import PayoutAccount
from apps.payouts.operations.settle_state import has_default, settle_state
from apps.payouts.operations.whose import lock_owner, prove
from apps.payouts.owners import Owner
from apps.payouts.states import AccountKind, AccountState


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """The account, and where its owner goes on with it; nowhere once it is ready."""

    account: PayoutAccount
    url: str


def begin_onboarding(
    *, owner: Owner, currency: str, country: str, return_url: str, by: Any, at: datetime, code: str = ""
) -> Onboarding:
    """The owner can be taken up at the gateway; asked again, the same account has a fresh address.

    Calls the gateway; raises: OnboardingNotOffered, GatewayNotAnswering, GatewaySaidNo, and as ``prove``.
    """
    gateway = gateway_for(currency)
    if not gateway.onboards:
        raise OnboardingNotOffered
    if not _connected(owner, gateway.name, currency).exists():
        prove(by, code, at=at)
    account = _prepare(owner, gateway.name, currency, country, by=by, at=at)
    return _ask(account, return_url, by, at=at)


def refresh_account(*, account_id: UUID, return_url: str, by: Any, at: datetime) -> Onboarding:
    """The account is as its gateway has it now. Calls the gateway; raises: NoSuchPayoutAccount, GatewayNotAnswering."""
    account: PayoutAccount | None = queries.accounts_seen_by(by).filter(pk=account_id).first()
    if account is None:
        raise NoSuchPayoutAccount
    if account.kind == AccountKind.BANK:
        return Onboarding(account=account, url="")
    return _ask(account, return_url, by, at=at)


def refresh_by_gateway(*, account_id: UUID, at: datetime) -> None:
    """The account is as its gateway has it now; nobody waits for the answer. Calls the gateway."""
    account: PayoutAccount | None = PayoutAccount.objects.known().filter(pk=account_id).first()
    if account is not None and account.recipient_id:
        with answering_the_customer():
            found = gateway_named(account.gateway).recipient_now(gateway_id=account.recipient_id)
        record_recipient(account_id=account.pk, found=found, at=at)


def _connected(owner: Owner, gateway: str, currency: str) -> Any:
    known = PayoutAccount.objects.known().of(owner)
    return known.filter(gateway=gateway, currency=currency, kind=AccountKind.CONNECT)


@transaction.atomic
def _prepare(owner: Owner, gateway: str, currency: str, country: str, *, by: Any, at: datetime) -> PayoutAccount:
    lock_owner(owner)
    account, is_new = _connected(owner, gateway, currency).get_or_create(
        defaults={
            **owner.fields,
            "gateway": gateway,
            "currency": currency,
            "kind": AccountKind.CONNECT,
            "country": country,
            "holder_name": queries.owner_name(owner),
            "is_default": not has_default(owner, currency),
            "usable_from": at + timer("PAYOUT_ACCOUNT_COOLING_OFF"),
        }
    )
    if is_new:
        audit.record("payouts.onboarding_begun", target=account, by=by, at=at, after={"gateway": gateway})
        notices.tell_account(account, notices.ADDED, at=at)
    return account  # type: ignore[no-any-return]  # from a manager that mypy knows as Any


def _ask(account: PayoutAccount, return_url: str, by: Any, *, at: datetime) -> Onboarding:
    gateway = gateway_named(account.gateway)
    with answering_the_customer():
        if account.recipient_id:
            found = gateway.recipient_now(gateway_id=account.recipient_id, return_url=return_url)
        else:
            found = gateway.create_recipient(
                BankAccount(
                    reference=account.pk.hex,
                    account_number="",
                    bank_code="",
                    holder_name=account.holder_name,
                    holder_email=by.email or "",
                    currency=account.currency,
                    country=account.country,
                    return_url=return_url,
                )
            )
    return Onboarding(account=record_recipient(account_id=account.pk, found=found, at=at), url=found.onboarding_url)


@transaction.atomic
def record_recipient(*, account_id: UUID, found: TransferRecipient, at: datetime) -> PayoutAccount:
    """What the gateway said of the account is known, and its owner hears where that changes what it is good for."""
    account: PayoutAccount = PayoutAccount.objects.locked().get(pk=account_id)
    before = account.state
    if before == AccountState.REMOVED:
        return account
    account.recipient_id = account.recipient_id or found.gateway_id
    account.account_name = (found.account_name or account.account_name)[:200]
    settle_state(account, is_ready=found.is_ready, at=at)
    account.save()
    if account.state != before:
        audit.record(
            "payouts.account_state", target=account, by=None, at=at, before={"state": before},
            after={"state": account.state},
        )  # fmt: skip
        notices.tell_account(account, notices.words_of_state(account), at=at)
    return account
