"""Where a letter's links lead. Opening one changes nothing, since mail programs open links on their own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from apps.availability.errors import SlotTaken
from apps.bookings import machine, operations, page_parts
from apps.bookings.errors import LinkUnknown, MoveUnclear
from apps.bookings.models import ActionLink, Booking
from apps.bookings.page_words import language, page_words
from apps.bookings.queries.links import find_link, why_link_ended
from apps.bookings.queries.new_times import new_times
from apps.bookings.states import LinkAction, Party
from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.words import said

_LONGEST_TOKEN = 200
_MACHINE = {LinkAction.CANCEL: machine.CANCEL, LinkAction.RESCHEDULE: machine.RESCHEDULE}
GONE = 410


@dataclass(frozen=True, slots=True)
class Visit:
    """One request with a link that is good."""

    request: HttpRequest
    token: str
    link: ActionLink
    at: datetime

    @property
    def action(self) -> LinkAction:
        """What the link is for."""
        return LinkAction(self.link.action)

    @property
    def booking(self) -> Booking:
        """What the link is about."""
        booking: Booking = self.link.booking
        return booking


@method_decorator([never_cache, csrf_protect], name="dispatch")
class AppointmentPage(View):
    """A page whose address holds a letter's token; only its button does what it says."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        visit = _visit(request, request.GET)
        return visit if isinstance(visit, HttpResponse) else _page(visit)

    def post(self, request: HttpRequest) -> HttpResponse:
        visit = _visit(request, request.POST)
        if isinstance(visit, HttpResponse):
            return visit
        try:
            return _act(visit)
        except DomainError as refusal:
            return _refused(visit, refusal)


def _visit(request: HttpRequest, given: Any) -> Visit | HttpResponse:
    """The visit, or the page that says why the link does nothing."""
    token, at = given.get("token", "")[:_LONGEST_TOKEN], clock.now()
    try:
        link = find_link(token)
    except LinkUnknown as unknown:
        return _dead(request, unknown, None, status=404)
    if (ended := why_link_ended(link, at)) is not None:
        return _dead(request, ended, link.booking, status=GONE)
    return Visit(request, token, link, at)


def _act(visit: Visit) -> HttpResponse:
    """What the button said is done."""
    was, effect = visit.booking, page_parts.money_back(visit.booking, visit.at)
    where: dict[str, Any] = {}
    if visit.action == LinkAction.RESCHEDULE:
        where = _destination(visit)
    now = operations.use_action_link(token=visit.token, action=visit.action, at=visit.at, **where)
    words = page_words()
    told = {"title": words.done[visit.action], "facts": page_parts.facts(now)}
    if visit.action == LinkAction.RESCHEDULE:
        told["facts"] = page_parts.facts(now, was=was)
        effect = []
    return _render(visit.request, now, {**told, "effects": effect, "is_done": True})


def _destination(visit: Visit) -> dict[str, Any]:
    """Where the form says that the booking moves. Raises: MoveUnclear."""
    chosen = visit.request.POST.get("to", "")
    try:
        if visit.booking.slot_id is not None:
            return {"slot": UUID(chosen)}
        start = parse_datetime(chosen)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise MoveUnclear(page_words().choose)
    return {"start": start}


def _refused(visit: Visit, refusal: DomainError) -> HttpResponse:
    """The same page with the reason, as things are now; or, where the link has ended meanwhile, the page of that."""
    again = _visit(visit.request, visit.request.POST)
    if isinstance(again, HttpResponse):
        return again
    status = 409 if isinstance(refusal, SlotTaken) or not isinstance(refusal, MoveUnclear) else 400
    return _page(again, problem=said(refusal.message), status=status)


def _page(visit: Visit, *, problem: str = "", status: int = 200) -> HttpResponse:
    """What will happen, and the button."""
    words, booking = page_words(), visit.booking
    told: dict[str, Any] = {
        "title": words.titles[visit.action],
        "facts": page_parts.facts(booking),
        "token": visit.token,
        "problem": problem,
    }
    if (refusal := _refusal(visit.action, booking, visit.at)) is not None:
        told |= {"problem": problem or said(refusal.message)}
    else:
        told |= {"button": words.buttons[visit.action], "effects": page_parts.effects(visit.action, booking, visit.at)}
        if visit.action == LinkAction.RESCHEDULE:
            told |= _times(visit)
    return _render(visit.request, booking, told, status=status)


def _refusal(action: LinkAction, booking: Booking, at: datetime) -> DomainError | None:
    """Why the customer cannot do it now; a declined booking is given up rather than cancelled."""
    refusal = _MACHINE[action].refusal(booking, Party.CUSTOMER, at)
    if action == LinkAction.CANCEL and refusal is not None:
        return machine.GIVE_UP.refusal(booking, Party.CUSTOMER, at) and refusal
    return refusal


def _times(visit: Visit) -> dict[str, Any]:
    """The next days with free times; none where the service is no longer offered."""
    since = _day(visit.request.GET.get("from", ""))
    try:
        days = new_times(visit.booking, at=visit.at, since=since)
    except (DomainError, NotFound):
        days = []
    shown = page_parts.days(days, visit.booking.time_zone)
    return {
        "days": shown,
        "button": page_words().buttons[visit.action] if days else "",
        "later": page_parts.day_after(days),
        "is_later": since is not None,
    }


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _dead(request: HttpRequest, refusal: DomainError, booking: Booking | None, *, status: int) -> HttpResponse:
    told: dict[str, Any] = {"title": page_words().dead, "problem": said(refusal.message)}
    if booking is not None:
        told["facts"] = page_parts.public_facts(booking)
    return _render(request, booking, told, status=status)


def _render(request: HttpRequest, booking: Booking | None, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    shared = {"words": page_words(), "language": language(), "ways": page_parts.ways_on(booking)}
    response = render(request, "bookings/appointment.html", {**shared, **told}, status=status)
    # The address holds the token, which goes to no other host; our own form needs to say where it comes from.
    response["Referrer-Policy"] = "same-origin"
    return response
