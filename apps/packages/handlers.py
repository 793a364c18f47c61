"""What bought packages do when an app below them states a fact."""

from collections import defaultdict
from uuid import UUID

from apps.ledger.events import EscrowRefunded, EscrowUnfrozen
from apps.packages import operations
from apps.packages.queries import USE
from apps.packages.states import BUNDLE, PACKAGE
from apps.payments.events import PaymentCaptured, RefundFailed


def receive_purchases_money(event: PaymentCaptured) -> None:
    """Every package and bundle that the payment is for can be used."""
    uses: dict[UUID, list[UUID]] = defaultdict(list)
    for item in event.allocations:
        if item.item_type in {PACKAGE, BUNDLE}:
            uses[item.item_id].append(item.unit_id)
    for purchase_id in sorted(uses):
        operations.receive_money(
            purchase_id=purchase_id, payment_id=event.payment_id, use_ids=uses[purchase_id], at=event.captured_at
        )


def note_use_refund(event: EscrowRefunded) -> None:
    """A use whose money has all gone back cannot be used."""
    if event.unit_type == USE and event.left_minor == 0:
        operations.note_use_refunded(use_id=event.unit_id, at=event.refunded_at)


def reopen_uses(event: RefundFailed) -> None:
    """A use whose refund did not work out can be used again."""
    operations.note_refund_failed(refund_id=event.refund_id, at=event.failed_at)


def clear_unfrozen_uses(event: EscrowUnfrozen) -> None:
    """A use that ran out while its money was frozen clears now."""
    if event.unit_type == USE:
        operations.clear_unfrozen(use_id=event.unit_id, at=event.unfrozen_at)
