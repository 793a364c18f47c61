"""Reading a gateway's own lists: page by page, outside transactions, each line stored once, each part remembered."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db import transaction

from apps.core.conf import timer
from apps.payments.gateways.values import GatewayRecord, RecordKind
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.reconciliation import books
from apps.reconciliation.models import GatewayLine, ReconciliationRun
from apps.reconciliation.models.line import SAID
from apps.reconciliation.operations.chunks import chunks
from apps.reconciliation.operations.types import OnStep

PART = timedelta(hours=6)
_ROWS = 1_000


def read_lists(run: ReconciliationRun, *, at: datetime, on_step: OnStep | None = None) -> None:
    """Every line of the day and of a while before it is stored. Raises: GatewayError; what was read is kept."""
    gateway = gateway_named(run.gateway)
    parts = _parts(run, at)
    for number, (kind, starts_at, ends_at) in enumerate(parts):
        if on_step is not None:
            on_step(number, len(parts), f"{kind.lower()}s of {starts_at:%d %b %H:%M}")
        name = f"{kind} {starts_at.astimezone(UTC).isoformat()} {ends_at.astimezone(UTC).isoformat()}"
        if name in run.read:
            continue
        with no_transaction():
            records = list(gateway.list_records(kind, starts_at=starts_at, ends_at=ends_at))
        _store(run, name, [_as_line(run.gateway, record, at) for record in records if _is_ours(record)])
    if on_step is not None:
        on_step(len(parts), len(parts), "comparing")


def _parts(run: ReconciliationRun, at: datetime) -> list[tuple[RecordKind, datetime, datetime]]:
    """What is to be read: each list in pieces, so that a run which is interrupted loses one piece at the most."""
    last = min(run.ends_at, at)
    edges = [run.starts_at - timer("RECONCILE_LOOKBACK")]
    while edges[-1] < last:
        edges.append(min(edges[-1] + PART, last))
    pieces = list(pairwise(edges))
    kinds = list(dict.fromkeys(book.list_kind for book in books.registered()))
    return [(kind, *piece) for kind in kinds for piece in pieces]


def _is_ours(record: GatewayRecord) -> bool:
    """One account at a gateway may serve several environments."""
    return record.environment in {"", settings.ENVIRONMENT}


def _as_line(gateway: str, record: GatewayRecord, at: datetime) -> GatewayLine:
    line = GatewayLine.read_from(gateway, record)
    line.read_at = at
    return line


@transaction.atomic
def _store(run: ReconciliationRun, name: str, lines: Iterable[GatewayLine]) -> None:
    """A line that is read again, on another page or another night, replaces what was read before."""
    once = {line.line_id: line for line in lines}
    for batch in chunks(once.values(), _ROWS):
        GatewayLine.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["gateway", "kind", "line_id"],
            update_fields=[*SAID, "status", "made_at", "read_at"],
        )
    run.read = [*run.read, name]
    run.save(update_fields=["read"])
