from datetime import datetime

from django.db import transaction

from apps.disputes import notices
from apps.disputes.models import Dispute


@transaction.atomic
def alert_overdue(*, at: datetime, limit: int) -> int:
    """Up to ``limit`` disputes that should have been decided: operations are told, once of each."""
    due = list(Dispute.objects.with_people().to_alert(at).claimed(limit))
    for dispute in due:
        notices.tell_overdue(dispute, at=at)
    Dispute.objects.filter(pk__in=[dispute.pk for dispute in due]).update(alerted_at=at, updated_at=at)
    return len(due)
