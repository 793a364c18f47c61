"""What reconciliation can do. All are keyword-only but the sweeps.

Those marked * call a gateway and must run outside a transaction.

    *reconcile(gateway, day=None, by, at, on_step=None) -> ReconciliationRun
    *carry_on_due(at, limit) -> int                 what was interrupted, and every gateway's days that are over
    propose_break(break_id, proposal, by, at) -> Break
    send_back_break(break_id, reason, by, at), resolve_break(break_id, by, at) -> Break
    prove_books(at) -> BooksProof                   the eight rules over all of the books, kept and told
"""

from apps.reconciliation.operations.nightly import carry_on_due
from apps.reconciliation.operations.proof import prove_books
from apps.reconciliation.operations.reconcile import reconcile
from apps.reconciliation.operations.resolve import propose_break, resolve_break, send_back_break
from apps.reconciliation.operations.types import CorrectionLeg, Proposal

__all__ = [
    "CorrectionLeg",
    "Proposal",
    "carry_on_due",
    "propose_break",
    "prove_books",
    "reconcile",
    "resolve_break",
    "send_back_break",
]
