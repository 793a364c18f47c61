"""What would work instead."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.availability.queries import Check, Job, first_free
from apps.bookings.queries.offer import Offer
from apps.catalog.states import Assignment
from apps.core import clock

COUNT = 3


def next_free_times(offer: Offer, staff_id: UUID | None, job: Job, check: Check, at: datetime) -> dict[str, Any]:
    """The next free times of the person named, of a crew, or of anybody who asks no premium, and why this one is not free."""
    people = [UUID(str(person.key)) for person in check.calendar.people]
    willing = [key for key in people if staff_id is not None or not offer.asks_premium(key)]
    if len(willing) < len(people) and check.rules.assignment == Assignment.ANY:
        job = replace(job, staff_ids=willing)
    found = first_free(job, after=max(check.starts_at, at), at=at, count=COUNT) if willing else []
    return {
        "next_free": [
            {"start": clock.iso(each.starts_at), "staff": [str(key) for key in each.staff_ids]} for each in found
        ],
        "reasons": sorted({str(refusal.rule) for refusals in check.refusals.values() for refusal in refusals}),
    }
