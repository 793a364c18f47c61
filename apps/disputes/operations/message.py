"""Both sides and operations say and show what they have to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.disputes import notices, rules
from apps.disputes.errors import NotYourPart, TooManyMessages
from apps.disputes.models import Dispute, DisputeMessage, Evidence
from apps.disputes.operations.lock import find, lock_dispute
from apps.disputes.operations.types import Exhibit
from apps.disputes.states import Side

MOST_MESSAGES = 200


@transaction.atomic
def post_message(
    *, dispute_id: UUID, words: str, by: Any, at: datetime, evidence: Sequence[Exhibit] = (), is_internal: bool = False
) -> DisputeMessage:
    """It stands in the dispute for good, and the other side hears of it; nobody hears of what operations note for themselves.

    Raises: NoSuchDispute, NotYourPart, DisputeEnded, TooManyMessages.
    """
    viewer = find(dispute_id, by)
    dispute = lock_dispute(dispute_id)
    side, refusal = viewer.side(dispute), rules.why_not_write(viewer, dispute)
    if refusal is not None or side is None:
        raise refusal or NotYourPart
    if is_internal and side != Side.OPS:
        raise NotYourPart
    if dispute.messages.count() >= MOST_MESSAGES:
        raise TooManyMessages
    message: DisputeMessage = DisputeMessage.objects.create(
        dispute=dispute, by=by, side=side, words=words, is_internal=is_internal, at=at
    )
    show(dispute, evidence, by=by, side=side, at=at, message=message)
    if side == Side.OPS:
        audit.record("dispute.message", target=dispute, by=by, at=at, after={"is_internal": is_internal})
    if not is_internal:
        notices.tell_message(dispute, message, at=at)
    return message


def show(
    dispute: Dispute,
    evidence: Sequence[Exhibit],
    *,
    by: Any,
    side: Side,
    at: datetime,
    message: DisputeMessage | None = None,
) -> None:
    """The files stand in the dispute, with the message that they came with."""
    is_internal = message is not None and message.is_internal
    Evidence.objects.bulk_create(
        Evidence(
            dispute=dispute, message=message, by=by, side=side, title=each.title, file_name=each.file_name,
            is_internal=is_internal, at=at,
        )
        for each in evidence
    )  # fmt: skip
