"""Who brings somebody has credits, and so does who was brought, after the latter's first completed trade."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.conf import setting, timer
from apps.core.ids import new_reference
from apps.credits import notices
from apps.credits.models import Grant, Referral
from apps.credits.states import Source

_LENGTH = 8


def note_registered(*, user_id: UUID, code: str, at: datetime) -> Referral:
    """The person has a code of their own, and was brought by whoever's code they gave, if it is anybody's."""
    brought_by = None
    if code:
        brought_by = Referral.objects.filter(code=code.strip().upper()).values_list("user_id", flat=True).first()
    return _ensure(user_id, brought_by if brought_by != user_id else None, at)


def own_code(*, by: Any, at: datetime) -> Referral:
    """The person's own code, made now where they registered before there were any."""
    known: Referral | None = Referral.objects.filter(user_id=by.pk).first()
    return known or _ensure(by.pk, None, at)


def _ensure(user_id: UUID, brought_by: UUID | None, at: datetime) -> Referral:
    while True:  # until the code is free, which the first one is unless the alphabet is used up
        row = Referral(user_id=user_id, code=new_reference(_LENGTH), referred_by_id=brought_by, created_at=at)
        Referral.objects.bulk_create([row], ignore_conflicts=True)
        found: Referral | None = Referral.objects.filter(user_id=user_id).first()
        if found is not None:
            return found


@transaction.atomic
def reward_referrals(trades: Iterable[tuple[UUID, str]], *, at: datetime) -> int:
    """Of these customers, each with the currency of a completed trade, those who were brought by somebody are rewarded,

    and so is who brought them: once, whatever is released later. Answers how many were.
    """
    currencies = dict(trades)
    waiting = Referral.objects.filter(user_id__in=currencies, rewarded_at=None, referred_by__isnull=False)
    waiting = waiting.select_related("user", "referred_by")
    due = [each for each in waiting.locked() if setting("REFERRAL_REWARD").get(currencies[each.user_id])]
    for referral in due:
        currency = currencies[referral.user_id]
        referral.rewarded_at, referral.currency = at, currency
        referral.reward_minor = setting("REFERRAL_REWARD")[currency]
        referral.save(update_fields=["rewarded_at", "currency", "reward_minor"])
        for person in (referral.user, referral.referred_by):
            notices.tell_rewarded(_reward(person, referral, at), at=at)
    return len(due)


def _reward(person: Any, referral: Referral, at: datetime) -> Grant:
    made: Grant = Grant.objects.create(
        customer=person, currency=referral.currency, source=Source.REFERRAL, amount_minor=referral.reward_minor,
        expires_at=at + timer("REFERRAL_CREDIT_LIFE"), reason=f"Referral {referral.pk}", created_at=at,
    )  # fmt: skip
    return made
