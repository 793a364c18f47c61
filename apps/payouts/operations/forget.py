"""When a person is erased, the numbers of their accounts are forgotten; what was paid out stays."""

from datetime import datetime
from uuid import UUID

from apps.payouts.models import PayoutAccount
from apps.payouts.states import AccountState


def forget_payee(*, user_id: UUID, at: datetime) -> None:
    """No number, name or recipient of the person is left; called within a transaction."""
    for account in PayoutAccount.objects.filter(user_id=user_id).locked():
        if account.state != AccountState.REMOVED:
            account.remove(at=at)
        account.account_number = account.last4 = account.account_name = account.recipient_id = ""
        account.holder_name, account.problem = "erased", ""
        account.save()
