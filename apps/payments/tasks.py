"""Entries of the queue and of the outbox: each calls one operation."""

from uuid import UUID

from celery import shared_task

from apps.core import clock
from apps.core.sweeps import run_sweep


@shared_task(name="payments.process_inbox", queue="critical")
def process_inbox() -> int:
    """Everything that is due in the inbox was acted on."""
    from apps.payments.operations.receive import note_inbox_awake  # noqa: PLC0415  # a task imports its operation

    clock.forget_offset()
    note_inbox_awake()
    return run_sweep("payments.inbox")


def carry_out_refund(*, refund_id: str) -> None:
    """The refund is one step further."""
    from apps.payments import operations  # noqa: PLC0415  # a task imports its operation

    operations.carry_out_refund(refund_id=UUID(refund_id), at=clock.now())


def send_evidence(*, chargeback_id: str) -> None:
    """The bank has our side of a dispute."""
    from apps.payments import operations  # noqa: PLC0415  # a task imports its operation

    operations.send_evidence(chargeback_id=UUID(chargeback_id), at=clock.now())


def deliver_sandbox_hook(*, hook_id: str) -> None:
    """The sandbox's web hook was delivered once more."""
    from apps.payments.sandbox import hooks  # noqa: PLC0415  # a task imports its operation

    hooks.deliver(hook_id)


def free_for(*, item_type: str, item_id: str) -> None:
    """What unpaid attempts at the thing, which is no more, have set aside can be spent otherwise."""
    from apps.payments import operations  # noqa: PLC0415  # a task imports its operation

    operations.free_for(item_type=item_type, item_id=UUID(item_id), at=clock.now())


def claim_more(*, payment_id: str) -> None:
    """Banks that claim what bought credits have their part of those that can be spent again."""
    from apps.payments import operations  # noqa: PLC0415  # a task imports its operation

    operations.claim_more(payment_id=UUID(payment_id), at=clock.now())
