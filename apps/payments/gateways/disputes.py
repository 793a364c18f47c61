"""A dispute as a line of a gateway's list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from apps.payments.gateways.values import DisputeInfo, DisputeStatus, GatewayRecord, MoveStatus, RecordKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDS = {
    DisputeStatus.LOST: MoveStatus.SUCCEEDED,
    DisputeStatus.WON: MoveStatus.FAILED,
    DisputeStatus.CLOSED: MoveStatus.FAILED,
}


def records(disputes: Iterable[DisputeInfo], *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
    """Each dispute that was opened in ``[starts_at, ends_at)``, once, whatever pages it was on."""
    seen: set[str] = set()
    for info in disputes:
        opened_at = info.opened_at or EPOCH
        if info.gateway_id in seen or not starts_at <= opened_at < ends_at:
            continue
        seen.add(info.gateway_id)
        yield GatewayRecord(
            kind=RecordKind.DISPUTE,
            gateway_id=info.gateway_id,
            reference="",
            status=ENDS.get(info.status, MoveStatus.PENDING).value,
            amount_minor=info.amount_minor,
            currency=info.currency,
            fee_minor=info.fee_minor,
            created_at=opened_at,
            line_id=info.gateway_id,
            net_minor=-info.taken_minor,
            charge_reference=info.payment_reference,
            charge_id=info.payment_gateway_id,
        )
