"""Where the demo's businesses and people are paid, and what has been sent there, by the product's own operations."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from apps.accounts.models import User
from apps.catalog.models import Business
from apps.core import clock
from apps.core.errors import DomainError
from apps.payouts import operations as payouts
from apps.payouts.operations import BankDetails
from apps.payouts.owners import Owner
from apps.payouts.states import PayoutKind

# Past the day of waiting, and not so long ago that Mondays would have to be made up for.
ADDED_BEFORE = timedelta(days=2)
BANKS = (("058", "GTBank"), ("044", "Access Bank"), ("033", "UBA"), ("011", "First Bank"))
# One business in so many asked for money a while ago; the bank of one in so many takes its time.
ASKED, STILL_ON_ITS_WAY = 2, 4
ON_ITS_WAY = "0002"  # how a number ends at the sandbox gateway whose transfers wait


def play_payouts(*, businesses: Sequence[Business], customers: Sequence[User], random: Random, at: datetime) -> None:
    """Every business and the first customer have a verified account; some have asked for money, most of it arrived."""
    for number, business in enumerate(businesses):
        owner = Owner(business_id=business.pk)
        ending = ON_ITS_WAY if number % STILL_ON_ITS_WAY == STILL_ON_ITS_WAY - 1 else ""
        _add(owner, business.owner, business, random, ending=ending, at=at)
        if number % ASKED == 1 or number == 0:
            _ask(owner, business, at=at)
    first = customers[0]
    _add(Owner(user_id=first.pk), first, businesses[0], random, ending="", at=at)


def _add(owner: Owner, by: User, business: Business, random: Random, *, ending: str, at: datetime) -> None:
    code, name = random.choice(BANKS)
    number = f"{random.randrange(10**9, 10**10)}"
    added_at = at - ADDED_BEFORE
    with clock.frozen(added_at):
        payouts.add_bank_account(
            owner=owner,
            bank=BankDetails(
                account_number=number[: 10 - len(ending)] + ending if ending else number[:9] + "7",
                bank_code=code,
                bank_name=name,
                currency=business.currency,
                country=business.country,
            ),
            by=by,
            at=added_at,
        )


def _ask(owner: Owner, business: Business, *, at: datetime) -> None:
    with clock.frozen(at):
        try:
            payout = payouts.request_payout(
                kind=PayoutKind.BUSINESS, owner=owner, currency=business.currency, by=business.owner, at=at
            )
        except DomainError:  # such as: not enough yet
            return
        payouts.carry_out_payout(payout_id=payout.pk, at=at)
