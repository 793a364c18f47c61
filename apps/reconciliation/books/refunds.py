"""Refunds to cards and accounts, held against those of a gateway: ours, and those that somebody made there by hand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.ledger import addresses
from apps.payments import operations as payments
from apps.payments.gateways.values import RecordKind
from apps.payments.models import Payment, Refund
from apps.payments.operations.calling import gateway_named, no_transaction
from apps.payments.states import RefundDestination, RefundStatus
from apps.reconciliation.books.base import Difference, Known
from apps.reconciliation.books.charges import payments_of
from apps.reconciliation.models import GatewayLine
from apps.reconciliation.states import BreakKind, Outcome


class RefundBook:
    """Every refund at the gateway is one of ours, or was booked as one that somebody made there."""

    list_kind = RecordKind.REFUND
    sign = -1

    def concerns(self, line: GatewayLine) -> bool:
        """All of them: one that failed may have been taken for done here."""
        return True

    def known(self, gateway: str, lines: Sequence[GatewayLine]) -> Mapping[UUID, Known]:
        """By our own reference or the gateway's id; those made by hand by the key under which they were booked."""
        named = Q(reference__in={line.reference for line in lines if line.reference})
        named |= Q(gateway_id__in={line.gateway_id for line in lines if line.gateway_id})
        charges = {line.charge_reference for line in lines if line.charge_reference}
        charge_ids = {line.charge_id for line in lines if line.charge_id}
        named |= Q(is_ours=False) & (Q(payment__reference__in=charges) | Q(payment__gateway_id__in=charge_ids))
        rows = list(Refund.objects.select_related("payment").filter(named, gateway=gateway).order_by("pk"))
        found = {line.pk: [row for row in rows if _is_about(row, line)] for line in lines}
        return {key: _as_known(matching) for key, matching in found.items() if matching}

    def expected(self, gateway: str, since: datetime, until: datetime) -> Sequence[Known]:
        """Refunds of which customers have something through the gateway; credits and the wallet give back by themselves."""
        rows = Refund.objects.select_related("payment").filter(
            gateway=gateway, destination=RefundDestination.GATEWAY, status=RefundStatus.SUCCEEDED, has_bounced=False,
            is_ours=True, completed_at__gte=since, completed_at__lt=until, gateway_minor__gt=0,
        )  # fmt: skip
        return [_as_known([refund]) for refund in rows.order_by("pk")]

    def recall(self, gateway: str, record_ids: Collection[UUID]) -> Sequence[Known]:
        """These refunds."""
        rows = Refund.objects.select_related("payment").filter(gateway=gateway, pk__in=record_ids).order_by("pk")
        return [_as_known([refund]) for refund in rows]

    def ask(self, known: Known, gateway: str) -> GatewayLine | None:
        """The refund, among those of its charge."""
        payment = Payment.objects.get(pk=known.payment_id)
        with no_transaction():
            all_of_it = gateway_named(gateway).refunds_of(
                payment_reference=payment.reference, payment_gateway_id=payment.gateway_id
            )
        for result in all_of_it:
            if known.reference == result.reference or (known.gateway_id and known.gateway_id == result.gateway_id):
                return GatewayLine(
                    gateway=gateway, kind=RecordKind.REFUND, line_id=result.gateway_id, gateway_id=result.gateway_id,
                    reference=result.reference, status=result.status.value, amount_minor=result.amount_minor,
                    fee_minor=0, currency=result.currency, made_at=known.at,
                )  # fmt: skip
        return None

    def heal(self, difference: Difference, *, at: datetime) -> bool:
        """What the gateway says of the charge's refunds is booked: one made there by hand, one that bounced."""
        if difference.kind not in {BreakKind.MISSING_HERE, BreakKind.STATUS}:
            return False
        payment_id = difference.payment_id or _payment_behind(difference.line)
        if payment_id is not None:
            payments.refresh_payment(payment_id=payment_id, at=at)
        return payment_id is not None


def _is_about(refund: Refund, line: GatewayLine) -> bool:
    if not refund.is_ours:
        return bool(refund.reference.startswith(f"{refund.gateway}:{line.gateway_id or line.reference}/"))
    return refund.reference == line.reference or bool(refund.gateway_id and refund.gateway_id == line.gateway_id)


def _as_known(rows: Sequence[Refund]) -> Known:
    first = rows[0]
    ended = Outcome.FAILED if first.has_bounced or first.status == RefundStatus.FAILED else Outcome.SUCCEEDED
    return Known(
        subject=f"refund {first.reference.rpartition('/')[0] or first.reference}",
        record_id=first.pk,
        payment_id=first.payment_id,
        reference=first.reference,
        gateway_id=first.gateway_id,
        amount_minor=sum(row.gateway_minor if row.has_left_escrow else row.amount_minor for row in rows),
        currency=first.currency,
        fee_minor=None,
        outcome=Outcome.PENDING if first.status in {RefundStatus.APPROVED, RefundStatus.SENT} else ended,
        at=first.completed_at or first.created_at,
        account=addresses.gateway_clearing(first.gateway, first.currency),
        moved_minor=-sum(row.gateway_minor for row in rows if _is_out(row)),
    )


def _is_out(refund: Refund) -> bool:
    return bool(refund.destination == RefundDestination.GATEWAY and refund.has_left_escrow and not refund.has_bounced)


def _payment_behind(line: GatewayLine | None) -> UUID | None:
    if line is None:
        return None
    charge = GatewayLine(pk=line.pk, reference=line.charge_reference, gateway_id=line.charge_id)
    payment = payments_of(line.gateway, [charge]).get(line.pk)
    return payment.pk if payment else None
