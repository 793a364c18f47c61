"""Weekly payouts: on Monday at six by the business's clock, everybody who has enough, once."""

import logging
from datetime import datetime

from django.db import transaction

from apps.core.errors import DomainError
from apps.payouts import queries
from apps.payouts.calendar import monday_of, next_monday
from apps.payouts.models import Payout, PayoutAccount
from apps.payouts.operations.request import request_payout
from apps.payouts.owners import Owner
from apps.payouts.states import PayoutKind

logger = logging.getLogger(__name__)


@transaction.atomic
def request_weekly_payouts(at: datetime, limit: int) -> int:
    """Up to ``limit`` owners whose Monday has come are paid out, where they have enough; the next one is a week later.

    One that was missed is made up for once. What keeps one owner from it is written down and holds up nobody else.
    """
    due = list(PayoutAccount.objects.weekly_due(at).claimed(limit))
    for account in due:
        owner = Owner.of(account)
        zone = queries.zone_of(owner)
        kind = PayoutKind.BUSINESS if owner.business_id else PayoutKind.TIPS
        _pay_out(account, kind, owner, zone, at=at)
        account.weekly_at = next_monday(at, zone)
        account.save(update_fields=["weekly_at"])
    return len(due)


def _pay_out(account: PayoutAccount, kind: PayoutKind, owner: Owner, zone: str, *, at: datetime) -> None:
    if account.weekly_at is None:
        return
    week = monday_of(account.weekly_at, zone)
    same = Payout.objects.of(owner).filter(kind=kind, currency=account.currency, week_of=week)
    if same.exists():
        return
    try:
        with transaction.atomic():
            request_payout(
                kind=kind, owner=owner, currency=account.currency, account_id=account.pk, by=None, at=at, week_of=week
            )
    except DomainError as refusal:
        logger.info("weekly_payout_left_out", extra={"account": str(account.pk), "reason": str(refusal)})
