"""The words that reconciliation sends to the marketplace's own people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.accounts.models import User
from apps.notifications import kinds
from apps.notifications.operations import Notice, notify_many
from apps.reconciliation.models import BooksProof, Break, ReconciliationRun

_NAMED = 10


def tell_breaks(run: ReconciliationRun, fresh: Sequence[Break], *, at: datetime) -> None:
    """Operations know which differences the run has found."""
    named = "; ".join(f"{each}: {each.here} here, {each.there} there" for each in fresh[:_NAMED])
    told = {**_of(run), "count": str(len(fresh)), "named": named, "manage_url": _page("break")}
    _send(kinds.RECONCILIATION_BREAKS, run, told, at=at)


def tell_no_answer(run: ReconciliationRun, *, at: datetime) -> None:
    """Operations know that a gateway did not let its lists be read."""
    told = {**_of(run), "problem": run.problem, "attempts": str(run.attempts), "manage_url": _page("reconciliationrun")}
    _send(kinds.RECONCILIATION_NO_ANSWER, run, told, at=at, key=run.state)


def tell_unsound(proof: BooksProof, first: str, *, at: datetime) -> None:
    """Operations know that the books are not sound, and where they are not."""
    told = {"count": str(proof.faults), "first": first[:300], "manage_url": _page("booksproof")}
    _send(kinds.BOOKS_UNSOUND, proof, told, at=at)


def _of(run: ReconciliationRun) -> dict[str, Any]:
    return {"gateway": run.gateway.title(), "day": f"{run.day:%A %-d %B %Y}"}


def _page(name: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}/admin/reconciliation/{name}/"


def _send(kind: Any, subject: Any, told: dict[str, Any], *, at: datetime, key: str = "") -> None:
    people = User.objects.ops().order_by("pk").values_list("pk", flat=True)
    dedupe_key = ":".join(part for part in (str(kind), str(subject.pk), key) if part)
    notify_many(
        [Notice(kind=kind, user=person, context=told, subject=subject, dedupe_key=dedupe_key) for person in people],
        at=at,
    )
