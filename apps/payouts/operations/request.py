"""Asking for a payout: the money leaves its owner's account in the same transaction, so that nobody has it twice."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.api.fields import money_out
from apps.core.events import publish
from apps.core.ids import new_id
from apps.core.outbox import after_commit
from apps.ledger import operations as ledger
from apps.payouts import notices, queries, rules
from apps.payouts.errors import (
    AccountCoolingOff,
    AccountNotVerified,
    BelowMinimum,
    MoneyOwed,
    NoSuchPayoutAccount,
    NotEnoughMoney,
    PayoutAccountMissing,
    PayoutsFrozen,
)
from apps.payouts.events import PayoutRequested
from apps.payouts.models import Payout, PayoutAccount
from apps.payouts.owners import Owner, source_address
from apps.payouts.states import AccountState, PayoutKind


@transaction.atomic
def request_payout(
    *,
    kind: PayoutKind,
    owner: Owner,
    currency: str,
    by: Any,
    at: datetime,
    amount_minor: int | None = None,
    account_id: UUID | None = None,
    week_of: date | None = None,
) -> Payout:
    """The amount, or all there is, is in transit, and is sent once this is committed.

    The account is locked and then the balance before anything is looked at: whoever freezes, removes, takes back or pays
    out beside this waits, and then finds what is left. Raises: PayoutsFrozen, MoneyOwed, NoSuchPayoutAccount, PayoutAccountMissing,
    AccountNotVerified, AccountCoolingOff, BelowMinimum, NotEnoughMoney.
    """
    source = source_address(kind, owner, currency)
    account = _locked_account(owner, currency, account_id)
    available = ledger.lock_withdrawable(address=source)
    refuse_blocked(owner)
    _check_account(account, at=at)
    amount = available if amount_minor is None else amount_minor
    _check_amount(kind, currency, amount=amount, available=available)
    payout_id = new_id()
    posted = ledger.take_for_payout(payout_id=payout_id, source=source, currency=currency, amount_minor=amount, at=at)
    payout: Payout = Payout.objects.create(
        id=payout_id,
        kind=kind,
        **owner.fields,
        currency=currency,
        amount_minor=amount,
        reference=f"payout-{payout_id.hex}",
        account=account,
        gateway=account.gateway,
        recipient_id=account.recipient_id,
        account_label=account.label,
        account_name=account.account_name,
        requested_by=None if week_of else by,
        week_of=week_of,
        requested_at=at,
        next_attempt_at=at,
        request_transfer_id=posted.transfer_id,
        created_at=at,
    )
    audit.record("payouts.requested", target=payout, by=by, at=at, after={"amount_minor": amount, "to": account.label})
    notices.tell_requested(payout, at=at)
    publish(
        PayoutRequested(
            payout_id=payout.pk, kind=kind, owner_id=owner.id, currency=currency, amount_minor=amount, at=at
        )
    )
    after_commit("apps.payouts.tasks.carry_out_payout", payout_id=str(payout.pk))
    return payout


def refuse_blocked(owner: Owner) -> None:
    """Nothing, for an owner who may be paid out. Raises: PayoutsFrozen; MoneyOwed."""
    if queries.is_frozen(owner):
        raise PayoutsFrozen
    if owed := queries.owes(owner):
        raise MoneyOwed(data={"owed": [money_out(amount, currency) for currency, amount in sorted(owed.items())]})


def _locked_account(owner: Owner, currency: str, account_id: UUID | None) -> PayoutAccount:
    known = PayoutAccount.objects.known().of(owner).filter(currency=currency).locked()
    wanted = {"is_default": True} if account_id is None else {"pk": account_id}
    account: PayoutAccount | None = known.filter(**wanted).first()
    if account is None:
        raise PayoutAccountMissing if account_id is None else NoSuchPayoutAccount
    return account


def _check_account(account: PayoutAccount, *, at: datetime) -> None:
    if account.state != AccountState.VERIFIED:
        raise AccountNotVerified(data={"state": str(account.state)})
    if account.usable_from > at:
        raise AccountCoolingOff(data={"usable_from": account.usable_from})


def _check_amount(kind: PayoutKind, currency: str, *, amount: int, available: int) -> None:
    least = rules.minimum_minor(kind, currency)
    if amount > available:
        raise NotEnoughMoney(data={"available": money_out(available, currency)})
    if amount < least:
        raise BelowMinimum(data={"minimum": money_out(least, currency), "available": money_out(available, currency)})
