"""Operations look at a name that does not fit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.payouts import notices
from apps.payouts.errors import NoSuchPayoutAccount, NothingToReview
from apps.payouts.models import PayoutAccount
from apps.payouts.operations.settle_state import set_weekly
from apps.payouts.states import LIVE_ACCOUNTS, AccountState


@transaction.atomic
def review_account(*, account_id: UUID, accept: bool, reason: str, by: Any, at: datetime) -> PayoutAccount:
    """The account may be used, or may not; its owner hears of it. A verified one may be rejected, too.

    Raises: NoSuchPayoutAccount; NothingToReview.
    """
    account: PayoutAccount | None = PayoutAccount.objects.locked().filter(pk=account_id).first()
    if account is None:
        raise NoSuchPayoutAccount
    if account.state not in ((AccountState.NEEDS_REVIEW,) if accept else LIVE_ACCOUNTS):
        raise NothingToReview
    before = account.state
    if accept:
        account.verify(at=at)
        set_weekly(account, at=at)
    else:
        account.reject(reason=reason)
    account.save()
    audit.record(
        "payouts.account_reviewed", target=account, by=by, at=at, reason=reason, before={"state": before},
        after={"state": account.state},
    )  # fmt: skip
    notices.tell_account(account, notices.words_of_state(account), at=at)
    return account
