"""The back office's calendar: a business's day, person by person, beside the clock on a wide screen, as lists on a phone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateformat import format as format_date

from apps.bookings.queries import BusinessDay, DayEntry, PersonDay, business_day, group_by_status
from apps.bookings.states import BookingStatus
from apps.catalog.models import Business
from apps.core import clock
from apps.core.admin.bases import is_ops, member_businesses
from apps.core.money import money_words

FOUND = 20
_QUIET = {"COMPLETED", "NO_SHOW"}
_ASKS = {"PENDING", "DECLINED", "DECLINED_WITH_OPTION"}
_TAKEN = {
    "TIME_OFF": "Away", "BUSY": "Taken", "HELD": "Held for a customer", "ELSEWHERE": "Works elsewhere",
}  # fmt: skip


class DayForm(forms.Form):
    """Which business and which day."""

    q = forms.CharField(required=False, max_length=100, label="Business")
    business = forms.UUIDField(required=False, widget=forms.HiddenInput)
    date = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), label="Day",
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One entry as the page shows it; where it lies within the hours of the page, in per cent, and in which lane."""

    kind: str
    time: str
    title: str
    note: str
    link: str
    left: float
    width: float
    lane: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person's row, with as many lanes as overlap."""

    name: str
    entries: list[Shown]
    lanes: int


@dataclass(frozen=True, slots=True)
class Window:
    """The hours that the page shows: whole ones around everything that is on, eight in the morning to six at least."""

    starts_at: datetime
    ends_at: datetime

    def place(self, entry: DayEntry) -> tuple[float, float]:
        """Where the entry begins, and how wide it is, in per cent."""
        whole = (self.ends_at - self.starts_at).total_seconds()
        since, until = max(entry.starts_at, self.starts_at), min(entry.ends_at, self.ends_at)
        left = (since - self.starts_at).total_seconds() / whole
        return round(100 * left, 2), round(100 * max((until - since).total_seconds() / whole, 0), 2)


def day_view(request: HttpRequest) -> HttpResponse:
    """The page; without a business, what may be chosen from."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise PermissionDenied
    form = DayForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    businesses = _businesses(request.user)
    chosen = _chosen(businesses, asked.get("business"))
    context = {
        **admin.site.each_context(request),
        "title": "Calendar",
        "form": form,
        "choices": [] if chosen else list(_found(businesses, asked.get("q") or "")),
        "is_asked": bool(asked.get("q")),
    }
    if chosen is not None:
        context |= _filled(chosen, asked.get("date"))
    return TemplateResponse(request, "admin/backoffice/day.html", context)


def _businesses(user: Any) -> QuerySet[Business]:
    businesses: QuerySet[Business] = Business.objects.all()
    return businesses if is_ops(user) else businesses.filter(pk__in=member_businesses(user))


def _chosen(businesses: QuerySet[Business], key: UUID | None) -> Business | None:
    """The business that is named, or the only one there is."""
    if key is not None:
        return businesses.filter(pk=key).first()
    first = list(businesses.order_by("pk")[:2])
    return first[0] if len(first) == 1 else None


def _found(businesses: QuerySet[Business], words: str) -> QuerySet[Business]:
    return (businesses.filter(name__icontains=words) if words else businesses).order_by("name", "pk")[:FOUND]


def _filled(business: Business, on: date | None) -> dict[str, Any]:
    zone = ZoneInfo(business.time_zone)
    today = clock.now().astimezone(zone).date()
    on = on or today
    day = business_day(business, on)
    window = _window(day, zone)
    hours = int((window.ends_at - window.starts_at) / timedelta(hours=1))
    return {
        "business": business,
        "day": f"{format_date(on, 'l j F Y')} ({zone.key})",
        "on": on.isoformat(),
        "steps": [
            (name, _address(business, step))
            for name, step in (
                ("Day before", on - timedelta(days=1)), ("Today", today), ("Day after", on + timedelta(days=1)),
            )
        ],
        "counts": [(str(BookingStatus(state).label), count) for state, count in group_by_status(day).items()],
        "hours": [_hour(window.starts_at + timedelta(hours=number), zone) for number in range(hours)],
        "rows": [_row(person, window, zone) for person in day.people],
    }  # fmt: skip


def _address(business: Business, on: date) -> str:
    return f"{reverse('back-office-day')}?{urlencode({'business': business.pk, 'date': on.isoformat()})}"


def _window(day: BusinessDay, zone: ZoneInfo) -> Window:
    """Whole hours of the day, by the clocks of the business."""
    work = [entry for person in day.people for entry in person.entries if entry.kind not in {"TIME_OFF", "ELSEWHERE"}]
    morning, evening = day.starts_at + timedelta(hours=8), day.starts_at + timedelta(hours=18)
    first = max(min([morning, *(entry.starts_at for entry in work)]), day.starts_at)
    last = min(max([evening, *(entry.ends_at for entry in work)]), day.ends_at)
    whole = first.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    span = last - whole
    return Window(whole, whole + timedelta(hours=-(-span // timedelta(hours=1))))


def _row(person: PersonDay, window: Window, zone: ZoneInfo) -> Row:
    ends: list[datetime] = []
    shown = []
    for entry in person.entries:
        lane = next((number for number, end in enumerate(ends) if end <= entry.starts_at), len(ends))
        ends[lane : lane + 1] = [entry.ends_at]
        shown.append(_shown(entry, window, zone, lane))
    name = person.staff.display_name if person.staff else "Nobody in particular"
    return Row(name=name, entries=shown, lanes=max(len(ends), 1))


def _shown(entry: DayEntry, window: Window, zone: ZoneInfo, lane: int) -> Shown:
    left, width = window.place(entry)
    title, note, link, kind = _told(entry)
    time = f"{_hour(entry.starts_at, zone)} to {_hour(entry.ends_at, zone)}"
    return Shown(kind=kind, time=time, title=title, note=note, link=link, left=left, width=width, lane=lane)


def _told(entry: DayEntry) -> tuple[str, str, str, str]:
    if entry.booking is not None:
        booking = entry.booking
        money = str(booking.get_payment_status_display()) if booking.payment_status else "free"
        amount = money_words(booking.bill_minor, booking.currency) if booking.bill_minor else ""
        note = ", ".join(part for part in (str(booking.get_status_display()), amount, money) if part)
        kind = "asks" if booking.status in _ASKS else "quiet" if booking.status in _QUIET else "job"
        link = reverse("admin:bookings_booking_change", args=[booking.pk])
        return f"{booking.service.title}, {booking.customer.name or 'a customer'}", note, link, kind
    if entry.slot is not None:
        slot = entry.slot
        link = reverse("admin:availability_capacityslot_change", args=[slot.pk])
        title = slot.service.title if slot.service else "Session"
        return title, f"{slot.booked_count} of {slot.max_capacity} seats", link, "job"
    return _TAKEN[entry.kind], entry.label, "", "away"


def _hour(moment: datetime, zone: ZoneInfo) -> str:
    return format_date(moment.astimezone(zone), "H:i")
