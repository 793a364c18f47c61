"""What follows for an account from what its gateway and its name say."""

from datetime import datetime

from apps.payouts import queries
from apps.payouts.calendar import next_monday
from apps.payouts.models import PayoutAccount
from apps.payouts.names import resemble
from apps.payouts.owners import Owner
from apps.payouts.states import LIVE_ACCOUNTS, AccountState


def settle_state(account: PayoutAccount, *, is_ready: bool, at: datetime) -> None:
    """The account is verified where the gateway is ready and its name fits; a strange name is looked at by a person."""
    owner = Owner.of(account)
    if account.state == AccountState.PENDING and is_ready:
        names = queries.names_to_pass(owner)
        if not account.account_name or any(resemble(account.account_name, name) for name in names):
            account.verify(at=at)
        else:
            account.question(problem=f"The bank knows it as {account.account_name}, not as {' or '.join(names)}.")
    elif account.state == AccountState.VERIFIED and not is_ready:
        account.suspend(problem="The gateway sends nothing there at the moment.")
    set_weekly(account, at=at)


def set_weekly(account: PayoutAccount, *, at: datetime) -> None:
    """The next weekly payout is due on Monday, where money goes to this account by itself."""
    is_weekly = account.is_default and account.state == AccountState.VERIFIED
    if not is_weekly:
        account.weekly_at = None
    elif account.weekly_at is None:
        account.weekly_at = next_monday(at, queries.zone_of(Owner.of(account)))


def has_default(owner: Owner, currency: str) -> bool:
    """Whether something is the owner's first choice already."""
    chosen = PayoutAccount.objects.of(owner).filter(currency=currency, is_default=True, state__in=LIVE_ACCOUNTS)
    return bool(chosen.exists())
