"""What the sandbox gateway would pay to our bank: at midnight, UTC, all that was paid the day before, by currency."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from apps.payments.gateways.values import GatewayBalance, GatewayRecord, MoveStatus, RecordKind
from apps.payments.models import SandboxCharge, SandboxDispute, SandboxMove

_DAY = timedelta(days=1)


def settlements(*, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
    """Each settlement of the period."""
    for midnight in _midnights(starts_at, ends_at):
        sums = _paid_before(midnight).order_by("paid_currency").values("paid_currency")
        for row in sums.annotate(gross=Sum("paid_minor"), fees=Sum("fee_minor")):
            yield _record(
                RecordKind.SETTLEMENT,
                midnight,
                row["paid_currency"],
                amount_minor=int(row["gross"]),
                fee_minor=int(row["fees"]),
                gateway_id=_name(midnight, row["paid_currency"]),
                line_id=_name(midnight, row["paid_currency"]),
            )


def settled(*, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
    """Each charge of each settlement of the period."""
    for midnight in _midnights(starts_at, ends_at):
        for charge in _paid_before(midnight).order_by("paid_at", "pk").iterator():
            yield _record(
                RecordKind.SETTLED,
                midnight,
                charge.paid_currency,
                amount_minor=charge.paid_minor,
                fee_minor=charge.fee_minor,
                gateway_id=str(charge.pk),
                line_id=str(charge.pk),
                reference=charge.reference,
            )


def balances(*, at: datetime) -> list[GatewayBalance]:
    """By currency, from the sandbox's own rows."""
    paid = SandboxCharge.objects.filter(status="PAID")
    gone = Q(kind=RecordKind.REFUND) & ~Q(status=MoveStatus.FAILED)
    gone |= Q(kind=RecordKind.TRANSFER, status__in=[MoveStatus.PENDING, MoveStatus.SUCCEEDED])
    all_of_it: Counter[str] = Counter(_sums(paid, "paid_currency", F("paid_minor") - F("fee_minor")))
    all_of_it.subtract(_sums(SandboxMove.objects.filter(gone), "currency", F("amount_minor")))
    all_of_it.subtract(_sums(SandboxDispute.objects.all(), "currency", F("taken_minor") + F("fee_minor")))
    midnight = datetime.combine(at.astimezone(UTC).date(), time.min, UTC)
    settled = _sums(paid.filter(paid_at__lt=midnight), "paid_currency", F("paid_minor") - F("fee_minor"))
    return [
        GatewayBalance(
            currency=currency, held_minor=amount - settled.get(currency, 0), settled_minor=settled.get(currency, 0)
        )
        for currency, amount in sorted(all_of_it.items())
    ]


def _sums(rows: QuerySet[Any], currency: str, amount: Any) -> dict[str, int]:
    return dict(rows.order_by().values_list(currency).annotate(total=Sum(amount)))


def _midnights(starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
    midnight = datetime.combine(starts_at.astimezone(UTC).date(), time.min, UTC)
    while midnight < ends_at:
        if midnight >= starts_at:
            yield midnight
        midnight += _DAY


def _paid_before(midnight: datetime) -> QuerySet[SandboxCharge]:
    return SandboxCharge.objects.filter(status="PAID", paid_at__gte=midnight - _DAY, paid_at__lt=midnight)


def _name(midnight: datetime, currency: str) -> str:
    return f"settled-{midnight.date().isoformat()}-{currency}"


def _record(
    kind: RecordKind, midnight: datetime, currency: str, *, amount_minor: int, fee_minor: int, gateway_id: str,
    line_id: str, reference: str = "",
) -> GatewayRecord:  # fmt: skip
    return GatewayRecord(
        kind=kind,
        gateway_id=gateway_id,
        reference=reference,
        status=MoveStatus.SUCCEEDED.value,
        amount_minor=amount_minor,
        currency=currency,
        fee_minor=fee_minor,
        created_at=midnight,
        line_id=line_id,
        net_minor=amount_minor - fee_minor,
        settlement=_name(midnight, currency),
    )
