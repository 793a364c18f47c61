"""Payments, held against the charges of a gateway and against the lines of what it settled."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.ledger import addresses
from apps.payments import operations as payments
from apps.payments.gateways.values import ChargeStatus, RecordKind, VerifyResult
from apps.payments.models import Payment
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.reconciliation.books.base import Difference, Known
from apps.reconciliation.models import GatewayLine
from apps.reconciliation.states import BreakKind, Outcome


class ChargeBook:
    """Every charge that succeeded is a payment that was booked, and every payment that was booked is such a charge."""

    list_kind = RecordKind.CHARGE
    sign = 1

    def concerns(self, line: GatewayLine) -> bool:
        """Only money that came."""
        return bool(line.status == ChargeStatus.SUCCEEDED)

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """By our reference, or where a line has none by the gateway's own id."""
        found = payments_of(gateway, lines)
        return {key: as_known(payment) for key, payment in found.items()}

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Payments whose money came in that time."""
        rows = Payment.objects.filter(gateway=gateway, paid_at__gte=since, paid_at__lt=until, captured_minor__gt=0)
        return [as_known(payment) for payment in rows.order_by("pk").iterator()]

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """These payments."""
        rows = Payment.objects.filter(gateway=gateway, pk__in=record_ids).order_by("pk")
        return [as_known(payment) for payment in rows]

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """The charge, by our reference."""
        with no_transaction():
            result = gateway_named(gateway).verify(reference=known.reference, gateway_id=known.gateway_id)
        return None if result.status == ChargeStatus.UNKNOWN else _as_line(result, gateway, known)

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """A payment that was never heard of is verified, which funds it; a fee that was told late is booked."""
        if difference.payment_id is None:
            return False
        if difference.kind == BreakKind.MISSING_HERE:
            payments.refresh_payment(payment_id=difference.payment_id, at=at)
            return True
        line = difference.line
        if difference.kind == BreakKind.FEE and line is not None:
            return payments.note_late_fee(payment_id=difference.payment_id, fee_minor=line.fee_minor, at=at)
        return False


def payments_of(gateway: str, lines: Sequence[GatewayLine]) -> dict[UUID, Payment]:
    """The payment behind each line that has one, in one query."""
    named = Q(reference__in={line.reference for line in lines if line.reference})
    named |= Q(gateway_id__in={line.gateway_id for line in lines if line.gateway_id})
    rows = list(Payment.objects.filter(named, gateway=gateway))
    by_reference = {payment.reference: payment for payment in rows}
    by_id = {payment.gateway_id: payment for payment in rows if payment.gateway_id}
    found = {line.pk: by_reference.get(line.reference) or by_id.get(line.gateway_id) for line in lines}
    return {key: payment for key, payment in found.items() if payment is not None}


def as_known(payment: Payment) -> Known:
    """What the desk knows of a payment: what came, also where it fits nothing and waits in suspense."""
    is_stray = payment.stray_minor > 0
    currency = payment.stray_currency if is_stray else payment.currency
    return Known(
        subject=f"payment {payment.reference}",
        record_id=payment.pk,
        payment_id=payment.pk,
        reference=payment.reference,
        gateway_id=payment.gateway_id,
        amount_minor=payment.stray_minor if is_stray else payment.captured_minor,
        currency=currency,
        fee_minor=payment.fee_minor,
        outcome=Outcome.SUCCEEDED if payment.is_settled else Outcome.PENDING,
        at=payment.paid_at or payment.created_at,
        account=addresses.gateway_clearing(payment.gateway, currency),
    )


def _as_line(result: VerifyResult, gateway: str, known: Known) -> GatewayLine:
    return GatewayLine(
        gateway=gateway,
        kind=RecordKind.CHARGE,
        line_id=result.gateway_id,
        gateway_id=result.gateway_id,
        reference=result.reference or known.reference,
        status=result.status.value if result.status == ChargeStatus.SUCCEEDED else Outcome.FAILED.value,
        amount_minor=result.amount_minor,
        fee_minor=result.fee_minor,
        currency=result.currency,
        made_at=result.paid_at or known.at,
    )


class SettledBook(ChargeBook):
    """Every charge in a settlement is a payment of that amount and that fee, once, on whatever day it was paid."""

    list_kind = RecordKind.SETTLED

    def concerns(self, line: GatewayLine) -> bool:
        """Refunds within a settlement are compared with the gateway's list of refunds."""
        return bool(line.amount_minor > 0)

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Nothing: when a gateway settles is its own affair."""
        return []

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """Nothing, likewise."""
        return []

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """Money that was settled has come, whether we heard of it or not."""
        is_pending = difference.kind == BreakKind.STATUS and difference.payment_id is not None
        if is_pending and difference.payment_id is not None:
            payments.refresh_payment(payment_id=difference.payment_id, at=at)
        return is_pending


class SettlementBook:
    """What a settlement says of itself is the sum of its lines, to the kobo."""

    list_kind = RecordKind.SETTLEMENT
    sign = 1

    def concerns(self, line: GatewayLine) -> bool:
        """All of them."""
        return True

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """The sums of the settlements' own lines."""
        names = {line.settlement for line in lines}
        parts = GatewayLine.objects.of(gateway, RecordKind.SETTLED).filter(settlement__in=names)
        return {
            line.pk: _sum_of(line, [part for part in parts if part.settlement == line.settlement]) for line in lines
        }

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Nothing."""
        return []

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """Nothing."""
        return []

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """Nothing: a settlement is never expected."""
        return None

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """Nothing can be done but to look."""
        return False


def _sum_of(line: GatewayLine, parts: Iterable[GatewayLine]) -> Known:
    rows = list(parts)
    return Known(
        subject=f"settlement {line.line_id}",
        record_id=None,
        payment_id=None,
        reference="",
        gateway_id=line.gateway_id,
        amount_minor=sum(part.amount_minor for part in rows),
        currency=line.currency,
        fee_minor=sum(part.fee_minor for part in rows),
        outcome=Outcome.SUCCEEDED if line.status == Outcome.SUCCEEDED else Outcome(line.status),
        at=line.made_at,
        account=addresses.gateway_clearing(line.gateway, line.currency),
    )
