from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit, events
from apps.core.errors import Invalid
from apps.ledger import addresses, functions
from apps.ledger.errors import HoldClaimed, IdempotencyKeyReused, NoGatewayToRefund, RefundExceedsHold
from apps.ledger.events import EscrowRefunded
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.operations.find import locked_hold, refusal
from apps.ledger.operations.types import Leg, Refunding, Unit
from apps.ledger.states import OPEN_HOLD_STATES, RefundDestination, TransferKind


@functions.in_transaction
def refund_hold(
    *,
    unit: Unit | None = None,
    hold_id: UUID | None = None,
    amount_minor: int | None = None,
    destination: RefundDestination,
    reason: str,
    by: Any,
    at: datetime,
    idempotency_key: str,
    elsewhere: Sequence[Leg] = (),
) -> Refunding:
    """``amount_minor`` of the hold, or all that is left of it, went back; the commission is that of the rest.

    To the wallet at once, or out of the gateway's clearing account, from where the gateway pays it to the card; but what
    ``elsewhere`` says of it, such as credits, to where that came from. A frozen hold may be refunded too. The same key
    brings the first refund back.
    Raises: HoldNotFound, HoldAlreadyReleased, HoldAlreadyRefunded, RefundExceedsHold, HoldClaimed,
    NoGatewayToRefund, IdempotencyKeyReused, Invalid.
    """
    hold = locked_hold(unit=unit, hold_id=hold_id)
    before = Transfer.objects.filter(idempotency_key=idempotency_key).first()
    if before is not None:
        return _replay(before, hold, amount_minor, destination)
    if hold.state not in OPEN_HOLD_STATES:
        raise refusal(hold)
    amount = hold.left_minor if amount_minor is None else amount_minor
    if amount <= 0:
        raise Invalid("A refund is more than nothing.")
    if amount > hold.left_minor:
        raise RefundExceedsHold
    if amount > hold.left_minor - hold.disputed_minor:
        raise HoldClaimed
    ((transfer_id, _),) = functions.call(
        "ledger_refund_hold", hold.pk, amount,
        functions.json_text(refund_legs(hold, amount, destination, elsewhere)), idempotency_key,
        functions.json_text({"reason": reason, "destination": destination, "asked_minor": amount_minor}), at,
    )  # fmt: skip
    hold.refresh_from_db()
    audit.record("escrow.refunded", target=hold, by=by, at=at, reason=reason, after={"amount_minor": amount})
    events.publish(
        EscrowRefunded(
            hold_id=hold.pk, unit_type=hold.unit_type, unit_id=hold.unit_id, business_id=hold.business_id,
            customer_id=hold.customer_id, currency=hold.currency, amount_minor=amount, left_minor=hold.left_minor,
            destination=destination, reason=reason, transfer_id=transfer_id, refunded_at=at,
        )
    )  # fmt: skip
    return Refunding(hold=hold, transfer_id=transfer_id, amount_minor=amount, replayed=False)


def _replay(before: Transfer, hold: EscrowHold, amount_minor: int | None, destination: RefundDestination) -> Refunding:
    asked = (before.metadata.get("asked_minor"), before.metadata.get("destination"), before.cause_id)
    if before.kind != TransferKind.ESCROW_REFUND or asked != (amount_minor, destination, hold.unit_id):
        raise IdempotencyKeyReused
    amount = -before.entries.filter(hold__isnull=False).values_list("amount", flat=True).get()
    return Refunding(
        hold=EscrowHold.objects.get(pk=before.hold_id), transfer_id=before.pk, amount_minor=amount, replayed=True
    )


def refund_legs(
    hold: EscrowHold, amount: int, destination: RefundDestination, elsewhere: Sequence[Leg]
) -> list[tuple[str, int]]:
    """Where the parts of what goes back go, and how much of it. Raises: NoGatewayToRefund, Invalid."""
    rest = amount - sum(leg.amount_minor for leg in elsewhere)
    if rest < 0 or any(leg.amount_minor < 0 for leg in elsewhere):
        raise Invalid("The parts of a refund are not more than the whole.")
    legs = [(leg.address, leg.amount_minor) for leg in elsewhere if leg.amount_minor]
    return [*legs, (destination_address(hold, destination), rest)] if rest else legs


def destination_address(hold: EscrowHold, destination: RefundDestination) -> str:
    """The account that takes what goes back. Raises: NoGatewayToRefund."""
    if destination == RefundDestination.WALLET:
        return addresses.wallet(hold.customer_id, hold.currency)
    if destination == RefundDestination.CHARGEBACK:
        return addresses.chargebacks(hold.currency)
    if not hold.gateway:
        raise NoGatewayToRefund
    return addresses.gateway_clearing(hold.gateway, hold.currency)
