"""Entries of the queue: each calls one operation."""

from celery import shared_task

from apps.core import clock, outbox, sweeps


@shared_task(name="core.drain_outbox", queue="critical")
def drain_outbox() -> int:
    """Everything that is due in the outbox has been carried out or put off."""
    outbox.note_drain_begins()
    total = 0
    while (claimed := outbox.drain(at=clock.now())) > 0:
        total += claimed
    return total


@shared_task(name="core.run_sweep")
def run_sweep(name: str) -> int | None:
    """The sweep ``name`` has run, unless another Beat had this tick."""
    return sweeps.run_tick(name)
