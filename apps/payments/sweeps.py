"""What the payment desk does by itself."""

from datetime import datetime, timedelta

from django.db.models import Min

from apps.core.sweeps import sweep
from apps.payments import operations, queries
from apps.payments.models import Payment, Refund, WebhookEvent


def _inbox_due() -> datetime | None:
    return WebhookEvent.objects.aggregate(first=Min("next_attempt_at"))["first"]


def _check_due() -> datetime | None:
    return Payment.objects.aggregate(first=Min("next_check_at"))["first"]


def _refund_due() -> datetime | None:
    return Refund.objects.aggregate(first=Min("next_attempt_at"))["first"]


@sweep("payments.inbox", every=timedelta(seconds=5), next_due=_inbox_due, batch=100, queue="critical")
def process_inbox(at: datetime, limit: int) -> int:
    """Events of gateways that a lost wake or a crash left behind are acted on."""
    return operations.process_inbox(at, limit)


@sweep("payments.check", every=timedelta(seconds=30), next_due=_check_due, batch=50)
def check_payments(at: datetime, limit: int) -> int:
    """Gateways are asked about payments of which nothing was heard; attempts that ran out are abandoned."""
    return operations.check_due_payments(at, limit)


@sweep("payments.refunds", every=timedelta(seconds=60), next_due=_refund_due, batch=50)
def carry_out_refunds(at: datetime, limit: int) -> int:
    """Refunds that a crash or a gateway left behind are one step further."""
    return operations.carry_out_due_refunds(at, limit)


@sweep("payments.chargebacks", every=timedelta(minutes=5), next_due=queries.next_chargeback_check, batch=20)
def check_chargebacks(at: datetime, limit: int) -> int:
    """Gateways are asked about disputes that are open, and evidence that did not arrive is sent again."""
    return operations.check_due_chargebacks(at, limit)


@sweep("payments.discover_chargebacks", every=timedelta(hours=1), batch=1)
def discover_chargebacks(at: datetime, limit: int) -> int:  # it reads lists, not rows
    """Disputes whose web hook was lost are found in the gateways' own lists."""
    operations.discover_chargebacks(at)
    return 0


@sweep("payments.evidence_due", every=timedelta(minutes=15), next_due=queries.next_chargeback_alert, batch=100)
def alert_due_evidence(at: datetime, limit: int) -> int:
    """Operations know of evidence that is due soon."""
    return operations.alert_due_evidence(at, limit)
