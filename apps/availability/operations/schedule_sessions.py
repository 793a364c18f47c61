"""Dated sessions of a service: one, or as a rule says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.accounts.models import User
from apps.availability.engine.recurrence import dates_of
from apps.availability.errors import NoSuchService, RangeInvalid, RuleRefused
from apps.availability.models import CapacitySlot
from apps.availability.operations.keep_slots import ensure_works_at, keep_slots
from apps.catalog.models import Business, Service
from apps.core import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """A session on ``on`` at ``starts`` of the wall clock, and on the dates of ``rule`` from then on.

    What is left out is the service's: its duration, and its most participants as seats.
    """

    on: date
    starts: time
    duration_min: int | None = None
    seats: int | None = None
    staff_member_id: UUID | None = None
    rule: str = ""
    except_on: Collection[date] = ()
    skip_clashes: bool = False


@transaction.atomic
def schedule_sessions(*, service_id: UUID, plan: SessionPlan, by: User, at: datetime) -> list[CapacitySlot]:
    """Every session of the plan is there, and its host's time is taken; those that were already stay as they are.

    Answers the new ones. Raises: NoSuchService; NoSuchSlot for a host of another business; RangeInvalid for a rule that
    is none, has no end, or lies in the past; SessionClash where the host is busy.
    """
    service = Service.objects.filter(pk=service_id).first()
    if service is None:
        raise NoSuchService
    business = Business.objects.locked().get(pk=service.business_id)
    ensure_works_at(business, plan.staff_member_id)
    sessions = [_session(service, business, plan, on) for on in _dates(plan, business.time_zone)]
    coming = [session for session in sessions if session.starts_at > at]
    if not coming:
        raise RangeInvalid(errors={"date": ["No session of this plan lies in the future."]})
    made = keep_slots(coming, skip_clashes=plan.skip_clashes, at=at)
    audit.record("availability.sessions_scheduled", target=service, by=by, at=at, after={"sessions": len(made)})
    return made


def _dates(plan: SessionPlan, zone: str) -> list[date]:
    if not plan.rule:
        return [plan.on]
    try:
        dates = dates_of(plan.rule, plan.on, plan.starts, zone)
    except RuleRefused as refusal:
        raise RangeInvalid(errors={"rrule": [refusal.message]}) from refusal
    return [on for on in dates if on not in set(plan.except_on)]


def _session(service: Service, business: Business, plan: SessionPlan, on: date) -> CapacitySlot:
    # Placed as the clocks of the zone show it: the earlier of two, and past an hour that they skip.
    starts_at = datetime.combine(on, plan.starts, ZoneInfo(business.time_zone)).astimezone(UTC)
    return CapacitySlot(
        business=business,
        service=service,
        staff_member_id=plan.staff_member_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=plan.duration_min or service.duration_min),
        max_capacity=plan.seats or service.max_participants,
    )
