"""What pays besides the gateway: chosen when a payment is opened, set free when it comes to nothing, spent with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from apps.core.money import Money
from apps.core.outbox import after_commit
from apps.credits import operations as purse
from apps.credits.operations import Priced, SetAside, Wish
from apps.credits.rules import Amount
from apps.ledger import addresses
from apps.ledger.operations import Leg
from apps.payments.errors import MixedCurrencies
from apps.payments.models import Chargeback, Payment, PaymentAllocation, Refund
from apps.payments.operations.types import ItemToPay, PayWith
from apps.payments.payables import PayableQuote
from apps.payments.states import Destination

CLAIM_MORE = "apps.payments.tasks.claim_more"


@dataclass(frozen=True, kw_only=True)
class BackParts:
    """How much of a sum that goes back is whose."""

    gateway_minor: int = 0
    wallet_minor: int = 0
    credits_minor: int = 0
    promotions_minor: int = 0


def wish_of(said: PayWith, quotes: Sequence[PayableQuote]) -> Wish:
    """What the payer says now; where they say nothing, what they said as they ordered. Raises: MixedCurrencies."""
    currency = quotes[0].currency
    before = [quote.wish for quote in quotes if quote.wish is not None]
    wallet = False if said.wallet is None else said.wallet
    return Wish(
        credits=_all_of([wish.credits for wish in before]) if said.credits is None else _minor(said.credits, currency),
        wallet=_minor(wallet, currency),
        promo=next((wish.promo for wish in before if wish.promo), "") if said.promo is None else said.promo.strip(),
    )


def _all_of(amounts: Sequence[Amount]) -> Amount:
    if any(amount is True for amount in amounts):
        return True
    return sum(int(amount) for amount in amounts) or False


def _minor(amount: bool | Money, currency: str) -> Amount:
    if isinstance(amount, bool):
        return amount
    if amount.currency != currency:
        raise MixedCurrencies
    return amount.amount_minor


def priced(quote: PayableQuote) -> Priced:
    """What may pay for the thing: a tip is given, not promised by the platform; credits are bought with money."""
    return Priced(
        amount_minor=quote.amount_minor,
        business_id=quote.business_id,
        category_id=quote.category_id,
        takes_credits=quote.destination != Destination.CREDITS,
        takes_promised=quote.destination == Destination.ESCROW,
    )


def set_aside(payment_id: UUID, payer: Any, quotes: Sequence[PayableQuote], wish: Wish, *, at: datetime) -> SetAside:
    """What the payer wishes is out of reach for other payments. Raises: as ``reserve`` of credits."""
    if not wish:
        return SetAside()
    return purse.reserve(
        customer_id=payer.pk, currency=quotes[0].currency, payment_id=payment_id, wish=wish,
        things=[priced(quote) for quote in quotes], at=at,
    )  # fmt: skip


def set_free(payment: Payment, *, at: datetime) -> None:
    """What was set aside for the payment can be spent otherwise. Its row is locked, and saved, by the caller."""
    if not payment.has_reserved:
        return
    purse.free(
        customer_id=payment.payer_id, currency=payment.currency, payment_id=payment.pk, parts=payment.parts,
        round_number=payment.reservations, at=at,
    )  # fmt: skip
    payment.has_reserved = False
    _let_banks_claim(payment, payment.credits_minor)


def free_other_attempts(payer: Any, items: Iterable[ItemToPay], *, at: datetime) -> None:
    """What earlier attempts of the payer at these things have set aside is there for the next one."""
    for payment in Payment.objects.filter(payer=payer, has_reserved=True, pk__in=_payments_for(items)).locked():
        set_free(payment, at=at)
        payment.save(update_fields=["has_reserved"])


@transaction.atomic
def free_for(*, item_type: str, item_id: UUID, at: datetime) -> None:
    """The thing is no more: what unpaid attempts at it have set aside can be spent otherwise."""
    items = [ItemToPay(item_type=item_type, item_id=item_id)]
    for payment in Payment.objects.filter(has_reserved=True, pk__in=_payments_for(items)).locked():
        set_free(payment, at=at)
        payment.save(update_fields=["has_reserved"])


def _payments_for(items: Iterable[ItemToPay]) -> list[UUID]:
    wanted = {(item.item_type, item.item_id) for item in items}
    shares = PaymentAllocation.objects.filter(item_id__in=[key for _, key in wanted], payment__has_reserved=True)
    return [
        key for kind, item, key in shares.values_list("item_type", "item_id", "payment_id") if (kind, item) in wanted
    ]


def has_its_parts(payment: Payment, *, at: datetime) -> bool:
    """Whether what was promised besides the gateway is set aside, where need be once more: the money may come late."""
    if not payment.parts.total_minor or payment.has_reserved:
        return True
    taken = purse.retake(
        customer_id=payment.payer_id, currency=payment.currency, payment_id=payment.pk, parts=payment.parts,
        round_number=payment.reservations + 1, at=at,
    )  # fmt: skip
    payment.reservations += int(taken)
    return taken


def note_unspent(payment: Payment, back: BackParts, *, at: datetime) -> None:
    """So much of what was paid has paid for nothing: the books have it where it came from, and so have the credits."""
    payment.gateway_back_minor += back.gateway_minor
    payment.wallet_back_minor += back.wallet_minor
    payment.credits_back_minor += back.credits_minor
    payment.promotions_back_minor += back.promotions_minor
    purse.give_back(
        payment_id=payment.pk, credits_minor=back.credits_minor, promotions_minor=back.promotions_minor, at=at
    )
    _let_banks_claim(payment, back.credits_minor)


def _let_banks_claim(payment: Payment, credits_minor: int) -> None:
    """Banks that claim, or have, what bought the payer's credits have their part of those that can be spent again.

    After the commit, for the claimed payment is locked before the purse.
    """
    if not credits_minor:
        return
    claimed = Chargeback.objects.wanting_credits().filter(
        payment__payer_id=payment.payer_id, payment__allocations__destination=Destination.CREDITS
    )
    for payment_id in set(claimed.values_list("payment_id", flat=True)):
        after_commit(CLAIM_MORE, payment_id=str(payment_id))


def lock_bought(payment: Payment) -> None:
    """The purse is locked, before any hold, where credits were bought with the payment."""
    if payment.allocations.filter(destination=Destination.CREDITS).exists():
        purse.lock_purse(payment.payer_id)


def there_of(share: PaymentAllocation) -> int:
    """What of the share could still be taken back: of credits that it bought, what is unspent."""
    if share.destination == Destination.CREDITS and share.left_minor:
        return min(share.left_minor, purse.unspent_of_purchase(share.item_id))
    return share.left_minor


def left_with_gateway(payment: Payment, *, besides: Refund | None = None) -> int:
    """What came through the gateway and has neither gone back nor is claimed by the customer's bank."""
    claims = payment.refunds.claims().exclude(pk=besides.pk if besides else None)
    claimed = claims.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return int(payment.gateway_minor - payment.gateway_back_minor - claimed)


def back_parts(payment: Payment, amount_minor: int, *, of_gateway_minor: int | None = None) -> BackParts:
    """Whose so much of what the payment still holds is: in the reverse order of spending, what the gateway paid first.

    ``of_gateway_minor`` says how much of the gateway's part is there, where a customer's bank claims some of it.
    """
    left = amount_minor
    found = {}
    for name in ("gateway", "wallet", "credits", "promotions"):
        there = getattr(payment, f"{name}_minor") - getattr(payment, f"{name}_back_minor")
        if name == "gateway" and of_gateway_minor is not None:
            there = max(of_gateway_minor, 0)
        found[f"{name}_minor"] = min(left, there)
        left -= found[f"{name}_minor"]
    if left:
        raise RuntimeError(f"{left} more than {payment} was paid with would go back")
    return BackParts(**found)


def elsewhere(refund: Refund) -> list[Leg]:
    """Where the books have what of a refund does not go to its destination."""
    payer, currency = refund.payment.payer_id, refund.currency
    return [
        Leg(address=addresses.wallet(payer, currency), amount_minor=refund.wallet_minor),
        Leg(address=addresses.customer_credits(payer, currency), amount_minor=refund.credits_minor),
        Leg(address=addresses.promotions(currency), amount_minor=refund.promotions_minor),
    ]


def divide(refund: Refund) -> None:
    """The refund says how much of it goes where: what a gateway or a bank took by itself is all of the gateway's part.

    Its payment's row is locked by the caller.
    """
    if not refund.is_ours:
        refund.gateway_minor = refund.amount_minor
        return
    payment = Payment.objects.get(pk=refund.payment_id)
    there = left_with_gateway(payment, besides=refund)
    for name, amount in vars(back_parts(payment, refund.amount_minor, of_gateway_minor=there)).items():
        setattr(refund, name, amount)


def give_credits_back(refund: Refund, *, at: datetime) -> None:
    """What of the refund was credits can be spent again."""
    purse.give_back(
        payment_id=refund.payment_id,
        credits_minor=refund.credits_minor,
        promotions_minor=refund.promotions_minor,
        at=at,
    )
    _let_banks_claim(refund.payment, refund.credits_minor)
