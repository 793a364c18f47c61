"""Credits are given: by operations with a reason, or by a rule of the marketplace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.errors import Invalid
from apps.credits import notices
from apps.credits.models import Grant
from apps.credits.states import REAL_SOURCES, Source
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg
from apps.ledger.states import TransferKind


@transaction.atomic
def grant_credits(
    *,
    customer_id: UUID,
    currency: str,
    amount_minor: int,
    source: Source,
    reason: str,
    by: Any,
    at: datetime,
    expires_at: datetime | None = None,
) -> Grant:
    """The customer can spend the credits, and hears of them.

    Those for a refund are the customer's money at once, paid by the platform, and never run out; the others are paid when
    they are spent, and run out at ``expires_at``. Bought ones come by being paid for. Raises: Invalid.
    """
    if amount_minor <= 0:
        raise Invalid("Credits are more than nothing.", errors={"amount": ["Name an amount above nothing."]})
    if source == Source.PURCHASE:
        raise Invalid("Bought credits come by being paid for.", errors={"source": ["Choose another."]})
    if (source in REAL_SOURCES) != (expires_at is None) or (expires_at is not None and expires_at <= at):
        raise Invalid(errors={"expires_at": ["Credits of promotions end in the future; those for refunds never do."]})
    grant: Grant = Grant.objects.create(
        customer_id=customer_id, currency=currency, source=source, amount_minor=amount_minor, expires_at=expires_at,
        reason=reason[:300], given_by=by, created_at=at,
    )  # fmt: skip
    if source in REAL_SOURCES:
        _book(grant, at=at)
    audit.record(
        "credits.granted", target=grant, by=by, at=at, reason=reason,
        after={"amount_minor": amount_minor, "currency": currency, "source": source},
    )  # fmt: skip
    notices.tell_received(grant, at=at)
    return grant


def _book(grant: Grant, *, at: datetime) -> None:
    ledger.post_transfer(
        kind=TransferKind.CREDIT_GRANT,
        legs=[
            Leg(address=addresses.promotions(grant.currency), amount_minor=-grant.amount_minor),
            Leg(address=addresses.customer_credits(grant.customer_id, grant.currency), amount_minor=grant.amount_minor),
        ],
        idempotency_key=f"credits:{grant.pk}",
        cause_type="CREDITS",
        cause_id=grant.pk,
        at=at,
    )
