"""A booking looks for a use; it has it from when its row is written, by the trigger of that row."""

from datetime import datetime
from uuid import UUID

from apps.packages.models import Purchase, Use
from apps.packages.queries import ensure_lasts, no_use_left
from apps.packages.states import UseState


def pick_use(*, purchase: Purchase, service_id: UUID, starts_at: datetime) -> Use:
    """A use of the service, locked, that lasts until the start.

    Of several, one that nobody else is about to spend; the last one is waited for. Raises: PackageExpired, whose data says
    until when; NoUseLeft, whose data names other purchases with uses.
    """
    ensure_lasts(purchase, starts_at)
    uses = Use.objects.filter(purchase=purchase, service_id=service_id, state=UseState.OPEN).order_by("number")
    # Whoever waited for one that went away looks once more whether another is free.
    for skips_locked in (True, False, False):
        use: Use | None = uses.select_for_update(no_key=True, skip_locked=skips_locked).first()
        if use is not None:
            use.purchase = purchase
            return use
    raise no_use_left(purchase, service_id=service_id, starts_at=starts_at)


def is_open(use_id: UUID, *, starts_at: datetime) -> bool:
    """Whether the use, which is locked from now on, can be spent on something that starts then."""
    use = Use.objects.locked().filter(pk=use_id).first()
    return bool(use is not None and use.state == UseState.OPEN and use.expires_at > starts_at)
