"""Set-aside credits are spent with their payment, and come back with its refunds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.credits.models import Redemption, Use
from apps.credits.operations.renew import has_run_out, renew
from apps.credits.states import RedemptionState, UseState


def spend(*, payment_id: UUID, at: datetime) -> None:
    """What was set aside for the payment is spent. The books have their own entry, by the payment's funding."""
    Use.objects.filter(payment_id=payment_id, state=UseState.RESERVED).update(
        state=UseState.SPENT, moved_at=at, updated_at=at
    )


@transaction.atomic
def give_back(*, payment_id: UUID, credits_minor: int, promotions_minor: int, at: datetime) -> None:
    """So much of what the payment spent can be spent again, the last spent first, each with the expiry that it had.

    What has run out meanwhile comes back as a new grant that lasts a while. A discount belongs to its payment: once all
    of it came back, its code can be used again. The books are the caller's.
    """
    if not credits_minor and not promotions_minor:
        return
    spent = Use.objects.filter(payment_id=payment_id, state=UseState.SPENT).select_related("grant")
    uses = list(spent.locked())
    _return((use for use in reversed(uses) if use.grant.is_real), credits_minor, at)
    promised = [use for use in uses if not use.grant.is_real]
    promised.sort(key=lambda use: (use.grant.pinned_to is None, use.grant.expires_at, use.pk), reverse=True)
    _return(promised, promotions_minor, at)
    if any(use.grant.pinned_to is not None and not use.left_minor for use in promised):
        Redemption.objects.filter(payment_id=payment_id, state=RedemptionState.TAKEN).update(
            state=RedemptionState.RETURNED, updated_at=at
        )


def _return(uses: Iterable[Use], amount_minor: int, at: datetime) -> None:
    for use in uses:
        back = min(use.left_minor, amount_minor)
        if not back:
            continue
        use.returned_minor += back
        if has_run_out(use.grant, at):
            renew(use.grant, back, at=at)
            use.renewed_minor += back
        use.moved_at = at
        use.save(update_fields=["returned_minor", "renewed_minor", "moved_at"])
        amount_minor -= back
    if amount_minor:
        raise RuntimeError(f"{amount_minor} of credits go back that were never spent")
