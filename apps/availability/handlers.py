"""What availability does when an app below it states a fact."""

from apps.accounts.events import UserErased
from apps.availability import operations


def forget_calendars(event: UserErased) -> None:
    """Nothing of the other calendars of somebody who is gone is left."""
    operations.forget_calendars(user_id=event.user_id, at=event.erased_at)
