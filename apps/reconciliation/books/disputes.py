"""Chargebacks, held against a gateway's disputes: what a bank claims, what was taken for it, and how it ended."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from apps.ledger import addresses
from apps.payments import operations as payments
from apps.payments.gateways.disputes import records
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.values import RecordKind
from apps.payments.models import Chargeback
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.states import ChargebackStatus
from apps.reconciliation.books.base import Difference, Known
from apps.reconciliation.models import GatewayLine
from apps.reconciliation.states import BreakKind, Outcome

S = ChargebackStatus
ENDS = {S.LOST: Outcome.SUCCEEDED, S.WON: Outcome.FAILED, S.CLOSED: Outcome.FAILED}
_ASKED_ABOUT = {BreakKind.MISSING_HERE, BreakKind.STATUS, BreakKind.AMOUNT, BreakKind.FEE}


class DisputeBook:
    """Every dispute at the gateway is a chargeback here, with as much taken for it, and every chargeback is a dispute."""

    list_kind = RecordKind.DISPUTE
    sign = -1

    def concerns(self, line: GatewayLine) -> bool:
        """All of them: one that was won has cost its fee."""
        return True

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """By the gateway's own id."""
        ids = {line.gateway_id for line in lines}
        rows = {row.gateway_id: row for row in Chargeback.objects.filter(gateway=gateway, gateway_id__in=ids)}
        return {line.pk: as_known(rows[line.gateway_id]) for line in lines if line.gateway_id in rows}

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Chargebacks that were opened in that time."""
        rows = Chargeback.objects.filter(gateway=gateway, opened_at__gte=since, opened_at__lt=until)
        return [as_known(chargeback) for chargeback in rows.order_by("pk")]

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """These chargebacks."""
        rows = Chargeback.objects.filter(gateway=gateway, pk__in=record_ids).order_by("pk")
        return [as_known(chargeback) for chargeback in rows]

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """The dispute, by its id."""
        with no_transaction():
            try:
                info = gateway_named(gateway).find_dispute(gateway_id=known.gateway_id)
            except GatewayRefused:  # it has none of that name
                return None
        if info is None:
            return None
        opened_at = info.opened_at or known.at
        (record,) = records([info], starts_at=opened_at, ends_at=datetime.max.replace(tzinfo=opened_at.tzinfo))
        return GatewayLine(
            gateway=gateway, kind=record.kind, line_id=record.line_id, gateway_id=record.gateway_id,
            status=record.status, amount_minor=record.amount_minor, fee_minor=record.fee_minor,
            net_minor=record.net_minor, currency=record.currency, made_at=record.created_at,
        )  # fmt: skip

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """A dispute of which no web hook told is booked, and what has become of one since."""
        line = difference.line
        if difference.kind not in _ASKED_ABOUT or line is None:
            return False
        return payments.refresh_dispute(gateway=line.gateway, gateway_id=line.gateway_id, at=at)


def as_known(chargeback: Chargeback) -> Known:
    """What we know of a chargeback."""
    return Known(
        subject=f"dispute {chargeback.gateway_id}",
        record_id=chargeback.pk,
        payment_id=chargeback.payment_id,
        reference="",
        gateway_id=chargeback.gateway_id,
        amount_minor=chargeback.amount_minor,
        currency=chargeback.currency,
        fee_minor=chargeback.fee_minor,
        outcome=ENDS.get(ChargebackStatus(chargeback.status), Outcome.PENDING),
        at=chargeback.opened_at,
        account=addresses.gateway_clearing(chargeback.gateway, chargeback.currency),
        taken_minor=chargeback.taken_minor,
        moved_minor=-chargeback.taken_minor - chargeback.fee_minor,
    )
