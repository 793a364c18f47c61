"""Choosing among accounts, and removing one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.conf import timer
from apps.payouts import notices
from apps.payouts.errors import AccountNotVerified, NoSuchPayoutAccount
from apps.payouts.models import PayoutAccount
from apps.payouts.operations.settle_state import set_weekly
from apps.payouts.operations.whose import lock_owner, own_account, prove
from apps.payouts.owners import Owner
from apps.payouts.queries import accounts_seen_by
from apps.payouts.states import LIVE_ACCOUNTS


def make_default(*, account_id: UUID, by: Any, at: datetime, code: str = "") -> PayoutAccount:
    """Money goes to this account by itself from now on, after another day of waiting; repeating changes nothing.

    Raises: NoSuchPayoutAccount; AccountNotVerified where it was rejected; and as ``prove``.
    """
    chosen: PayoutAccount | None = accounts_seen_by(by).filter(pk=account_id, is_default=True).first()
    if chosen is not None:
        return chosen
    if accounts_seen_by(by).filter(pk=account_id).exists():
        prove(by, code, at=at)
    return _choose(account_id, by=by, at=at)


@transaction.atomic
def _choose(account_id: UUID, *, by: Any, at: datetime) -> PayoutAccount:
    found = accounts_seen_by(by).filter(pk=account_id).first()
    if found is None:
        raise NoSuchPayoutAccount
    lock_owner(Owner.of(found))
    account = own_account(account_id, by)
    if account.state not in LIVE_ACCOUNTS:
        raise AccountNotVerified
    others = PayoutAccount.objects.of(Owner.of(account)).filter(currency=account.currency, is_default=True)
    others.update(is_default=False, weekly_at=None, updated_at=at)
    account.is_default = True
    account.usable_from = max(account.usable_from, at + timer("PAYOUT_ACCOUNT_COOLING_OFF"))
    set_weekly(account, at=at)
    account.save()
    audit.record("payouts.account_chosen", target=account, by=by, at=at, after={"account": account.label})
    notices.tell_account(account, notices.CHOSEN, at=at)
    return account


def remove_account(*, account_id: UUID, by: Any, at: datetime, code: str = "") -> PayoutAccount:
    """Nothing is sent there any more; what is on its way arrives. Raises: NoSuchPayoutAccount; and as ``prove``."""
    if accounts_seen_by(by).filter(pk=account_id).exists():
        prove(by, code, at=at)
    return _remove(account_id, by=by, at=at)


@transaction.atomic
def _remove(account_id: UUID, *, by: Any, at: datetime) -> PayoutAccount:
    account = own_account(account_id, by)
    account.remove(at=at)
    account.save()
    audit.record("payouts.account_removed", target=account, by=by, at=at, before={"account": account.label})
    notices.tell_account(account, notices.REMOVED, at=at)
    return account
