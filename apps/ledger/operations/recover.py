"""Taking back what was released: from what is there, and the rest becomes a debt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import audit, events
from apps.core.errors import Invalid
from apps.ledger import addresses, functions, notices
from apps.ledger.errors import HoldInWrongState
from apps.ledger.events import EscrowRecovered
from apps.ledger.operations.find import locked_hold
from apps.ledger.operations.post import post_transfer
from apps.ledger.operations.refund import refund_legs
from apps.ledger.operations.types import Leg, Posted, Recovery
from apps.ledger.states import HoldState, OwnerType, RefundDestination, TransferKind


@functions.in_transaction
def recover_hold(
    *,
    hold_id: UUID,
    amount_minor: int,
    destination: RefundDestination,
    reason: str,
    by: Any,
    at: datetime,
    idempotency_key: str,
    elsewhere: Sequence[Leg] = (),
) -> Recovery:
    """``amount_minor`` of what was released went back, ``elsewhere`` what did not come from its destination; the commission
    on it is given up, and nothing is below zero.

    The business gives what it can withdraw and owes the rest, which later releases pay off first. One new transfer
    names the release it takes back. The same key brings the first one back.
    Raises: HoldNotFound, HoldInWrongState where it was not released, RefundExceedsHold, Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("What is taken back is more than nothing.")
    hold = locked_hold(unit=None, hold_id=hold_id)
    if hold.state != HoldState.RELEASED:
        raise HoldInWrongState
    ((transfer_id, replayed, owed_minor),) = functions.call(
        "ledger_recover_hold", hold.pk, amount_minor,
        functions.json_text(refund_legs(hold, amount_minor, destination, elsewhere)), idempotency_key,
        functions.json_text({"reason": reason, "destination": destination}), at,
    )  # fmt: skip
    recovery = Recovery(transfer_id=transfer_id, amount_minor=amount_minor, owed_minor=owed_minor, replayed=replayed)
    if replayed:
        return recovery
    hold.refresh_from_db()
    audit.record(
        "escrow.recovered", target=hold, by=by, at=at, reason=reason,
        after={"amount_minor": amount_minor, "owed_minor": owed_minor, "destination": destination},
    )  # fmt: skip
    events.publish(
        EscrowRecovered(
            hold_id=hold.pk, unit_type=hold.unit_type, unit_id=hold.unit_id, business_id=hold.business_id,
            customer_id=hold.customer_id, currency=hold.currency, amount_minor=amount_minor, owed_minor=owed_minor,
            left_minor=hold.recoverable_minor, destination=destination, reason=reason, transfer_id=transfer_id,
            recovered_at=at,
        )
    )  # fmt: skip
    if owed_minor:
        notices.tell_owing(
            OwnerType.BUSINESS,
            hold.business_id,
            hold.currency,
            owed_minor,
            transfer_id=transfer_id,
            reason=reason,
            at=at,
        )
    return recovery


@functions.in_transaction
def recover_tip(
    *,
    performer_id: UUID,
    customer_id: UUID,
    payment_id: UUID,
    gateway: str,
    currency: str,
    amount_minor: int,
    destination: RefundDestination,
    reason: str,
    at: datetime,
    idempotency_key: str,
    elsewhere: Sequence[Leg] = (),
) -> Recovery:
    """``amount_minor`` of a tip went back: of the performer's tips what is there, and the rest is owed by them.

    Whoever calls answers for it that no more goes back than was given. The same key brings the first one back.
    Raises: Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("What is taken back is more than nothing.")
    rest = amount_minor - sum(leg.amount_minor for leg in elsewhere)
    where = place_of(destination, customer_id=customer_id, gateway=gateway, currency=currency)
    legs = [(leg.address, leg.amount_minor) for leg in elsewhere if leg.amount_minor] + [(where, rest)] * bool(rest)
    ((transfer_id, replayed, owed_minor),) = functions.call(
        "ledger_recover_tip", performer_id, currency, amount_minor, functions.json_text(legs), payment_id, gateway, idempotency_key,
        functions.json_text({"reason": reason, "destination": destination}), at,
    )  # fmt: skip
    if owed_minor and not replayed:
        notices.tell_owing(
            OwnerType.STAFF, performer_id, currency, owed_minor, transfer_id=transfer_id, reason=reason, at=at
        )
    return Recovery(transfer_id=transfer_id, amount_minor=amount_minor, owed_minor=owed_minor, replayed=replayed)


@functions.in_transaction
def recover_credits(
    *,
    customer_id: UUID,
    payment_id: UUID,
    gateway: str,
    currency: str,
    amount_minor: int,
    destination: RefundDestination,
    reason: str,
    at: datetime,
    idempotency_key: str,
) -> Posted:
    """``amount_minor`` of what a payment brought the customer in credits went back.

    Whoever calls answers for it that no more goes back than came. The same key brings the first one back.
    Raises: Invalid, InsufficientFunds.
    """
    if amount_minor <= 0:
        raise Invalid("What is taken back is more than nothing.")
    where = place_of(destination, customer_id=customer_id, gateway=gateway, currency=currency)
    return post_transfer(
        kind=TransferKind.RECOVERY,
        legs=[
            Leg(address=addresses.customer_credits(customer_id, currency), amount_minor=-amount_minor),
            Leg(address=where, amount_minor=amount_minor),
        ],
        idempotency_key=idempotency_key,
        cause_type="REFUND",
        cause_id=payment_id,
        metadata={"reason": reason, "destination": destination},
        at=at,
    )


def place_of(destination: RefundDestination, *, customer_id: UUID, gateway: str, currency: str) -> str:
    """The account that has what goes back to the destination."""
    return {
        RefundDestination.WALLET: addresses.wallet(customer_id, currency),
        RefundDestination.GATEWAY: addresses.gateway_clearing(gateway, currency),
        RefundDestination.CHARGEBACK: addresses.chargebacks(currency),
    }[destination]
