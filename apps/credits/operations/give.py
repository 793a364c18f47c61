"""Bought credits are given to another customer."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core import audit
from apps.core.api.fields import money_out
from apps.core.errors import Invalid
from apps.core.money import Money
from apps.credits import notices
from apps.credits.errors import GiftToOneself, NotEnoughCredits, RecipientUnknown
from apps.credits.models import Gift, Grant, Use
from apps.credits.operations.purse import lock_purse, locked_grants
from apps.credits.states import Source, UseState
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg
from apps.ledger.states import TransferKind


@transaction.atomic
def give_credits(*, amount: Money, by: Any, at: datetime, email: str = "", phone: str = "", message: str = "") -> Gift:
    """The other customer has the credits as bought ones, and both are told. The purses are locked in one order.

    Raises: RecipientUnknown, GiftToOneself, NotEnoughCredits, Invalid.
    """
    if amount.amount_minor <= 0:
        raise Invalid(errors={"amount": ["Name an amount above nothing."]})
    receiver = _receiver(email, phone)
    if receiver.pk == by.pk:
        raise GiftToOneself
    for person in sorted([by.pk, receiver.pk]):
        lock_purse(person)
    bought = [grant for grant in locked_grants(by.pk, amount.currency, at) if grant.source == Source.PURCHASE]
    available = sum(grant.left_minor for grant in bought)
    if available < amount.amount_minor:
        raise NotEnoughCredits(
            "You have bought not that much: credits that were given to you by us stay yours.",
            data={"available": money_out(available, amount.currency)},
        )
    grant: Grant = Grant.objects.create(
        customer=receiver, currency=amount.currency, source=Source.PURCHASE, amount_minor=amount.amount_minor,
        given_by=by, reason=message[:300], created_at=at,
    )  # fmt: skip
    gift: Gift = Gift.objects.create(
        giver=by, receiver=receiver, currency=amount.currency, amount_minor=amount.amount_minor, message=message[:300],
        grant=grant, created_at=at,
    )  # fmt: skip
    _take(gift, bought, at)
    ledger.post_transfer(
        kind=TransferKind.CREDIT_GIFT,
        legs=[
            Leg(address=addresses.customer_credits(by.pk, amount.currency), amount_minor=-amount.amount_minor),
            Leg(address=addresses.customer_credits(receiver.pk, amount.currency), amount_minor=amount.amount_minor),
        ],
        idempotency_key=f"gift:{gift.pk}",
        cause_type="GIFT",
        cause_id=gift.pk,
        at=at,
    )
    audit.record(
        "credits.given", target=gift, by=by, at=at,
        after={"receiver": str(receiver.pk), "amount_minor": amount.amount_minor, "currency": amount.currency},
    )  # fmt: skip
    notices.tell_gift(gift, at=at)
    return gift


def _receiver(email: str, phone: str) -> User:
    people = User.objects.registered().filter(is_active=True)
    found: User | None = None
    if email:
        found = people.filter(email__iexact=email.strip()).first()
    elif phone:
        found = people.filter(phone=phone).first()
    if found is None:
        raise RecipientUnknown
    return found


def _take(gift: Gift, grants: list[Grant], at: datetime) -> None:
    wanted = gift.amount_minor
    for grant in grants:
        amount = min(grant.left_minor, wanted)
        if amount:
            Use.objects.create(
                grant=grant, gift=gift, amount_minor=amount, state=UseState.SPENT, moved_at=at, created_at=at
            )
            wanted -= amount
