"""Where a guest sees a booking, pays for it and acts on it. Opening the page changes nothing; a button does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from apps.bookings import operations
from apps.bookings.errors import VisitEnded
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.operations.lock import ITEM_TYPE
from apps.bookings.queries import find_visited, viewer_of
from apps.bookings.queries.actions import available_actions, extra_actions
from apps.core import clock
from apps.core.api.actions import AvailableAction
from apps.core.errors import DomainError
from apps.core.money import money_words
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay

_EXTRA = "EXTRA"


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something that the guest may do now, with what it means for the money."""

    name: str
    label: str
    effect: str
    is_grave: bool = False


# What takes nothing but a button; another time or person is chosen with the desk.
_LABELS = {
    "pay": "Pay now",
    "accept-replacement": "Accept the replacement",
    "confirm-release": "All is well: pay the business out",
    "cancel": "Cancel this booking",
}
_DONE = {
    "accept-replacement": "Your booking is confirmed.",
    "confirm-release": "The business has been paid. Thank you.",
    "cancel": "Your booking is cancelled.",
}
_ACTS: dict[str, Callable[..., Any]] = {
    "accept-replacement": operations.accept_replacement,
    "confirm-release": operations.confirm_release,
    "cancel": operations.cancel_booking,
}
_STATES = {
    "PENDING": "Awaits its payment or the business's word",
    "CONFIRMED": "Confirmed",
    "IN_PROGRESS": "Under way",
    "COMPLETED": "Complete",
    "CANCELLED": "Cancelled",
    "CANCELLED_BY_SYSTEM": "Cancelled",
    "REJECTED": "Not accepted by the business",
    "EXPIRED": "Not paid in time: the time was given away",
    "DECLINED": "Looking for somebody else to do it",
    "DECLINED_WITH_OPTION": "Somebody else is offered to you",
    "NO_SHOW": "Missed",
}
_NO_PAGE = (
    "This payment cannot be made on this page. Please pay at the desk, or register with your number and pay there."
)


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
            operation = _ACTS.get(act)
            if operation is None:
                return self._page(request, token, problem="This page has no such button.", status=400)
            operation(booking_id=booking.pk, by=booking.customer, at=at)
        except VisitEnded:
            return self._page(request, token)
        except DomainError as refusal:
            return self._page(request, token, problem=refusal.message, status=refusal.status)
        return self._page(request, token, done=_DONE[act])

    def _pay(
        self, request: HttpRequest, token: str, items: list[ItemToPay], booking: Booking, at: datetime
    ) -> HttpResponse:
        payment = payments.initialize_payment(items=items, payer=booking.customer, at=at)
        if not payment.checkout_url:
            return self._page(request, token, problem=_NO_PAGE, status=409)
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
            context, status = {"title": "This link has ended", "problem": ended.message}, ended.status
        response = render(request, "bookings/visit.html", context, status=status)
        response["Referrer-Policy"] = "same-origin"  # the address holds the token
        return response


def _items(booking: Booking, act: str) -> list[ItemToPay]:
    if act == "pay":
        return [ItemToPay(item_type=ITEM_TYPE, item_id=booking.pk)]
    return [ItemToPay(item_type=_EXTRA, item_id=extra.pk) for extra in AddedExtra.objects.due_of(booking.pk)]


def _shown(booking: Booking, at: datetime) -> dict[str, Any]:
    viewer, zone = viewer_of(booking.customer), ZoneInfo(booking.time_zone)
    actions = [each for each in available_actions(booking, viewer, at) if each.enabled and each.name in _LABELS]
    starts_at = booking.starts_at.astimezone(zone)
    facts = [
        ("When", f"{format_date(starts_at, 'l j F Y, H:i')} ({zone.key})"),
        ("Where", booking.business.name),
        ("With", booking.staff_member.display_name if booking.staff_member else ""),
        ("Reference", booking.reference),
        ("Total", money_words(booking.bill_minor, booking.currency) if booking.bill_minor else "Free"),
        ("Status", _STATES[booking.status]),
        ("Questions", booking.business.contact_phone),
    ]
    return {
        "title": booking.service.title,
        "facts": [(name, value) for name, value in facts if value],
        "pay_until": format_date(booking.expires_at.astimezone(zone), "H:i") if _awaits(actions) else "",
        "buttons": [*map(_button, actions), *_extras(booking, viewer, at)],
    }


def _awaits(actions: list[AvailableAction]) -> bool:
    return any(action.name == "pay" for action in actions)


def _button(action: AvailableAction) -> Button:
    return Button(
        name=action.name, label=_LABELS[action.name], effect=action.money_effect or "", is_grave=action.name == "cancel"
    )


def _extras(booking: Booking, viewer: Any, at: datetime) -> list[Button]:
    due = list(AddedExtra.objects.due_of(booking.pk))
    for extra in due:
        extra.booking = booking
    if not any(action.enabled for extra in due for action in extra_actions(extra, viewer, at)):
        return []
    amount = money_words(sum(extra.amount_minor for extra in due), booking.currency)
    return [Button(name="pay-extras", label=f"Pay {amount} for extras", effect=", ".join(map(str, due)))]
