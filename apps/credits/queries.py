"""Questions about what can be spent. None of them locks a row."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from apps.core import clock
from apps.credits.models import Grant, Line, Referral
from apps.ledger import addresses
from apps.ledger import queries as ledger
from apps.ledger.soundness import differences


def spendable_by_currency(user_id: UUID) -> dict[str, int]:
    """All credits that the person can spend now, by currency, whatever they came from."""
    sums = Grant.objects.spendable(clock.now()).filter(customer_id=user_id).values("currency")
    rows = sums.annotate(left=Sum(F("amount_minor") - F("used_minor")))
    return {row["currency"]: int(row["left"]) for row in rows}


def spendable(user_id: UUID, currency: str, at: datetime) -> QuerySet[Grant]:
    """The grants of which the person has something left in the currency."""
    return Grant.objects.spendable(at).filter(customer_id=user_id, currency=currency)


def in_wallet(user_id: UUID, currency: str) -> int:
    """The person's cash that is not out of reach."""
    return max(ledger.withdrawable(addresses.wallet(user_id, currency)), 0)


def by_source(user_id: UUID, at: datetime) -> dict[str, dict[str, list[Grant]]]:
    """What the person can spend: currency → source → grants, the soonest to run out first."""
    found: dict[str, dict[str, list[Grant]]] = defaultdict(lambda: defaultdict(list))
    grants = Grant.objects.spendable(at).filter(customer_id=user_id)
    for grant in grants.order_by("currency", F("expires_at").asc(nulls_last=True), "pk"):
        found[grant.currency][grant.source].append(grant)
    return found


def history_of(user_id: UUID) -> QuerySet[Line]:
    """Every change of what the person can spend, the latest first."""
    lines: QuerySet[Line] = Line.objects.of_customer(user_id)
    return lines


def code_of(user_id: UUID) -> str | None:
    """The code by which the person brings others, where they have one."""
    return Referral.objects.filter(user_id=user_id).values_list("code", flat=True).first()


def brought_by(user_id: UUID) -> QuerySet[Referral]:
    """Whom the person brought, the latest first."""
    return Referral.objects.filter(referred_by_id=user_id).select_related("user").order_by("-id")


def unbooked() -> list[tuple[str, str, str]]:
    """Customers of whom the grants tell another amount than the books: who, what the grants tell, what is booked."""
    told: dict[str, int] = defaultdict(int)
    sums = Grant.objects.real().values("customer_id", "currency")
    for row in sums.annotate(left=Sum(F("amount_minor") - F("used_minor"))).order_by():
        told[addresses.customer_credits(row["customer_id"], row["currency"])] = int(row["left"])
    return differences(told, ledger.customers_credits())
