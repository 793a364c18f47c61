"""Points come with money that a business was paid, and go back with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from apps.accounts.models import User
from apps.loyalty.models import LoyaltyAccount, PointEntry
from apps.loyalty.queries import earned_lately
from apps.loyalty.rules import points_for, tier_of
from apps.loyalty.states import PointKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """What a customer has paid for one thing that is complete."""

    hold_id: UUID
    customer_id: UUID
    gross_minor: int
    currency: str


@transaction.atomic
def earn_points(*, trades: Sequence[Trade], at: datetime) -> int:
    """Each trade has brought its customer the points of their tier, once; guests collect none. Answers how many earned.

    A handful of statements for any number of trades.
    """
    customers = sorted({trade.customer_id for trade in trades})
    people = set(User.objects.filter(pk__in=customers, is_guest=False, is_active=True).values_list("pk", flat=True))
    LoyaltyAccount.objects.bulk_create(
        [LoyaltyAccount(user_id=key, created_at=at) for key in customers if key in people], ignore_conflicts=True
    )
    # In one order, so that two sweeps with customers in common never wait for each other in a ring.
    accounts = {account.user_id: account.pk for account in LoyaltyAccount.objects.filter(user_id__in=people).locked()}
    lately = earned_lately(people, at)
    earned = []
    for trade in trades:
        if trade.customer_id not in accounts:
            continue
        points = points_for(trade.gross_minor, trade.currency, tier_of(lately.get(trade.customer_id, 0)))
        if points > 0:
            earned.append(
                PointEntry(
                    account_id=accounts[trade.customer_id], kind=PointKind.EARNED, points=points,
                    hold_id=trade.hold_id, created_at=at,
                )
            )  # fmt: skip
    known = PointEntry.objects.filter(kind=PointKind.EARNED, hold_id__in=[entry.hold_id for entry in earned])
    before = set(known.values_list("hold_id", flat=True))
    new = [entry for entry in earned if entry.hold_id not in before]
    PointEntry.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def return_points(
    *, hold_id: UUID, transfer_id: UUID, amount_minor: int, left_minor: int, at: datetime
) -> PointEntry | None:
    """With ``amount_minor`` of a trade its share of the points has gone back, as far as they were not redeemed.

    ``left_minor`` of it is still paid: with nothing left, all that it earned goes. Repeating changes nothing.
    """
    earned = PointEntry.objects.filter(kind=PointKind.EARNED, hold_id=hold_id).first()
    if earned is None or PointEntry.objects.filter(kind=PointKind.RETURNED, transfer_id=transfer_id).exists():
        return None
    account = LoyaltyAccount.objects.locked().get(pk=earned.account_id)
    before = (
        PointEntry.objects.filter(kind=PointKind.RETURNED, hold_id=hold_id).aggregate(sum=Sum("points"))["sum"] or 0
    )
    of_it = earned.points + before
    share = of_it * amount_minor // (amount_minor + left_minor) if left_minor else of_it
    back = min(share, account.points)
    if back <= 0:
        return None
    made: PointEntry = PointEntry.objects.create(
        account=account, kind=PointKind.RETURNED, points=-back, hold_id=hold_id, transfer_id=transfer_id, created_at=at
    )
    return made
