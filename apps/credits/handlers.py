"""What credits do when an app below them states a fact."""

from apps.accounts.events import UserRegistered
from apps.credits import operations
from apps.ledger.events import EscrowReleased


def note_registered(event: UserRegistered) -> None:
    """The person has a code by which to bring others, and was brought by whoever's code they gave."""
    operations.note_registered(user_id=event.user_id, code=event.referral_code, at=event.registered_at)


def reward_referrals(event: EscrowReleased) -> None:
    """Customers whose first trade is complete, and those who brought them, have their credits."""
    trades = ((release.customer_id, release.currency) for release in event.releases)
    operations.reward_referrals(trades, at=event.released_at)
