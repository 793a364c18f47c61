"""Credits run out: their customers are warned once before, and it is noted."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from apps.core.conf import timer
from apps.credits import notices
from apps.credits.models import Grant


@transaction.atomic
def warn_of_expiry(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` grants run out before long: their customers hear it, once, in one letter for each currency."""
    due = list(Grant.objects.to_warn(at + timer("CREDIT_EXPIRY_WARNING"), at).select_related("customer").claimed(limit))
    together = defaultdict(list)
    for grant in due:
        together[grant.customer_id, grant.currency].append(grant)
    for grants in together.values():
        notices.tell_expiring(grants, at=at)
    Grant.objects.filter(pk__in=[grant.pk for grant in due]).update(warned_at=at, updated_at=at)
    return len(due)


@transaction.atomic
def note_expired(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` grants whose time has run out say so; what is set aside of them for a payment still pays it."""
    due = [grant.pk for grant in Grant.objects.run_out(at).claimed(limit)]
    Grant.objects.filter(pk__in=due).update(expired_at=at, updated_at=at)
    return len(due)
