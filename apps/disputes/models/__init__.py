from apps.disputes.models.dispute import Dispute, DisputedHold
from apps.disputes.models.words import DisputeMessage, Evidence

__all__ = ["Dispute", "DisputeMessage", "DisputedHold", "Evidence"]
