"""Operations hold an owner's payouts back, and let them go again."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.core import audit
from apps.ledger import operations as ledger
from apps.payouts.errors import AlreadyFrozen, NotFrozen
from apps.payouts.models import PayoutFreeze
from apps.payouts.owners import Owner


@transaction.atomic
def freeze_payouts(*, owner: Owner, reason: str, by: Any, at: datetime) -> PayoutFreeze:
    """Nothing of the owner's leaves; what was asked for and not sent goes back to them. Raises: AlreadyFrozen."""
    ledger.lock_balances(owner_id=owner.id)  # a request that has begun ends first, and any later one sees the freeze
    try:
        with transaction.atomic():
            freeze: PayoutFreeze = PayoutFreeze.objects.create(
                **owner.fields, reason=reason, frozen_by=by, frozen_at=at
            )
    except IntegrityError as error:
        raise AlreadyFrozen from error
    audit.record("payouts.frozen", target=freeze, by=by, at=at, reason=reason, after={"owner": str(owner.id)})
    return freeze


@transaction.atomic
def unfreeze_payouts(*, owner: Owner, reason: str, by: Any, at: datetime) -> PayoutFreeze:
    """Payouts go on. Raises: NotFrozen."""
    freeze: PayoutFreeze | None = PayoutFreeze.objects.standing().of(owner).locked().first()
    if freeze is None:
        raise NotFrozen
    freeze.lifted_by, freeze.lifted_at, freeze.lifted_reason = by, at, reason
    freeze.save()
    audit.record("payouts.unfrozen", target=freeze, by=by, at=at, reason=reason, after={"owner": str(owner.id)})
    return freeze
