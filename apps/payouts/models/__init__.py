from apps.payouts.models.account import PayoutAccount
from apps.payouts.models.audit import PayoutAudit
from apps.payouts.models.freeze import PayoutFreeze
from apps.payouts.models.payout import Payout

__all__ = ["Payout", "PayoutAccount", "PayoutAudit", "PayoutFreeze"]
