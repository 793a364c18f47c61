"""What is unspent of bought credits follows the payment that bought them: a bank claims it, or has it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.credits.models import CreditPurchase, Grant, Use
from apps.credits.operations.purse import lock_purse
from apps.credits.states import UseState
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg
from apps.ledger.states import TransferKind


def unspent_of_purchase(purchase_id: UUID) -> int:
    """What nobody has set aside, spent or given away of what was bought. It stays: the purse is locked."""
    return _bought(purchase_id).left_minor


@transaction.atomic
def claim_bought(*, purchase_id: UUID, refund_id: UUID, amount_minor: int, at: datetime) -> None:
    """So much of what was bought is out of reach while the bank decides. No more than that is unspent."""
    grant = _bought(purchase_id)
    _use(grant, refund_id, amount_minor, UseState.RESERVED, at)
    _move(grant, refund_id, amount_minor, at)


@transaction.atomic
def drop_claim(*, refund_id: UUID, customer_id: UUID, at: datetime) -> None:
    """What was out of reach for the claim can be spent as before; nothing happens where nothing was."""
    lock_purse(customer_id)
    for use in Use.objects.filter(refund_id=refund_id, state=UseState.RESERVED).select_related("grant").locked():
        use.state, use.moved_at = UseState.FREED, at
        use.save(update_fields=["state", "moved_at"])
        _move(use.grant, refund_id, -use.amount_minor, at)


@transaction.atomic
def take_bought(*, purchase_id: UUID, refund_id: UUID, amount_minor: int, at: datetime) -> None:
    """So much of what was bought, and is unspent, is there no more. The books are the caller's."""
    _use(_bought(purchase_id), refund_id, amount_minor, UseState.SPENT, at)


def _bought(purchase_id: UUID) -> Grant:
    customer_id = CreditPurchase.objects.values_list("customer_id", flat=True).get(pk=purchase_id)
    lock_purse(customer_id)
    grant: Grant = Grant.objects.get(purchase__pk=purchase_id)
    return grant


def _use(grant: Grant, refund_id: UUID, amount_minor: int, state: UseState, at: datetime) -> None:
    Use.objects.create(
        grant=grant, refund_id=refund_id, amount_minor=amount_minor, state=state, moved_at=at, created_at=at
    )


def _move(grant: Grant, refund_id: UUID, amount_minor: int, at: datetime) -> None:
    """So much lies with what is set aside, or, below zero, no longer."""
    is_set_aside = amount_minor > 0
    ledger.post_transfer(
        kind=TransferKind.RESERVATION if is_set_aside else TransferKind.RESERVATION_END,
        legs=[
            Leg(address=addresses.customer_credits(grant.customer_id, grant.currency), amount_minor=-amount_minor),
            Leg(address=addresses.reserved(grant.customer_id, grant.currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"{'claim' if is_set_aside else 'unclaim'}:{refund_id}",
        cause_type="REFUND",
        cause_id=refund_id,
        at=at,
    )
