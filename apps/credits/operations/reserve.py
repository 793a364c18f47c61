"""What a customer wishes to pay with is set aside for one payment: out of reach for any other."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core.errors import DomainError
from apps.credits import queries
from apps.credits.models import Grant, Redemption, Use
from apps.credits.operations.discount import take_discount
from apps.credits.operations.purse import lock_purse, locked_grants
from apps.credits.operations.renew import has_run_out, renew
from apps.credits.rules import Priced, Wish, plan
from apps.credits.states import RedemptionState, UseState
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg, SetAside
from apps.ledger.states import TransferKind


@transaction.atomic
def reserve(
    *, customer_id: UUID, currency: str, payment_id: UUID, wish: Wish, things: Sequence[Priced], at: datetime
) -> SetAside:
    """So much of what the customer wishes is out of reach for any other payment; answers how much of each.

    The purse is locked by the caller, before the things. Raises: NotEnoughCredits, NotEnoughInWallet, CodeUnknown,
    CodeUsedUp, CodeNotForThis, CodeOfAnotherKind.
    """
    discount = None
    if wish.promo:
        discount = take_discount(
            code=wish.promo, customer_id=customer_id, currency=currency, payment_id=payment_id, things=things, at=at
        )
    planned = plan(
        wish=wish, things=things,
        grants=locked_grants(customer_id, currency, at) if wish.credits else (),
        wallet_minor=queries.in_wallet(customer_id, currency) if wish.wallet else 0,
        discount_minor=discount.amount_minor if discount else 0, currency=currency,
    )  # fmt: skip
    _take([*([(discount, discount.amount_minor)] if discount else []), *planned.takes], payment_id, at)
    _set_aside(customer_id, currency, payment_id, planned.parts, round_number=1, at=at)
    return planned.parts


def retake(
    *, customer_id: UUID, currency: str, payment_id: UUID, parts: SetAside, round_number: int, at: datetime
) -> bool:
    """The same parts, which had been set free, are set aside again for money that came late; False where they are gone."""
    try:
        with transaction.atomic():
            lock_purse(customer_id)
            _retake(customer_id, currency, payment_id, parts, round_number=round_number, at=at)
    except DomainError:
        return False
    except IntegrityError as error:
        if "promo_code" not in str(error):
            raise
        return False
    return True


def _retake(
    customer_id: UUID, currency: str, payment_id: UUID, parts: SetAside, *, round_number: int, at: datetime
) -> None:
    discount = _discount_again(payment_id)
    things = [
        Priced(amount_minor=parts.promotions_minor),
        Priced(amount_minor=parts.credits_minor, takes_promised=False),
    ]
    taken = discount.amount_minor if discount else 0
    planned = plan(
        wish=Wish(credits=parts.promotions_minor + parts.credits_minor - taken),
        things=things, grants=locked_grants(customer_id, currency, at), wallet_minor=0, discount_minor=taken,
        currency=currency,
    )  # fmt: skip
    if (planned.parts.promotions_minor, planned.parts.credits_minor) != (parts.promotions_minor, parts.credits_minor):
        raise DomainError("What had been promised is gone.")
    _take([*([(discount, taken)] if discount else []), *planned.takes], payment_id, at)
    _set_aside(customer_id, currency, payment_id, parts, round_number=round_number, at=at)


def _discount_again(payment_id: UUID) -> Grant | None:
    """The discount of the payment counts again. A limit that is reached meanwhile is refused by the database."""
    redemption = Redemption.objects.filter(payment_id=payment_id).select_related("grant").locked().first()
    if redemption is None:
        return None
    if redemption.state == RedemptionState.RETURNED:
        redemption.state = RedemptionState.TAKEN
        redemption.save(update_fields=["state"])
    grant: Grant = redemption.grant
    return grant


def _take(takes: Iterable[tuple[Grant, int]], payment_id: UUID, at: datetime) -> None:
    Use.objects.bulk_create(
        Use(grant=grant, payment_id=payment_id, amount_minor=amount, moved_at=at, created_at=at)
        for grant, amount in takes
    )


def _set_aside(
    customer_id: UUID, currency: str, payment_id: UUID, parts: SetAside, *, round_number: int, at: datetime
) -> None:
    _move(
        key=f"reserve:{payment_id}:{round_number}", customer_id=customer_id, currency=currency, payment_id=payment_id,
        parts=parts, at=at,
    )  # fmt: skip


@transaction.atomic
def free(
    *, customer_id: UUID, currency: str, payment_id: UUID, parts: SetAside, round_number: int, at: datetime
) -> None:
    """What was set aside for the payment can be spent by another. The payment is locked by the caller."""
    lock_purse(customer_id)
    for use in Use.objects.filter(payment_id=payment_id, state=UseState.RESERVED).select_related("grant").locked():
        use.state, use.moved_at = UseState.FREED, at
        if has_run_out(use.grant, at):
            renew(use.grant, use.amount_minor, at=at)
            use.renewed_minor = use.amount_minor
        use.save(update_fields=["state", "moved_at", "renewed_minor"])
    Redemption.objects.filter(payment_id=payment_id, state=RedemptionState.TAKEN).update(
        state=RedemptionState.RETURNED, updated_at=at
    )
    back = SetAside(wallet_minor=-parts.wallet_minor, credits_minor=-parts.credits_minor)
    _move(
        key=f"free:{payment_id}:{round_number}", customer_id=customer_id, currency=currency, payment_id=payment_id,
        parts=back, at=at,
    )  # fmt: skip


def _move(*, key: str, customer_id: UUID, currency: str, payment_id: UUID, parts: SetAside, at: datetime) -> None:
    """So much of wallet and credits lies with what is set aside, or, below zero, no longer."""
    cash = parts.wallet_minor + parts.credits_minor
    if not cash:
        return
    ledger.post_transfer(
        kind=TransferKind.RESERVATION if cash > 0 else TransferKind.RESERVATION_END,
        legs=[
            Leg(address=addresses.wallet(customer_id, currency), amount_minor=-parts.wallet_minor),
            Leg(address=addresses.customer_credits(customer_id, currency), amount_minor=-parts.credits_minor),
            Leg(address=addresses.reserved(customer_id, currency), amount_minor=cash),
        ],
        idempotency_key=key,
        cause_type="RESERVATION",
        cause_id=payment_id,
        at=at,
    )
