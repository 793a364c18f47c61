"""What a person does on the sandbox's hosted page."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from apps.core.ids import new_id
from apps.payments.errors import NotPayable, PaymentNotFound
from apps.payments.gateways.values import Method
from apps.payments.models import SandboxCharge
from apps.payments.sandbox import disputes, hooks
from apps.payments.sandbox.gateway import receive
from apps.payments.sandbox.reading import charge_payload

DELAY = timedelta(seconds=60)
REPEATS = 5


class Act(StrEnum):
    """The buttons of the page."""

    APPROVE = "approve"
    FAIL = "fail"
    DELAY = "delay"
    REPEAT = "repeat"
    REORDER = "reorder"
    PENDING = "pending"
    DISPUTE = "dispute"
    WIN_DISPUTE = "win_dispute"
    LOSE_DISPUTE = "lose_dispute"


OF_THE_BANK = (Act.DISPUTE, Act.WIN_DISPUTE, Act.LOSE_DISPUTE)


@transaction.atomic
def act(
    *,
    reference: str,
    choice: Act,
    at: datetime,
    amount_minor: int | None = None,
    currency: str = "",
    delay: timedelta = DELAY,
    copies: int = REPEATS,
) -> SandboxCharge:
    """The charge is paid, refused or on its way, and its web hooks go out as chosen.

    ``DELAY``: paid now, told after ``delay``. ``REPEAT``: told ``copies`` times. ``REORDER``: told of success first,
    and of what went before it afterwards. ``DISPUTE`` and what follows it are the bank's: of what was paid.
    Raises: PaymentNotFound; NotPayable once it is paid or closed, or while there is nothing to dispute or decide.
    """
    charge = SandboxCharge.objects.locked().filter(reference=reference).first()
    if charge is None:
        raise PaymentNotFound
    if choice in OF_THE_BANK:
        if choice == Act.DISPUTE:
            disputes.open_dispute(reference=reference, amount_minor=amount_minor, at=at)
        else:
            disputes.decide_dispute(reference=reference, won=choice == Act.WIN_DISPUTE, at=at)
        return charge
    if charge.status in {"PAID", "CLOSED"} or (charge.expires_at and at >= charge.expires_at):
        raise NotPayable("This charge has been paid or has expired.")
    if choice in {Act.FAIL, Act.PENDING}:
        charge.status = "FAILED" if choice == Act.FAIL else "PENDING"
        charge.save()
        _tell(charge, "charge.failed" if choice == Act.FAIL else "charge.pending", at=at)
        return charge
    receive(charge, at=at, amount_minor=amount_minor, currency=currency)
    _tell(
        charge,
        "charge.succeeded",
        at=at,
        delay=delay if choice == Act.DELAY else timedelta(0),
        copies=copies if choice == Act.REPEAT else 1,
    )
    if choice == Act.REORDER:
        _tell(charge, "charge.pending", at=at, delay=timedelta(seconds=1))
        _tell(charge, "charge.failed", at=at, delay=timedelta(seconds=2))
    return charge


@transaction.atomic
def renew(
    *, subscription_id: str, amount_minor: int, currency: str, at: datetime, reference: str = "", copies: int = 1
) -> SandboxCharge:
    """The sandbox has charged what it renews by itself, and says so. The reference is its own."""
    charge: SandboxCharge = SandboxCharge.objects.create(
        reference=reference or f"sbx-{new_id().hex[:20]}", amount_minor=amount_minor, currency=currency,
        method=Method.CARD, metadata={"environment": settings.ENVIRONMENT}, created_at=at,
    )  # fmt: skip
    receive(charge, at=at)
    told = {"charge": charge_payload(charge), "renewal": {"subscription": subscription_id}}
    hooks.announce("renewal.succeeded", told, at=at, copies=copies)
    return charge


@transaction.atomic
def refuse_renewal(*, subscription_id: str, message: str, at: datetime) -> None:
    """The sandbox could not charge what it renews by itself, and says so."""
    told = {"renewal": {"subscription": subscription_id, "message": message}}
    hooks.announce("renewal.failed", told, at=at)


@transaction.atomic
def end_renewals(*, subscription_id: str, at: datetime) -> None:
    """The sandbox renews it by itself no more, and says so."""
    hooks.announce("renewals.ended", {"renewal": {"subscription": subscription_id}}, at=at)


def _tell(
    charge: SandboxCharge, event_type: str, *, at: datetime, delay: timedelta = timedelta(0), copies: int = 1
) -> None:
    hooks.announce(event_type, {"charge": charge_payload(charge)}, at=at, delay=delay, copies=copies)
