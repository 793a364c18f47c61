"""The sandbox's time machine: move the clock, and let everything happen that falls due on the way, in order."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.core import clock, sandbox_clock, sweeps
from apps.core.errors import Invalid

LONGEST = timedelta(days=400)


@dataclass(kw_only=True)
class AdvanceReport:
    """Where the clock stood and stands, and how many rows each sweep acted on."""

    started_at: datetime
    ended_at: datetime
    processed: Counter[str] = field(default_factory=Counter)


def advance_clock(*, by: timedelta) -> AdvanceReport:
    """The sandbox's clock stands ``by`` later, and every sweep that fell due on the way has run at its moment.

    Raises: Invalid outside a sandbox, when asked to go back, or further than 400 days.
    """
    if not timedelta(0) <= by <= LONGEST:
        raise Invalid(f"Move the clock by 0 to {LONGEST.days * 24} hours.", errors={"hours": ["Out of range."]})
    started_at = clock.now()
    target = started_at + by
    report = AdvanceReport(started_at=started_at, ended_at=target)
    stuck: dict[str, datetime] = {}
    while (step := _next_step(target, stuck)) is not None:
        due_at, name = step
        _stand_at(due_at)
        processed = sweeps.run_sweep(name, at=max(due_at, clock.now()))
        report.processed[name] += processed
        if processed == 0:
            stuck[name] = due_at
    _stand_at(target)
    for each in sweeps.registered():
        report.processed[each.name] += sweeps.run_sweep(each.name)
    report.processed += Counter()
    return report


def _next_step(target: datetime, stuck: dict[str, datetime]) -> tuple[datetime, str] | None:
    """The earliest due moment up to ``target``; a sweep that could do nothing at a moment is not asked about it again."""
    steps = []
    for each in sweeps.registered():
        due_at = each.next_due() if each.next_due else None
        if due_at is not None and due_at <= target and stuck.get(each.name) != due_at:
            steps.append((due_at, each.name))
    return min(steps, default=None)


def _stand_at(moment: datetime) -> None:
    if moment > clock.now():
        sandbox_clock.reach(moment)
