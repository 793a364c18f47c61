"""A customer's purse: what is in their wallet and credits, locked in one order so that two payments never cross."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from apps.credits.models import Grant
from apps.ledger.models import Balance
from apps.ledger.states import AccountKind, OwnerType

_KINDS = (AccountKind.WALLET, AccountKind.CREDITS, AccountKind.RESERVED)


def lock_purse(customer_id: UUID) -> None:
    """Nobody else takes anything of the customer's until this transaction ends. Before anything that is paid for is locked."""
    accounts = {
        "account__owner_type": OwnerType.CUSTOMER,
        "account__owner_id": customer_id,
        "account__kind__in": _KINDS,
    }
    list(
        Balance.objects.select_for_update(no_key=True, of=("self",))
        .filter(**accounts)
        .order_by("account_id")
        .values_list("pk")
    )
    list(Grant.objects.filter(customer_id=customer_id, used_minor__lt=F("amount_minor"), expired_at=None).locked())


def locked_grants(customer_id: UUID, currency: str, at: datetime) -> list[Grant]:
    """What the customer can spend in the currency, locked."""
    return list(Grant.objects.spendable(at).filter(customer_id=customer_id, currency=currency).locked())
