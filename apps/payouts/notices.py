"""The words that payouts send: which message, to whom, with which values."""

from datetime import datetime
from typing import Any

from django.conf import settings

from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.payouts import queries
from apps.payouts.models import Payout, PayoutAccount
from apps.payouts.owners import Owner
from apps.payouts.states import AccountState

ADDED = "It was added."
CHOSEN = "Money goes there first from now on."
REMOVED = "It was removed."
_OF_STATE = {
    AccountState.VERIFIED: "It is verified.",
    AccountState.NEEDS_REVIEW: "The name that the bank knows is another one; our team looks at it.",
    AccountState.REJECTED: "It was rejected: no money is sent there.",
    AccountState.PENDING: "The gateway sends nothing there at the moment.",
    AccountState.REMOVED: REMOVED,
}


def words_of_state(account: PayoutAccount) -> str:
    """What has become of the account."""
    return _OF_STATE[AccountState(account.state)]


def tell_account(account: PayoutAccount, change: str, *, at: datetime) -> None:
    """Whoever owns the account hears by every channel that it was changed, in case it was not they."""
    told = {
        "account": account.label,
        "change": change,
        "changed_at": at,
        "usable_from": account.usable_from if account.usable_from > at else None,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/payout-accounts",
    }
    key = f"payout_account:{account.pk}:{change}:{at.timestamp()}"[:200]
    _send(Owner.of(account), kinds.PAYOUT_ACCOUNT_CHANGED, account, told, key=key, at=at)


def tell_requested(payout: Payout, *, at: datetime) -> None:
    """The owner knows that money leaves, in case it was not they who asked."""
    _tell(payout, kinds.PAYOUT_REQUESTED, {}, at=at)


def tell_paid(payout: Payout, *, at: datetime) -> None:
    """The owner knows that the money was sent."""
    _tell(payout, kinds.PAYOUT_PAID, {}, at=at)


def tell_failed(payout: Payout, *, at: datetime) -> None:
    """The owner knows that the money is back, and why."""
    _tell(payout, kinds.PAYOUT_FAILED, {"reason": payout.problem}, at=at)


def tell_reversed(payout: Payout, *, at: datetime) -> None:
    """The owner knows that the money came back, and why."""
    _tell(payout, kinds.PAYOUT_REVERSED, {"reason": payout.problem}, at=at)


def _tell(payout: Payout, kind: Any, more: dict[str, Any], *, at: datetime) -> None:
    told = {
        "amount": Money(payout.amount_minor, payout.currency),
        "account": payout.account_label,
        "payout_reference": payout.reference,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/payouts/{payout.pk}",
        **more,
    }
    _send(Owner.of(payout), kind, payout, told, key=f"{kind}:{payout.pk}", at=at)


def _send(owner: Owner, kind: Any, subject: Any, told: dict[str, Any], *, key: str, at: datetime) -> None:
    context = {"owner_name": queries.owner_name(owner), "time_zone": queries.zone_of(owner), **told}
    context = {name: value for name, value in context.items() if value is not None}
    notify_many(
        [
            Notice(
                kind=kind, user=person, context=context, subject=subject, business_id=owner.business_id,
                dedupe_key=key,
            )
            for person in queries.people_to_tell(owner)
        ],
        at=at,
    )  # fmt: skip
