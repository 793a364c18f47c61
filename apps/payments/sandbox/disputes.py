"""What customers' banks do at the sandbox: dispute a charge, and decide it. Every step is told by a signed web hook."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from apps.core import clock
from apps.payments.errors import NotPayable, PaymentNotFound
from apps.payments.gateways.values import DisputeEvidence, DisputeStatus
from apps.payments.models import SandboxCharge, SandboxDispute
from apps.payments.sandbox import hooks
from apps.payments.sandbox.reading import dispute_payload

ANSWER_WITHIN = timedelta(days=7)
FEE_MINOR = {"NGN": 200_000}
_OTHER_FEE_MINOR = 1_500
_OPEN = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
S = DisputeStatus


def left_of(charge: SandboxCharge) -> int:
    """What has neither gone back nor been taken for a dispute."""
    taken = charge.disputes.aggregate(sum=Sum("taken_minor", default=0))
    return int(charge.paid_minor - charge.refunded_minor - taken["sum"])


def open_dispute_of(charge: SandboxCharge) -> SandboxDispute | None:
    """The dispute that the bank has not decided, if there is one."""
    found: SandboxDispute | None = charge.disputes.filter(status__in=_OPEN).order_by("pk").first()
    return found


def open_dispute(
    *, reference: str, at: datetime, amount_minor: int | None = None, reason: str = "fraudulent"
) -> SandboxDispute:
    """The bank has the money, or so much of it, until it has decided; its fee is the platform's.

    Raises: PaymentNotFound; NotPayable where the charge was not paid, is disputed already, or is worth less.
    """
    with transaction.atomic():
        charge = _locked(reference)
        amount = left_of(charge) if amount_minor is None else amount_minor
        if charge.status != "PAID" or open_dispute_of(charge) is not None or not 0 < amount <= left_of(charge):
            raise NotPayable("This charge cannot be disputed, or not by so much.")
        dispute: SandboxDispute = SandboxDispute.objects.create(
            charge=charge,
            amount_minor=amount,
            currency=charge.paid_currency,
            status=S.NEEDS_RESPONSE,
            reason=reason,
            taken_minor=amount,
            fee_minor=FEE_MINOR.get(charge.paid_currency, _OTHER_FEE_MINOR),
            respond_by=at + ANSWER_WITHIN,
            created_at=at,
        )
        _tell("dispute.opened", dispute, at=at)
        return dispute


def decide_dispute(*, reference: str, won: bool, at: datetime) -> SandboxDispute:
    """The bank has decided for us, who get the money back, or for its customer; the fee stays paid.

    Raises: PaymentNotFound; NotPayable where nothing of the charge is disputed.
    """
    with transaction.atomic():
        dispute = open_dispute_of(_locked(reference))
        if dispute is None:
            raise NotPayable("No dispute of this charge is open.")
        dispute.status = S.WON if won else S.LOST
        dispute.taken_minor = 0 if won else dispute.taken_minor
        dispute.save()
        _tell("dispute.closed", dispute, at=at)
        return dispute


@transaction.atomic
def note_evidence(evidence: DisputeEvidence) -> None:
    """The bank reads what it was told; a dispute that the sandbox does not know, or that has ended, stays as it is."""
    found = SandboxDispute.objects.locked().filter(pk=evidence.dispute_gateway_id, status=S.NEEDS_RESPONSE).first()
    if found is not None:
        found.status, found.evidence = S.UNDER_REVIEW, evidence.words
        found.save()
        _tell("dispute.changed", found, at=clock.now())


def _locked(reference: str) -> SandboxCharge:
    charge: SandboxCharge | None = SandboxCharge.objects.locked().filter(reference=reference).first()
    if charge is None:
        raise PaymentNotFound
    return charge


def _tell(event_type: str, dispute: SandboxDispute, *, at: datetime) -> None:
    hooks.announce(event_type, {"dispute": dispute_payload(dispute)}, at=at)
