"""A card refund that bounced: its money is the customer's, in the wallet, unless their bank has, or claims, the same."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.errors import InsufficientFunds
from apps.ledger.models import Transfer
from apps.ledger.operations import Leg
from apps.ledger.queries import withdrawable
from apps.ledger.states import TransferKind
from apps.payments.models import Chargeback, Refund
from apps.payments.states import ChargebackStatus


def give_instead(refund: Refund, *, at: datetime) -> bool:
    """What came back to the gateway is in the wallet, or in suspense while the bank claims it; answers which."""
    to_wallet = not refund.is_beyond and not is_charged_back(refund)
    source = addresses.gateway_clearing(refund.gateway, refund.currency)
    if to_wallet:
        _to_wallet(refund, source, key=_key(refund), at=at)
    else:
        ledger.park_in_suspense(source=source, amount_minor=refund.gateway_minor, **_about(refund, _key(refund)), at=at)
    return to_wallet


def is_charged_back(refund: Refund, *, besides: Chargeback | None = None) -> bool:
    """Whether the customer's bank claims, or has, what the refund was to give back: then the bank pays the customer."""
    open_or_lost = refund.payment.chargebacks.exclude(
        status__in=[ChargebackStatus.WON, ChargebackStatus.CLOSED, ChargebackStatus.INQUIRY]
    ).exclude(pk=besides.pk if besides else None)
    return any(
        chargeback.amount_minor > sum(part.amount_minor for part in chargeback.refunds.exclude(status="FAILED"))
        for chargeback in open_or_lost
    )


def give_parked(chargeback: Chargeback, *, at: datetime) -> None:
    """The bank has decided for us: what bounced while it did, and waited in suspense, is the customer's after all."""
    for refund in _bounced(chargeback):
        is_parked = Transfer.objects.filter(kind=TransferKind.SUSPENSE, idempotency_key=_key(refund)).exists()
        if is_parked and not refund.is_beyond and not is_charged_back(refund, besides=chargeback):
            _to_wallet(refund, addresses.suspense(refund.currency), key=f"{_key(refund)}:given", at=at)


def take_bounced(chargeback: Chargeback, wanted_minor: int, *, at: datetime) -> int:
    """The bank has what a bounced refund had put into the wallet: it comes back as far as it is there; so much was taken."""
    taken = 0
    for refund in _bounced(chargeback):
        keys = (_key(refund), f"{_key(refund)}:given")
        was_given = Transfer.objects.filter(kind=TransferKind.WALLET_CREDIT, idempotency_key__in=keys).exists()
        is_taken = Transfer.objects.filter(idempotency_key=f"{_key(refund)}:taken").exists()
        amount = min(wanted_minor - taken, refund.gateway_minor, withdrawable(_wallet(refund)))
        if not was_given or is_taken or amount <= 0:
            continue
        try:
            with transaction.atomic():
                _take(refund, amount, at=at)
        except InsufficientFunds:  # spent a moment ago
            continue
        taken += amount
    return taken


def _bounced(chargeback: Chargeback) -> list[Refund]:
    return list(chargeback.payment.refunds.filter(has_bounced=True).select_related("payment").order_by("pk"))


def _wallet(refund: Refund) -> str:
    return addresses.wallet(refund.payment.payer_id, refund.currency)


def _key(refund: Refund) -> str:
    return f"refund-bounced:{refund.pk}"


def _about(refund: Refund, key: str) -> dict[str, Any]:
    return {
        "currency": refund.currency,
        "reason": "The refund could not be delivered.",
        "idempotency_key": key,
        "cause_type": "REFUND",
        "cause_id": refund.pk,
    }


def _to_wallet(refund: Refund, source: str, *, key: str, at: datetime) -> None:
    ledger.credit_wallet(
        customer_id=refund.payment.payer_id,
        source=source,
        amount_minor=refund.gateway_minor,
        **_about(refund, key),
        at=at,
    )


def _take(refund: Refund, amount_minor: int, *, at: datetime) -> None:
    ledger.post_transfer(
        kind=TransferKind.CHARGEBACK,
        legs=[
            Leg(address=_wallet(refund), amount_minor=-amount_minor),
            Leg(address=addresses.chargebacks(refund.currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"{_key(refund)}:taken",
        cause_type="REFUND",
        cause_id=refund.pk,
        metadata={"reason": "The customer's bank has the same money."},
        at=at,
    )
