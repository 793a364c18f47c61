"""What falls due: payouts to send and to ask about, and Mondays."""

from datetime import datetime, timedelta

from django.db.models import Min

from apps.core.sweeps import sweep
from apps.payouts import operations
from apps.payouts.models import Payout, PayoutAccount


def _payout_due() -> datetime | None:
    return Payout.objects.aggregate(first=Min("next_attempt_at"))["first"]


def _monday() -> datetime | None:
    return PayoutAccount.objects.aggregate(first=Min("weekly_at"))["first"]


@sweep("payouts.carry_out", every=timedelta(minutes=1), next_due=_payout_due, batch=50)
def carry_out_payouts(at: datetime, limit: int) -> int:
    """Payouts that wait to be sent, or of which nothing was heard, are one step further."""
    return operations.carry_out_due_payouts(at, limit)


@sweep("payouts.weekly", every=timedelta(minutes=5), next_due=_monday, batch=100)
def request_weekly(at: datetime, limit: int) -> int:
    """Everybody whose Monday has come is paid out, where they have enough."""
    return operations.request_weekly_payouts(at, limit)
