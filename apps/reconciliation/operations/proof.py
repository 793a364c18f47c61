"""Proving the books every night, and telling who has to know."""

from datetime import datetime

from django.db import transaction

from apps.core import audit
from apps.ledger import soundness
from apps.reconciliation import notices
from apps.reconciliation.models import BooksProof

_KEPT = 200


@transaction.atomic
def prove_books(*, at: datetime) -> BooksProof:
    """All rules were held against all of the books; what is broken is kept by name, and operations know."""
    broken = list(soundness.faults())
    named = [
        {"rule": each.rule, "subject": each.subject, "expected": each.expected, "found": each.found} for each in broken
    ]
    proof: BooksProof = BooksProof.objects.create(made_at=at, faults=len(broken), named=named[:_KEPT])
    if broken:
        audit.record("ledger.unsound", target=proof, by=None, at=at, reason=str(broken[0]))
        notices.tell_unsound(proof, str(broken[0]), at=at)
    return proof
