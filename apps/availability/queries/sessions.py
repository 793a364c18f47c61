"""Dated sessions of a service, with the seats that are free."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.availability.engine.zones import day_of, day_span, moment_of
from apps.availability.models import CapacitySlot


def sessions_of(service_id: UUID, *, zone: str, since: datetime | date, until: datetime | date) -> Any:
    """The service's open sessions that start in ``[since, until)``, dates included, in order."""
    starts = CapacitySlot.objects.filter(service_id=service_id, is_available=True, started_at=None)
    between = starts.filter(starts_at__gte=_edge(since, zone, 0), starts_at__lt=_edge(until, zone, 1))
    return between.select_related("course").order_by("starts_at", "pk")


def _edge(moment: datetime | date, zone: str, which: int) -> datetime:
    return moment if isinstance(moment, datetime) else moment_of(day_span(zone, day_of(moment))[which])
