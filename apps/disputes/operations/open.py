"""A customer objects: the money is frozen until somebody decides."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.core.conf import timer
from apps.core.events import publish
from apps.disputes import notices
from apps.disputes.errors import AlreadyDisputed, AskedTooMuch, DisputeTooLate
from apps.disputes.events import DisputeOpened
from apps.disputes.models import Dispute, DisputedHold
from apps.disputes.operations.lock import fact
from apps.disputes.operations.message import show
from apps.disputes.operations.types import Objection, Subject
from apps.disputes.states import Side
from apps.ledger import operations as ledger
from apps.ledger.models import EscrowHold
from apps.ledger.states import HoldState


@transaction.atomic
def open_dispute(
    *, subject: Subject, hold_ids: Collection[UUID], objection: Objection, by: Any, at: datetime
) -> Dispute:
    """Those of the holds that are clearing are frozen together, and both sides and operations know of it.

    Whether the person may object is the trade's to say. The holds are locked here; whoever locks the thing itself too
    has locked them before.
    Raises: AlreadyDisputed; DisputeTooLate where none of them is clearing at ``at``; AskedTooMuch.
    """
    found = list(EscrowHold.objects.filter(pk__in=hold_ids).locked())
    if Dispute.objects.open().of_unit(subject.unit_type, subject.unit_id).exists():
        raise AlreadyDisputed
    holds = [each for each in found if _is_clearing(each, at)]
    if not holds:
        raise DisputeTooLate
    currency, frozen_minor = holds[0].currency, sum(hold.left_minor for hold in holds)
    asked = objection.asked
    if asked is not None and (asked.currency != currency or asked.amount_minor > frozen_minor):
        raise AskedTooMuch(errors={"amount": [AskedTooMuch.default_message]})
    dispute: Dispute = Dispute.objects.create(
        unit_type=subject.unit_type, unit_id=subject.unit_id, reference=subject.reference, title=subject.title,
        business_id=subject.business_id, customer_id=subject.customer_id, opened_by=by, opened_at=at,
        reason=objection.reason, note=objection.note, currency=currency, frozen_minor=frozen_minor,
        asked_minor=None if asked is None else asked.amount_minor, due_at=at + timer("DISPUTE_DECISION"),
    )  # fmt: skip
    DisputedHold.objects.bulk_create(
        DisputedHold(dispute=dispute, hold=hold, frozen_minor=hold.left_minor) for hold in holds
    )
    for hold in holds:
        ledger.freeze_hold(hold_id=hold.pk, reason=f"Dispute: {dispute.get_reason_display()}", by=by, at=at)
    show(dispute, objection.evidence, by=by, side=Side.CUSTOMER, at=at)
    audit.record(
        "dispute.opened", target=dispute, by=by, at=at, reason=objection.note,
        after={"reason": dispute.reason, "frozen_minor": frozen_minor, "currency": currency},
    )  # fmt: skip
    publish(
        fact(
            DisputeOpened, dispute, at=at, reason=dispute.reason, currency=currency, frozen_minor=frozen_minor,
        )
    )  # fmt: skip
    notices.tell_opened(dispute, at=at)
    return dispute


def _is_clearing(hold: EscrowHold, at: datetime) -> bool:
    is_pending = hold.state == HoldState.PENDING_CLEARANCE
    return is_pending and hold.release_due_at is not None and at < hold.release_due_at
