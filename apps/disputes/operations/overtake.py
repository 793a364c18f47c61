from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.events import publish
from apps.disputes import notices
from apps.disputes.events import DisputeClosed
from apps.disputes.models import Dispute, DisputedHold
from apps.disputes.operations.lock import fact
from apps.ledger.states import HoldState


@transaction.atomic
def note_moved(*, hold_ids: Collection[UUID], at: datetime) -> None:
    """Open disputes that have no frozen money left have ended. The holds are locked by whoever moved their money."""
    about = DisputedHold.objects.filter(hold_id__in=hold_ids).values("dispute_id")
    for dispute in Dispute.objects.open().filter(pk__in=about).with_people().locked():
        if dispute.holds.filter(hold__state=HoldState.FROZEN, hold__disputed_minor=0).exists():
            continue
        dispute.be_overtaken(at=at)
        dispute.save(update_fields=["state", "ended_at"])
        audit.record("dispute.overtaken", target=dispute, by=None, at=at)
        publish(fact(DisputeClosed, dispute, at=at, state=dispute.state))
        notices.tell_closed(dispute, at=at)
