"""What disputes can do. All are keyword-only; ``by`` is who does it, ``at`` when.

open_dispute(unit, hold_ids, objection, by, at) -> Dispute             within the trade's transaction, which has checked
post_message(dispute_id, words, evidence, is_internal, by, at) -> DisputeMessage
withdraw_dispute(dispute_id, by, at) -> Dispute                        the money clears again
decide_dispute(dispute_id, decision, refund, destination, reason, by, at) -> Dispute
note_moved(hold_ids, at)                                               money of open disputes went another way
alert_overdue(at, limit) -> int
"""

from apps.disputes.operations.decide import decide_dispute
from apps.disputes.operations.message import post_message
from apps.disputes.operations.open import open_dispute
from apps.disputes.operations.overdue import alert_overdue
from apps.disputes.operations.overtake import note_moved
from apps.disputes.operations.types import Exhibit, Objection, Subject
from apps.disputes.operations.withdraw import withdraw_dispute

__all__ = [
    "Exhibit",
    "Objection",
    "Subject",
    "alert_overdue",
    "decide_dispute",
    "note_moved",
    "open_dispute",
    "post_message",
    "withdraw_dispute",
]
