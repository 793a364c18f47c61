"""Telling the customer's bank our side: prepare (what operations wrote), send (the gateway), record."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.outbox import after_commit
from apps.payments import rules
from apps.payments.errors import ChargebackNotFound, EvidenceNotAwaited
from apps.payments.gateways.errors import GatewayError, GatewayRefused
from apps.payments.gateways.values import DisputeEvidence
from apps.payments.models import Chargeback
from apps.payments.operations.alerts import alert_ops
from apps.payments.operations.calling import gateway_named, no_transaction

SEND = "apps.payments.tasks.send_evidence"
LEASE = timedelta(minutes=2)
AGAIN_AFTER = timedelta(minutes=10)


@transaction.atomic
def give_evidence(*, chargeback_id: UUID, words: str, files: Sequence[str], by: Any, at: datetime) -> Chargeback:
    """Operations' evidence is kept and goes to the bank after the commit; until it has arrived it may be replaced.

    ``files`` are the keys of uploaded files. Raises: ChargebackNotFound, EvidenceNotAwaited.
    """
    chargeback: Chargeback | None = Chargeback.objects.locked().filter(pk=chargeback_id).first()
    if chargeback is None:
        raise ChargebackNotFound
    if not rules.awaits_evidence(chargeback):
        raise EvidenceNotAwaited
    chargeback.evidence, chargeback.evidence_files = words, list(files)
    chargeback.evidence_by, chargeback.evidence_at, chargeback.next_check_at = by, at, at
    chargeback.save()
    audit.record(
        "payments.evidence_given", target=chargeback, by=by, at=at, after={"words": words, "files": list(files)}
    )
    after_commit(SEND, chargeback_id=str(chargeback.pk))
    return chargeback


def send_evidence(*, chargeback_id: UUID, at: datetime) -> None:
    """The bank has what operations wrote. Harmless to repeat; must be called outside a transaction."""
    prepared = _prepare(chargeback_id, at=at)
    if prepared is None:
        return
    gateway_name, evidence = prepared
    try:
        with no_transaction():
            gateway_named(gateway_name).submit_evidence(evidence)
    except GatewayError as error:
        _record_problem(chargeback_id, error, at=at)
        return
    _record_sent(chargeback_id, evidence, at=at)


@transaction.atomic
def _prepare(chargeback_id: UUID, *, at: datetime) -> tuple[str, DisputeEvidence] | None:
    chargeback: Chargeback | None = Chargeback.objects.locked().filter(pk=chargeback_id).first()
    if (
        chargeback is None
        or not chargeback.evidence
        or chargeback.evidence_sent_at is not None
        or not chargeback.is_open
    ):
        return None
    chargeback.attempts += 1
    chargeback.next_check_at = at + LEASE
    chargeback.save()
    payer = chargeback.payment.payer
    shares = chargeback.payment.allocations.order_by("pk").values_list("description", flat=True)
    return chargeback.gateway, DisputeEvidence(
        dispute_gateway_id=chargeback.gateway_id,
        reference=f"{chargeback.pk}:{int((chargeback.evidence_at or at).timestamp())}",
        words=chargeback.evidence,
        files=tuple(chargeback.evidence_files),
        customer_email=payer.email or "",
        customer_name=payer.name or "",
        service=", ".join(dict.fromkeys(each for each in shares if each))[:500],
    )


@transaction.atomic
def _record_sent(chargeback_id: UUID, evidence: DisputeEvidence, *, at: datetime) -> None:
    chargeback: Chargeback = Chargeback.objects.locked().get(pk=chargeback_id)
    if chargeback.evidence != evidence.words:  # replaced meanwhile: the newer one goes next
        chargeback.next_check_at = at
    else:
        chargeback.evidence_sent_at, chargeback.problem = at, ""
        chargeback.next_check_at = at if chargeback.is_open else None
        chargeback.alert_at = None
        audit.record("payments.evidence_sent", target=chargeback, by=None, at=at)
    chargeback.save()


@transaction.atomic
def _record_problem(chargeback_id: UUID, error: GatewayError, *, at: datetime) -> None:
    chargeback: Chargeback = Chargeback.objects.locked().get(pk=chargeback_id)
    if not chargeback.is_open:
        return
    chargeback.problem, chargeback.next_check_at = str(error)[:300], at + AGAIN_AFTER
    chargeback.save()
    if isinstance(error, GatewayRefused):
        alert_ops("evidence_refused", target=chargeback, at=at, reason=str(error))
