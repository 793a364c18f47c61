"""Jobs that run over, and what they run into."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.core.database import call_function


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrun:
    """A booking, or a session, that cannot begin in time: the job before it keeps its person until ``free_at`` at least."""

    booking_id: UUID | None
    slot_id: UUID | None
    starts_at: datetime
    free_at: datetime


def claim_overruns(*, at: datetime, limit: int) -> list[Overrun]:
    """Up to ``limit`` of what jobs under way run into by now; each is answered once for its time, to whoever is first.

    Costs by the jobs past their planned end. Raises: RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Overruns are claimed within the transaction that tells of them")
    claimed = call_function("availability_claim_overruns", at, limit)
    return [
        Overrun(booking_id=booking_id, slot_id=slot_id, starts_at=starts_at, free_at=free_at)
        for booking_id, slot_id, starts_at, free_at in claimed
    ]
