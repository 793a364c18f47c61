from apps.reconciliation.models.breaks import Break
from apps.reconciliation.models.line import GatewayLine
from apps.reconciliation.models.proof import BooksProof
from apps.reconciliation.models.run import ReconciliationRun

__all__ = ["BooksProof", "Break", "GatewayLine", "ReconciliationRun"]
