"""What gateways tell by themselves is a hint: the gateway is asked, and what it answers is booked."""

from datetime import datetime

from apps.core.outbox import after_commit
from apps.payouts import notices
from apps.payouts.models import Payout, PayoutAccount


def note_transfer_reported(*, gateway: str, reference: str, gateway_id: str, at: datetime) -> None:
    """The gateway is asked about the payout soon, and again until it has answered. Called within a transaction."""
    ours = Payout.objects.filter(gateway=gateway)
    named = ours.filter(reference=reference) if reference else ours.filter(gateway_id=gateway_id).exclude(gateway_id="")
    payout = named.locked().first()
    if payout is not None:
        if payout.paid_at is not None and payout.ended_at is None:
            Payout.objects.filter(pk=payout.pk).update(next_attempt_at=at, updated_at=at)
        after_commit("apps.payouts.tasks.carry_out_payout", payout_id=str(payout.pk))


def note_account_reported(*, gateway: str, account_id: str, problem: str, at: datetime) -> None:
    """The gateway is asked about each account of that name; its owner hears what its bank says. Within a transaction."""
    for account in PayoutAccount.objects.known().filter(gateway=gateway, recipient_id=account_id).locked():
        if problem:
            account.problem = problem[:300]
            account.save()
            notices.tell_account(account, problem, at=at)
        after_commit("apps.payouts.tasks.refresh_account", account_id=str(account.pk))
