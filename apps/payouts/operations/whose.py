"""For whom somebody acts, and that it is they."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts import operations as accounts
from apps.accounts import queries as people
from apps.accounts.models import User
from apps.catalog import queries as catalog
from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Business
from apps.payouts.errors import BusinessNeeded, NoSuchPayoutAccount, PayoutCodeNeeded
from apps.payouts.models import PayoutAccount
from apps.payouts.owners import Owner
from apps.payouts.queries import accounts_seen_by
from apps.payouts.states import PayoutKind


def owner_of(*, by: Any, kind: PayoutKind, business_id: UUID | None = None) -> Owner:
    """Whose money of that kind the person speaks of: their own, or that of a business they own.

    Raises: BusinessNotFound; BusinessNeeded where they own several and name none.
    """
    if kind != PayoutKind.BUSINESS:
        return Owner(user_id=by.pk)
    owned = sorted(catalog.owned_business_ids(by))
    if business_id is None and len(owned) > 1:
        raise BusinessNeeded(data={"businesses": [str(each) for each in owned]})
    chosen = business_id or next(iter(owned), None)
    if chosen is None or chosen not in owned:
        raise BusinessNotFound
    return Owner(business_id=chosen)


def lock_owner(owner: Owner) -> None:
    """Nobody else adds to the owner's accounts or chooses among them before this transaction has ended."""
    rows: Any = User.objects if owner.user_id else Business.all_objects
    rows.filter(pk=owner.id).locked().only("pk").get()


def own_account(account_id: UUID, by: Any) -> PayoutAccount:
    """The account, as the person may change it, locked. Raises: NoSuchPayoutAccount."""
    found = accounts_seen_by(by).filter(pk=account_id).values_list("pk", flat=True).first()
    account: PayoutAccount | None = PayoutAccount.objects.known().locked().filter(pk=found).first()
    if account is None:
        raise NoSuchPayoutAccount
    return account


def prove(by: Any, code: str, *, at: datetime) -> None:
    """It is the person and no thief of their session, where they have a second factor to show it by.

    Must be called outside a transaction, so that a wrong code stays counted. Raises: PayoutCodeNeeded, CodeWrong,
    LockedOut.
    """
    if not people.has_second_factor(by):
        return
    if not code:
        raise PayoutCodeNeeded
    accounts.check_second_factor(user_id=by.pk, code=code, at=at)
