"""Payouts, held against what a gateway has sent out, ours and what somebody sent there by hand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.ledger import addresses
from apps.payments.gateways.values import MoveStatus, RecordKind
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payouts import operations as payouts
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from apps.reconciliation.books.base import Difference, Known
from apps.reconciliation.models import GatewayLine
from apps.reconciliation.states import BreakKind, Outcome

S = PayoutState
OUTCOMES = {
    S.REQUESTED: Outcome.PENDING,
    S.IN_TRANSIT: Outcome.PENDING,
    S.PAID: Outcome.SUCCEEDED,
    S.FAILED: Outcome.FAILED,
    S.REVERSED: Outcome.FAILED,
}


class TransferBook:
    """Every transfer at the gateway is one of our payouts, and every payout that was paid is such a transfer."""

    list_kind = RecordKind.TRANSFER
    sign = -1

    def concerns(self, line: GatewayLine) -> bool:
        """All of them: one that failed may have been taken for paid here."""
        return True

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """By our reference, or where a line has none by the gateway's own id."""
        named = Q(reference__in={line.reference for line in lines if line.reference})
        named |= Q(gateway_id__in={line.gateway_id for line in lines if line.gateway_id})
        rows = list(Payout.objects.filter(named, gateway=gateway))
        by_reference = {payout.reference: payout for payout in rows}
        by_id = {payout.gateway_id: payout for payout in rows if payout.gateway_id}
        found = {line.pk: by_reference.get(line.reference) or by_id.get(line.gateway_id) for line in lines}
        return {key: as_known(payout) for key, payout in found.items() if payout is not None}

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Payouts that were sent in that time and arrived."""
        rows = Payout.objects.filter(gateway=gateway, state=S.PAID, sent_at__gte=since, sent_at__lt=until)
        return [as_known(payout) for payout in rows.order_by("pk")]

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """These payouts."""
        rows = Payout.objects.filter(gateway=gateway, pk__in=record_ids).order_by("pk")
        return [as_known(payout) for payout in rows]

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """The transfer, by our reference."""
        with no_transaction():
            result = gateway_named(gateway).find_transfer(reference=known.reference)
        if result is None:
            return None
        is_back = result.status in {MoveStatus.FAILED, MoveStatus.REVERSED}
        return GatewayLine(
            gateway=gateway, kind=RecordKind.TRANSFER, line_id=result.gateway_id, gateway_id=result.gateway_id,
            reference=result.reference, status=Outcome.FAILED if is_back else result.status.value,
            amount_minor=result.amount_minor, fee_minor=result.fee_minor, currency=result.currency, made_at=known.at,
        )  # fmt: skip

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """The gateway is asked about a payout that may have been sent, and what it says is booked."""
        if difference.kind != BreakKind.STATUS or difference.record_id is None:
            return False
        payout = Payout.objects.get(pk=difference.record_id)
        if payout.attempts == 0:  # it was never sent: whatever the gateway has, this must not send another
            return False
        payouts.carry_out_payout(payout_id=payout.pk, at=at)
        return True


def as_known(payout: Payout) -> Known:
    """What we know of a payout; its fee is booked once it has arrived."""
    return Known(
        subject=f"payout {payout.reference}",
        record_id=payout.pk,
        payment_id=None,
        reference=payout.reference,
        gateway_id=payout.gateway_id,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        fee_minor=payout.fee_minor if payout.paid_at is not None else None,
        outcome=OUTCOMES[PayoutState(payout.state)],
        at=payout.sent_at or payout.requested_at,
        account=addresses.gateway_clearing(payout.gateway, payout.currency),
    )
