from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core.conf import setting, timer
from apps.core.errors import Invalid
from apps.credits import operations as purse
from apps.credits.models import Grant
from apps.credits.states import Source
from apps.loyalty.errors import NotEnoughPoints, TooFewPoints
from apps.loyalty.models import LoyaltyAccount, PointEntry
from apps.loyalty.rules import worth_of
from apps.loyalty.states import PointKind


@transaction.atomic
def redeem_points(*, points: int, currency: str, by: Any, at: datetime) -> Grant:
    """So many points are credits now, which pay before anything else and run out.

    Raises: TooFewPoints, NotEnoughPoints; Invalid for a currency that redeems none.
    """
    worth = worth_of(points, currency)
    if worth is None:
        raise Invalid("Points are not redeemed in this currency.", errors={"currency": ["Choose another."]})
    if points < setting("LOYALTY_LEAST_REDEEMED"):
        raise TooFewPoints(data={"least": setting("LOYALTY_LEAST_REDEEMED")})
    account = LoyaltyAccount.objects.locked().filter(user_id=by.pk).first()
    if account is None or account.points < points:
        raise NotEnoughPoints(data={"points": account.points if account else 0})
    grant = purse.grant_credits(
        customer_id=by.pk, currency=currency, amount_minor=worth, source=Source.LOYALTY,
        reason=f"{points} points redeemed", by=None, at=at, expires_at=at + timer("LOYALTY_CREDIT_LIFE"),
    )  # fmt: skip
    PointEntry.objects.create(account=account, kind=PointKind.REDEEMED, points=-points, grant=grant, created_at=at)
    return grant
