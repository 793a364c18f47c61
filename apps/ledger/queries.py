"""Questions to the books. None of them locks a row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from apps.ledger import addresses, commission, functions
from apps.ledger.models import Account, Balance, Entry, EscrowHold
from apps.ledger.states import AccountKind, HoldState, OwnerType


@dataclass(frozen=True, kw_only=True)
class CommissionTerms:
    """The rate in basis points that a hold would get, and the rule that gives it."""

    rate_bp: int
    rule: str


def commission_rate_for(
    *, business_id: UUID, currency: str, at: datetime, own_rate_bp: int | None = None, plan_rate_bp: int | None = None
) -> CommissionTerms:
    """What a hold of the business funded at ``at`` gets, by its gross volume of the 30 days before.

    The business's own rate wins; else the plan's where it is lower than the tier's. Reads no further back than it
    takes to pass the highest threshold.
    """
    ((rate_bp, rule),) = functions.call(
        "ledger_commission_terms",
        business_id,
        currency,
        at,
        own_rate_bp,
        plan_rate_bp,
        functions.json_text(commission.commission_tiers(currency)),
    )
    return CommissionTerms(rate_bp=rate_bp, rule=rule)


def balance(address: str) -> int:
    """What is in the account now: its balance row if it is guarded, else its entries; 0 for one not opened yet."""
    account = Account.objects.filter(address=address).first()
    if account is None:
        return 0
    if account.owner_type != OwnerType.SYSTEM:
        return int(Balance.objects.values_list("posted", flat=True).get(account=account))
    return derived_balance(account.pk)


def derived_balance(account_id: UUID) -> int:
    """The sum of the account's entries, by its last snapshot and the tail of transactions since."""
    ((amount,),) = functions.call("ledger_balance_of", account_id)
    return int(amount)


def balance_before(account_id: UUID, moment: datetime) -> int:
    """The sum of the account's entries booked before the moment."""
    ((amount,),) = functions.call("ledger_balance_at", account_id, moment)
    return int(amount)


def balance_on(account_id: UUID, day: date) -> int:
    """What was in the account at the end of the day, UTC."""
    return balance_before(account_id, datetime.combine(day + timedelta(days=1), time.min, UTC))


def withdrawable(address: str) -> int:
    """What may leave the guarded account now."""
    row = Balance.objects.filter(account__address=address).first()
    return row.posted - row.held if row else 0


def wallet_for(user_id: UUID) -> dict[str, int]:
    """The customer's cash by currency."""
    return balances_of(OwnerType.CUSTOMER, [user_id], AccountKind.WALLET)


def balances_of(owner_type: OwnerType, owner_ids: Collection[UUID], kind: AccountKind) -> dict[str, int]:
    """What these owners have in accounts of one kind, by currency."""
    sums = (
        Balance.objects.filter(account__owner_type=owner_type, account__owner_id__in=owner_ids, account__kind=kind)
        .values("account__currency")
        .annotate(posted=Sum("posted"))
    )
    return {row["account__currency"]: int(row["posted"]) for row in sums}


def put_in_wallet(business_key: str) -> int:
    """What the transfer with that key has put into a customer's wallet."""
    entries = Entry.objects.filter(transfer__business_key=business_key, account__kind=AccountKind.WALLET, amount__gt=0)
    return int(entries.aggregate(sum=Sum("amount", default=0))["sum"])


def gateway_books() -> dict[tuple[str, str], int]:
    """(gateway, currency) → what the books say that the gateway holds, or has paid to our bank."""
    rows = functions.call("ledger_gateway_totals")
    return {(gateway, currency): amount for gateway, currency, amount in rows}


def customers_credits() -> dict[str, int]:
    """Address → what is in the account, of every account of customers' credits that is not empty."""
    return _balances_of_kind(AccountKind.CREDITS)


def set_aside_by_customers() -> dict[str, int]:
    """Address → what lies there, of every account of what is set aside for payments that is not empty."""
    return _balances_of_kind(AccountKind.RESERVED)


def _balances_of_kind(kind: AccountKind) -> dict[str, int]:
    rows = Balance.objects.filter(account__kind=kind).exclude(posted=0)
    return dict(rows.values_list("account__address", "posted"))


def pending_escrow(business_ids: Collection[UUID]) -> dict[str, int]:
    """What businesses will get of open holds once they clear, by currency."""
    sums = (
        EscrowHold.objects.open().filter(business_id__in=business_ids).values("currency").annotate(net=Sum("net_minor"))
    )
    return {row["currency"]: int(row["net"]) for row in sums}


def total_revenue(business_ids: Collection[UUID]) -> dict[str, int]:
    """What businesses have earned so far by released holds, net of commission, by currency."""
    released = EscrowHold.objects.filter(business_id__in=business_ids, released_minor__gt=0)
    sums = released.values("currency").annotate(net=Sum("net_minor"))
    return {row["currency"]: int(row["net"]) for row in sums}


def hold_of(*, unit_type: str, unit_id: UUID) -> EscrowHold | None:
    """The hold of the unit that is not refunded, or else its last refunded one."""
    return EscrowHold.objects.of_unit(unit_type, unit_id).order_by("-funded_at").exclude(
        state=HoldState.REFUNDED
    ).first() or (EscrowHold.objects.of_unit(unit_type, unit_id).order_by("-funded_at").first())


def next_release_due() -> datetime | None:
    """When the next clearance time runs out."""
    pending = EscrowHold.objects.filter(state=HoldState.PENDING_CLEARANCE).order_by("release_due_at")
    return pending.values_list("release_due_at", flat=True).first()


def entries_of_user(user_id: UUID, business_ids: Collection[UUID]) -> QuerySet[Any]:
    """The statement lines of a person's own accounts and of the businesses given."""
    accounts = Account.objects.filter(
        Q(owner_type__in=[OwnerType.CUSTOMER, OwnerType.STAFF], owner_id=user_id)
        | Q(owner_type=OwnerType.BUSINESS, owner_id__in=business_ids)
    ).values("pk")
    return Entry.objects.filter(account_id__in=accounts).select_related("account", "transfer")


def entries_of_practitioner(user_id: UUID, business_ids: Collection[UUID]) -> QuerySet[Any]:
    """The statement lines of what a person earns: their tips, and the accounts of the businesses given."""
    accounts = Account.objects.filter(
        Q(owner_type=OwnerType.STAFF, owner_id=user_id) | Q(owner_type=OwnerType.BUSINESS, owner_id__in=business_ids)
    ).values("pk")
    return Entry.objects.filter(account_id__in=accounts).select_related("account", "transfer")


def available_to_business(business_id: UUID, currency: str) -> int:
    """What a business can withdraw."""
    return withdrawable(addresses.business_available(business_id, currency))


def owes(owner_type: OwnerType, owner_id: UUID, currency: str) -> int:
    """What the business or performer owes in the currency; whoever owes gets no payout."""
    return -balance(addresses.receivable(owner_type, owner_id, currency))


def owed_by(owner_type: OwnerType, owner_ids: Collection[UUID]) -> dict[str, int]:
    """What these owners owe, by currency; a currency without a debt is not named."""
    found = balances_of(owner_type, owner_ids, AccountKind.RECEIVABLE)
    return {currency: -posted for currency, posted in found.items() if posted}


def open_receivables() -> QuerySet[Any]:
    """The accounts of everybody who owes something, with their balances."""
    return Account.objects.filter(kind=AccountKind.RECEIVABLE, balance__posted__lt=0).select_related("balance")
