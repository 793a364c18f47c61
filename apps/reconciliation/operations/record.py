"""Writing down what a run has found: new breaks, old ones seen again, and those that are gone."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.payments.gateways.values import RecordKind
from apps.reconciliation import notices
from apps.reconciliation.books import Difference
from apps.reconciliation.models import Break, ReconciliationRun
from apps.reconciliation.operations.types import Findings
from apps.reconciliation.states import BreakState, RunState


@transaction.atomic
def record_findings(*, run_id: UUID, findings: Findings, at: datetime) -> ReconciliationRun:
    """The run is done. A difference that was there before is the same break; one that is gone is closed."""
    run: ReconciliationRun = ReconciliationRun.objects.locked().get(pk=run_id)
    if run.state != RunState.RUNNING:
        return run
    live = {each.key: each for each in Break.objects.live().locked().filter(gateway=run.gateway)}
    differences = {difference.key: difference for difference in findings.differences}
    fresh = [made for each in differences.values() if (made := _note(run, each, live.get(each.key), at=at)) is not None]
    for difference in {each.key: each for each in findings.healed if each.key not in differences}.values():
        if difference.key not in live:
            _note(run, difference, None, at=at)
    gone = Break.objects.live().locked().filter(gateway=run.gateway)
    closed = [each for each in gone if each.key not in differences]
    for each in closed:
        each.close(at=at)
        each.last_run = run
        each.save()
        audit.record("reconciliation.break_closed", target=each, by=None, at=at)
    run.balances = [asdict(balance) for balance in findings.balances]
    run.lines, run.in_flight = findings.lines, findings.in_flight
    run.found, run.fresh, run.healed, run.closed = len(differences), len(fresh), len(findings.healed), len(closed)
    run.finish(at=at)
    run.save()
    if fresh:
        notices.tell_breaks(run, fresh, at=at)
    return run


def _note(run: ReconciliationRun, difference: Difference, known: Break | None, *, at: datetime) -> Break | None:
    """The break, where it is one that somebody has to hear of: new, or back after it was gone."""
    if known is None:
        known = Break.objects.locked().filter(gateway=run.gateway, **_terms(difference)).first()
    if known is None:
        return None if _is_told_by_its_charge(run, difference) else _made(run, difference, at=at)
    was_gone = known.state == BreakState.CLOSED
    if was_gone:
        known.reopen()
    known.last_run, known.seen_at, known.times_found = run, at, known.times_found + 1
    known.line = difference.line or known.line
    known.save()
    return known if was_gone else None


def _is_told_by_its_charge(run: ReconciliationRun, difference: Difference) -> bool:
    """Whether it is of a charge, and was found there: what was settled says it once more, and is corrected once."""
    if difference.list_kind != RecordKind.SETTLED:
        return False
    told = Break.objects.filter(gateway=run.gateway, **{**_terms(difference), "list_kind": RecordKind.CHARGE})
    return bool(told.exclude(state=BreakState.CLOSED).exists())


def _terms(difference: Difference) -> dict[str, str]:
    names = ("list_kind", "kind", "subject", "here", "there")
    return dict(zip(names, difference.key, strict=True))


def _made(run: ReconciliationRun, difference: Difference, *, at: datetime) -> Break:
    made: Break = Break.objects.create(
        gateway=run.gateway,
        **_terms(difference),
        gap_minor=difference.gap_minor,
        net_gap_minor=difference.net_gap_minor,
        currency=difference.currency,
        account=difference.account,
        line=difference.line,
        payment_id=difference.payment_id,
        record_id=difference.record_id,
        occurred_at=difference.occurred_at,
        first_run=run,
        last_run=run,
        found_at=at,
        seen_at=at,
        created_at=at,
    )
    audit.record(
        "reconciliation.break_found", target=made, by=None, at=at,
        after={"here": made.here, "there": made.there, "account": made.account},
    )  # fmt: skip
    return made
