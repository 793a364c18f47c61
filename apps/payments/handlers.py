"""What the payment desk does when an app below it states a fact."""

from apps.accounts.events import UserErased
from apps.payments import operations


def forget_payer(event: UserErased) -> None:
    """Nothing personal is left in the payments of somebody who is gone."""
    operations.forget_payer(user_id=event.user_id, at=event.erased_at)
