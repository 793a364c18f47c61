"""The line for a seat of a full session."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.errors import NoSuchSlot, PartOfCourse, SlotClosed
from apps.availability.models import CapacitySlot
from apps.bookings import errors, operations
from apps.bookings.api import present
from apps.bookings.api.inputs import AcceptSeatIn, WaitIn
from apps.bookings.api.outputs import BookingOut, WaitingOut
from apps.bookings.api.permissions import MayBook
from apps.bookings.api.views import PACKAGE_REFUSED
from apps.bookings.models import WaitingEntry
from apps.bookings.queries import Viewer, party_of_session, viewer_of
from apps.bookings.states import WaitState
from apps.catalog.errors import PriceChanged
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent

_CUSTOMER = "Anyone signed in, the marketplace's own people apart."


class WaitingLine(DomainViewSet):
    queryset = WaitingEntry.objects.none()
    serializer_class = WaitingOut
    permission_classes = [MayBook]

    @documented(
        summary="Look at the line", description="One's own place in it; for the host and the desk, everybody in line.",
        permissions="The one who waits, the host, the business's desk and owner, ops.", responses=WaitingOut(many=True),
        errors=[errors.NoSuchEntry],
    )  # fmt: skip
    def list(self, request: Request, slot_id: UUID) -> Response:
        viewer = viewer_of(request.user)
        numbered = list(enumerate(_line(slot_id), start=1))
        if not _sees_all(viewer, slot_id):
            numbered = [each for each in numbered if each[1].customer_id == viewer.user_id]
            if not numbered:
                raise errors.NoSuchEntry
        page = self.paginate_queryset(numbered)
        return self.get_paginated_response([_entry(entry, number, viewer.user_id) for number, entry in page])

    @documented(
        summary="Wait for a seat", description="As the last in line. Who is first when a seat comes free has it offered for "
        "30 minutes. Offers end when the session takes no more bookings.",
        permissions=_CUSTOMER, request=WaitIn, responses={201: WaitingOut},
        errors=[NoSuchSlot, SlotClosed, PartOfCourse, errors.SlotUnknown, errors.NotBookable, errors.NoSuchService, errors.SeatsFree,
            errors.AlreadyWaiting],
        example={"service": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f11"},
    )  # fmt: skip
    @idempotent
    def create(self, request: Request, slot_id: UUID) -> Response:
        given = self.read_input(WaitIn)
        made = operations.join_line(
            slot_id=slot_id, service_id=given.get("service"), customer=request.user, at=clock.now()
        )
        number = next(number for number, entry in enumerate(_line(slot_id), start=1) if entry.pk == made.pk)
        return success(_entry(made, number, request.user.pk), message="You are in line.", status=201)

    @documented(
        summary="Leave the line", description="What was offered is offered to the next.", permissions="The one who waits.",
        responses={204: None}, errors=[errors.NoSuchEntry],
    )  # fmt: skip
    def destroy(self, request: Request, slot_id: UUID) -> Response:
        operations.leave_line(slot_id=slot_id, customer=request.user, at=clock.now())
        return Response(status=204)

    @documented(
        summary="Take the seat that is offered", description="It is a booking that awaits payment for half an hour of its own; with "
        "`package` a use of it pays, and the seat is confirmed at once.",
        permissions="The one to whom it is offered.", request=AcceptSeatIn, responses={201: BookingOut},
        errors=[SlotClosed, errors.NoSuchEntry, errors.NoOffer, errors.NotBookable, PriceChanged, *PACKAGE_REFUSED],
        example={"participants": [{"name": "Ada Obi"}]},
    )  # fmt: skip
    @idempotent
    def accept(self, request: Request, slot_id: UUID) -> Response:
        given, at = self.read_input(AcceptSeatIn), clock.now()
        given["participants"] = [person["name"] for person in given.get("participants", ())]
        given["package_id"] = given.pop("package", None)
        booking = operations.accept_seat(slot_id=slot_id, customer=request.user, at=at, **given)
        customer = Viewer(request.user.pk, False, False, frozenset(), frozenset())
        return success(present.detail(booking, customer, at), message="The seat is yours.", status=201)


def _sees_all(viewer: Viewer, slot_id: UUID) -> bool:
    slot = CapacitySlot.objects.filter(pk=slot_id).first()
    return slot is not None and (viewer.is_ops or party_of_session(viewer, slot) is not None)


def _line(slot_id: UUID) -> QuerySet[WaitingEntry]:
    entries: QuerySet[WaitingEntry] = WaitingEntry.objects.live().filter(slot_id=slot_id).select_related("customer")
    return entries.order_by("created_at", "pk")


def _entry(entry: WaitingEntry, number: int, viewer_id: UUID) -> dict[str, Any]:
    shown = WaitingOut(
        {
            "id": entry.pk,
            "slot_id": entry.slot_id,
            "service_id": entry.service_id,
            "customer": {"id": entry.customer_id, "name": entry.customer.name},
            "state": entry.state,
            "position": number,
            "offer_expires_at": entry.offer_expires_at,
            "created_at": entry.created_at,
            "available_actions": _actions(entry) if entry.customer_id == viewer_id else [],
        }
    )
    return dict(shown.data)


def _actions(entry: WaitingEntry) -> list[dict[str, Any]]:
    address = f"/api/v1/availability/slots/{entry.slot_id}/waitlist/"
    leave = {"name": "leave", "method": "DELETE", "path": address, "enabled": True}
    accept = {
        "name": "accept",
        "method": "POST",
        "path": f"{address}accept/",
        "enabled": entry.offer_expires_at is not None and clock.now() < entry.offer_expires_at,
        "deadline": entry.offer_expires_at,
    }
    found = [accept, leave] if entry.state == WaitState.OFFERED else [leave]
    return [{"reason": None, "deadline": None, "money_effect": None, **each} for each in found]
