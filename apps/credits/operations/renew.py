"""Credits that come back after they have run out are not lost: they can be spent for a while."""

from datetime import datetime

from apps.core.conf import timer
from apps.credits.models import Grant


def has_run_out(grant: Grant, at: datetime) -> bool:
    """Whether what comes back to the grant could not be spent. A discount never could by itself."""
    return grant.pinned_to is None and grant.expires_at is not None and grant.expires_at <= at


def renew(grant: Grant, amount_minor: int, *, at: datetime) -> Grant:
    """So much of the grant that has run out is there again, as a grant of its own."""
    made: Grant = Grant.objects.create(
        customer_id=grant.customer_id, currency=grant.currency, source=grant.source, amount_minor=amount_minor,
        expires_at=at + timer("CREDIT_RETURN_GRACE"), reason=grant.reason, origin=grant, created_at=at,
    )  # fmt: skip
    return made
