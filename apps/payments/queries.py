"""Questions about payments that other apps and the API ask."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet, Sum

from apps.core.database import call_function
from apps.credits import queries as purse
from apps.ledger import addresses
from apps.ledger.queries import set_aside_by_customers
from apps.ledger.soundness import differences
from apps.payments.gateways.values import DisputeInfo
from apps.payments.models import Chargeback, Payment, PaymentAllocation, Refund
from apps.payments.states import (
    OPEN_STATUSES,
    AllocationState,
    Destination,
    PaymentStatus,
    RefundDestination,
    RefundStatus,
)


def payments_with_shares(user: Any) -> QuerySet[Payment]:
    """What the person may see, newest first, with shares and refunds at the same few queries for any number."""
    visible: QuerySet[Payment] = Payment.objects.visible_to(user).order_by("-created_at", "-pk")
    return visible.prefetch_related(
        Prefetch("allocations", PaymentAllocation.objects.order_by("pk")),
        Prefetch("refunds", Refund.objects.select_related("allocation").order_by("pk")),
    )


def parked_payments() -> QuerySet[Payment]:
    """Every payment of which money is parked, the longest first, at the same few queries for any number."""
    parked: QuerySet[Payment] = Payment.objects.parked().select_related("payer")
    return parked.prefetch_related(
        Prefetch("allocations", PaymentAllocation.objects.order_by("pk")),
        Prefetch("refunds", Refund.objects.select_related("allocation").order_by("pk")),
    )


def payment_that_paid(*, item_type: str, item_id: UUID, unit_id: UUID | None = None) -> Payment | None:
    """The payment by which the item, or the one part of it, was paid and still is, or None."""
    shares = PaymentAllocation.objects.select_related("payment").filter(
        item_type=item_type, item_id=item_id, state=AllocationState.FUNDED
    )
    share = (shares if unit_id is None else shares.filter(unit_id=unit_id)).order_by("pk").first()
    return share.payment if share else None


def left_to_give_back(payment: Payment, *, item_type: str, item_id: UUID) -> int:
    """What of the item's share has neither gone back nor been ordered to by a rule of its trade.

    What the customer's bank claims of it counts: until the bank has decided, it may still be there to go back.
    """
    shares = payment.allocations.filter(item_type=item_type, item_id=item_id)
    refunds = Refund.objects.filter(allocation__in=shares)
    ordered = refunds.filter(is_by_policy=True, status=RefundStatus.PROPOSED).aggregate(
        sum=Sum("amount_minor", default=0)
    )
    claimed = refunds.claims().aggregate(sum=Sum("amount_minor", default=0))
    return sum(share.left_minor for share in shares) + int(claimed["sum"]) - int(ordered["sum"])


def with_something_set_aside(*, item_type: str, item_ids: Collection[UUID]) -> list[UUID]:
    """Those of the items for which an open payment has set aside what its payer wants to pay with."""
    shares = PaymentAllocation.objects.filter(item_type=item_type, item_id__in=item_ids, payment__has_reserved=True)
    return sorted(set(shares.values_list("item_id", flat=True)))


def attempts_under_way(*, item_type: str, item_id: UUID) -> list[Payment]:
    """The attempts at the item that the gateway has and of which nothing final is known."""
    attempts = Payment.objects.for_item(item_type, item_id).select_related("payer")
    return list(attempts.filter(status__in=OPEN_STATUSES, sent_at__isnull=False).order_by("pk"))


def is_money_on_its_way(*, item_type: str, item_id: UUID) -> bool:
    """Whether a gateway calls a payment for the item pending, such as a bank transfer."""
    return bool(Payment.objects.for_item(item_type, item_id).filter(status=PaymentStatus.PENDING).exists())


def gateway_totals() -> dict[tuple[str, str], int]:
    """(gateway, currency) → what gateways hold for the platform by our own records: paid, less fees, refunds and disputes."""
    totals: Counter[tuple[str, str]] = Counter()
    paid = Payment.objects.filter(captured_minor__gt=0)
    stray = Payment.objects.filter(stray_minor__gt=0)
    back = Refund.objects.filter(destination=RefundDestination.GATEWAY, has_left_escrow=True, has_bounced=False)
    taken = Chargeback.objects.exclude(taken_minor=0, fee_minor=0)
    for gateway, currency, amount in [
        *_sums(paid, "currency", F("captured_minor") - F("fee_minor")),
        *_sums(stray, "stray_currency", F("stray_minor") - F("fee_minor")),
        *_sums(back, "currency", -F("gateway_minor")),
        *_sums(taken, "currency", -F("taken_minor") - F("fee_minor")),
    ]:
        totals[gateway, currency] += amount
    return dict(totals)


def _sums(rows: QuerySet[Any], currency: str, amount: Any) -> QuerySet[Any, tuple[str, str, int]]:
    return rows.order_by().values_list("gateway", currency).annotate(total=Sum(amount))


def unbooked() -> list[tuple[str, str, str]]:
    """Payments, their shares and refunds, chargebacks, and purses of customers, of which the entries tell another amount:
    which, known, booked.
    """
    functions = ("payments_unbooked", "payments_unsound_shares", "payments_unbooked_chargebacks")
    found = [row for name in functions for row in call_function(name)]
    return [*((name, known, booked) for name, known, booked in found), *purse.unbooked(), *_not_set_aside()]


def _not_set_aside() -> list[tuple[str, str, str]]:
    """Customers of whom more or less is set aside than their open payments, and claims of their banks, say."""
    known: Counter[str] = Counter()
    for payer_id, currency, amount in Payment.objects.filter(has_reserved=True).values_list(
        "payer_id", "currency", F("wallet_minor") + F("credits_minor")
    ):
        known[addresses.reserved(payer_id, currency)] += amount
    claims = Refund.objects.claims().filter(allocation__destination=Destination.CREDITS)
    for payer_id, currency, amount in claims.values_list("payment__payer_id", "currency", "amount_minor"):
        known[addresses.reserved(payer_id, currency)] += amount
    return differences(known, set_aside_by_customers())


def chargebacks() -> QuerySet[Chargeback]:
    """Every chargeback with what it claims, the latest first, at the same few queries for any number."""
    found: QuerySet[Chargeback] = Chargeback.objects.select_related("payment", "evidence_by").order_by("-pk")
    return found.prefetch_related(Prefetch("refunds", Refund.objects.select_related("allocation").order_by("pk")))


def payment_of_dispute(gateway: str, dispute: DisputeInfo) -> Payment | None:
    """The payment that a dispute at the gateway is about, or None where it is not ours."""
    named = Q(pk=None)
    for value in filter(None, (dispute.payment_reference, dispute.payment_gateway_id)):
        named |= Q(reference=value) | Q(gateway_id=value)
    found: Payment | None = Payment.objects.filter(named, gateway=gateway).order_by("pk").first()
    return found


def next_chargeback_check() -> datetime | None:
    """When a gateway is next to be asked about a dispute."""
    return _first(Chargeback.objects.filter(next_check_at__isnull=False), "next_check_at")


def next_chargeback_alert() -> datetime | None:
    """When operations are next to be reminded of evidence."""
    return _first(Chargeback.objects.filter(alert_at__isnull=False), "alert_at")


def _first(rows: QuerySet[Any], name: str) -> datetime | None:
    moment: datetime | None = rows.order_by(name).values_list(name, flat=True).first()
    return moment
