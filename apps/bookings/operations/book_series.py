"""Several bookings in one go, on the dates of a rule: all of them, or those that are free once somebody has said so."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.accounts.models import User
from apps.availability.engine.recurrence import dates_of
from apps.availability.errors import RuleRefused, SlotTaken
from apps.bookings.errors import SeriesClash, SeriesWrong
from apps.bookings.models import Booking
from apps.bookings.operations.create_booking import create_booking
from apps.bookings.operations.types import BookingRequest
from apps.bookings.queries.offer import load_offer
from apps.core import clock
from apps.core.ids import new_id

LONGEST = 52


@transaction.atomic
def book_series(
    *, request: BookingRequest, rule: str, skip_clashes: bool, customer: User, at: datetime
) -> tuple[list[Booking], list[datetime]]:
    """Every date of the rule from the request's start on is booked, at the same time by the clocks of the business.

    Where one is taken, nothing is booked, unless ``skip_clashes``: then the others are, and the starts that were left out
    are answered. The expected total is that of each. Raises: SeriesWrong; SeriesClash, whose data names the clashes; and
    as ``create_booking`` for anything that is wrong with all of them.
    """
    starts = _starts(request, rule)
    series = new_id()
    made: list[Booking] = []
    clashes: list[dict[str, Any]] = []
    left_out: list[datetime] = []
    for start in starts:
        try:
            with transaction.atomic():
                booking = create_booking(request=replace(request, start=start), customer=customer, at=at)
        except SlotTaken as taken:
            left_out.append(start)
            clashes.append({"start": clock.iso(start), **(taken.data or {})})
            continue
        made.append(booking)
    if not made or (clashes and not skip_clashes):
        raise SeriesClash(data={"clashes": clashes, "can_skip": bool(made), "free_count": len(made)})
    _join(made, series)
    return made, left_out


def _starts(request: BookingRequest, rule: str) -> list[datetime]:
    zone = ZoneInfo(load_offer(request.service_id).service.business.time_zone)
    first = request.start.astimezone(zone)
    try:
        dates = dates_of(rule, first.date(), first.time(), zone.key)
    except RuleRefused as refusal:
        raise SeriesWrong(errors={"rrule": [refusal.message]}) from refusal
    if len(dates) > LONGEST:
        raise SeriesWrong(errors={"rrule": [f"At most {LONGEST} bookings in one go."]})
    return [datetime.combine(on, first.time(), zone).astimezone(UTC) for on in dates]


def _join(made: list[Booking], series: UUID) -> None:
    Booking.objects.filter(pk__in=[booking.pk for booking in made]).update(series=series)
    for booking in made:
        booking.series = series
