"""Questions about payouts that other apps, the API and the verifier of the books ask."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from apps.accounts.models import User
from apps.catalog import queries as catalog
from apps.catalog.models import Business, StaffMember
from apps.core.database import call_function
from apps.ledger import queries as ledger
from apps.payouts.models import Payout, PayoutAccount, PayoutFreeze
from apps.payouts.owners import SOURCES, Owner
from apps.payouts.states import OPEN_STATES, PayoutKind, PayoutState

_FALLBACK_ZONE = "Africa/Lagos"


def payouts_seen_by(user: Any) -> QuerySet[Payout]:
    """The person's own payouts and those of the businesses they own, newest first."""
    found: QuerySet[Payout] = Payout.objects.seen_by(user.pk, catalog.owned_business_ids(user))
    return found.select_related("business").order_by("-pk")


def accounts_seen_by(user: Any) -> QuerySet[PayoutAccount]:
    """The person's own accounts and those of the businesses they own, newest first; without numbers."""
    found: QuerySet[PayoutAccount] = PayoutAccount.objects.known().seen_by(user.pk, catalog.owned_business_ids(user))
    return found.select_related("business").defer("account_number").order_by("-pk")


def owner_name(owner: Owner) -> str:
    """What the owner is called."""
    if owner.business_id:
        return str(Business.all_objects.values_list("name", flat=True).get(pk=owner.business_id))
    return str(User.objects.get(pk=owner.user_id).name)


def names_to_pass(owner: Owner) -> list[str]:
    """Each name under which a bank may know the owner: a business that is one person's may bank as that person."""
    if owner.business_id is None:
        return [owner_name(owner)]
    business = Business.all_objects.select_related("owner").only("name", "works_alone", "owner").get(pk=owner.id)
    return [business.name, *([business.owner.name] if business.works_alone else [])]


def zone_of(owner: Owner) -> str:
    """By whose clock the owner's weeks begin: the business's, or that of the first one a person performs for."""
    if owner.business_id:
        return str(Business.all_objects.values_list("time_zone", flat=True).get(pk=owner.business_id))
    zones = StaffMember.objects.filter(user_id=owner.user_id).order_by("pk")
    return str(zones.values_list("business__time_zone", flat=True).first() or _FALLBACK_ZONE)


def people_to_tell(owner: Owner) -> list[UUID]:
    """Who hears about the owner's bank accounts and payouts: the person, or the business's owners, never its desk."""
    return [owner.id] if owner.user_id else catalog.owner_user_ids(owner.id)


def is_frozen(owner: Owner) -> bool:
    """Whether operations hold the owner's payouts back."""
    return bool(PayoutFreeze.objects.standing().of(owner).exists())


def owes(owner: Owner) -> dict[str, int]:
    """What the owner owes the marketplace, by currency, above zero."""
    return ledger.owed_by(owner.owing_type, [owner.id])


def payable(kind: PayoutKind, owner: Owner) -> dict[str, int]:
    """What the owner has of that kind, by currency."""
    owner_type, account = SOURCES[kind]
    return ledger.balances_of(owner_type, [owner.id], account)


def gateway_totals() -> dict[tuple[str, str], int]:
    """(gateway, currency) → what payouts have taken out of gateways by our own records, fees and all, below zero."""
    totals: Counter[tuple[str, str]] = Counter()
    paid = Payout.objects.filter(state=PayoutState.PAID)
    for gateway, currency, amount in [
        *_sums(paid, F("amount_minor") + F("fee_minor")),
        *_sums(Payout.objects.filter(state=PayoutState.REVERSED, fee_minor__gt=0), F("fee_minor")),
    ]:
        totals[gateway, currency] -= amount
    return dict(totals)


def _sums(rows: QuerySet[Payout], amount: Any) -> QuerySet[Any, tuple[str, str, int]]:
    return rows.order_by().values_list("gateway", "currency").annotate(total=Sum(amount))


def in_transit() -> dict[str, int]:
    """What open payouts come to, by currency."""
    rows = Payout.objects.filter(state__in=OPEN_STATES).order_by().values_list("currency")
    return dict(rows.annotate(total=Sum("amount_minor")))


def unbooked() -> list[tuple[str, str, str]]:
    """Payouts of which the ledger's entries tell another story: which, what we know, what is booked."""
    return [(name, known, booked) for name, known, booked in call_function("payouts_unbooked")]
