"""Where a guest sees a booking, pays for it and acts on it. Opening the page changes nothing; a button does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from apps.bookings import operations, page_parts
from apps.bookings.errors import VisitEnded
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.page_words import language, page_words
from apps.bookings.queries import find_visited, viewer_of
from apps.bookings.queries.actions import available_actions, extra_actions
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.money import money_words
from apps.core.words import said
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay

_EXTRA = "EXTRA"


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something that the guest may do now, with what it means for the money."""

    name: str
    label: str
    effects: list[str]
    is_grave: bool = False


# What takes nothing but a button, and "reschedule", which leads on to the page where a time is chosen.
_BUTTONS = ("pay", "accept-replacement", "confirm-release", "reschedule", "cancel")
_ACTS: dict[str, Callable[..., Any]] = {
    "accept-replacement": operations.accept_replacement,
    "confirm-release": operations.confirm_release,
    "cancel": operations.cancel_booking,
}


@method_decorator([never_cache, csrf_protect], name="dispatch")
class VisitPage(View):
    """The booking of the link's token."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, request.GET.get("token", "")[:200])

    def post(self, request: HttpRequest) -> HttpResponse:
        token, act, at = request.POST.get("token", "")[:200], request.POST.get("act", ""), clock.now()
        try:
            booking = find_visited(token, at=at)
            if act in {"pay", "pay-extras"}:
                return self._pay(request, token, _items(booking, act), booking, at)
            if act == "reschedule":
                return _on_to_times(operations.link_to_move(booking_id=booking.pk, at=at))
            operation = _ACTS.get(act)
            if operation is None:
                return self._page(request, token, problem=page_words().no_button, status=400)
            operation(booking_id=booking.pk, by=booking.customer, at=at)
        except VisitEnded:
            return self._page(request, token)
        except DomainError as refusal:
            return self._page(request, token, problem=said(refusal.message), status=refusal.status)
        return self._page(request, token, done=page_words().visit_done[act])

    def _pay(
        self, request: HttpRequest, token: str, items: list[ItemToPay], booking: Booking, at: datetime
    ) -> HttpResponse:
        payment = payments.initialize_payment(items=items, payer=booking.customer, at=at)
        if not payment.checkout_url:
            return self._page(request, token, problem=page_words().no_pay_page, status=409)
        # By a link: the page's own policy lets no form lead elsewhere.
        return self._page(request, token, pay_at=payment.checkout_url)

    def _page(
        self,
        request: HttpRequest,
        token: str,
        *,
        done: str = "",
        problem: str = "",
        pay_at: str = "",
        status: int = 200,
    ) -> HttpResponse:
        at = clock.now()
        try:
            shown = _shown(find_visited(token, at=at), at)
            context = {**shown, "token": token, "done": done, "problem": problem, "pay_at": pay_at}
        except VisitEnded as ended:
            context, status = {"title": page_words().dead, "problem": said(ended.message)}, ended.status
        shared = {"words": page_words(), "language": language()}
        response = render(request, "bookings/visit.html", {**shared, **context}, status=status)
        response["Referrer-Policy"] = "same-origin"  # the address holds the token
        return response


def _items(booking: Booking, act: str) -> list[ItemToPay]:
    if act == "pay":
        return [ItemToPay(item_type=ITEM_TYPE, item_id=booking.pk)]
    return [ItemToPay(item_type=_EXTRA, item_id=extra.pk) for extra in AddedExtra.objects.due_of(booking.pk)]


def _on_to_times(address: str) -> HttpResponse:
    """The page of the link, at whatever address this page was reached by."""
    return HttpResponseRedirect(address.removeprefix(settings.PUBLIC_BASE_URL))


def _shown(booking: Booking, at: datetime) -> dict[str, Any]:
    viewer, words = viewer_of(booking.customer), page_words()
    actions = [each for each in available_actions(booking, viewer, at) if each.enabled and each.name in _BUTTONS]
    until = booking.expires_at if any(action.name == "pay" for action in actions) else None
    bill = money_words(booking.bill_minor, booking.currency) if booking.bill_minor else words.free
    return {
        "title": booking.service.title,
        "facts": [
            *page_parts.facts(booking),
            (words.labels["total"], bill),
            (words.labels["status"], words.visit_status[booking.status]),
        ],
        "pay_by": words.pay_by.format(until=page_parts.clock_words(until, booking)) if until else "",
        "buttons": [*(_button(action.name, booking, at) for action in actions), *_extras(booking, viewer, at)],
        "ways": page_parts.ways_on(booking, is_here=True),
    }


def _button(name: str, booking: Booking, at: datetime) -> Button:
    return Button(
        name=name,
        label=page_words().visit_buttons[name],
        effects=_effects(name, booking, at),
        is_grave=name == "cancel",
    )


def _effects(name: str, booking: Booking, at: datetime) -> list[str]:
    """What the button does to the guest's money."""
    if name == "cancel":
        return page_parts.money_back(booking, at)
    if name == "pay":
        return [page_words().held.format(total=page_parts.total(booking))]
    return []


def _extras(booking: Booking, viewer: Any, at: datetime) -> list[Button]:
    due = list(AddedExtra.objects.due_of(booking.pk))
    for extra in due:
        extra.booking = booking
    if not any(action.enabled for extra in due for action in extra_actions(extra, viewer, at)):
        return []
    amount = money_words(sum(extra.amount_minor for extra in due), booking.currency)
    label = page_words().pay_extras.format(amount=amount)
    return [Button(name="pay-extras", label=label, effects=[", ".join(map(str, due))])]
