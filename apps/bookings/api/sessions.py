"""Sessions with seats, as their host and the desk run them."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability.models import CapacitySlot
from apps.bookings import errors, operations
from apps.bookings.api.inputs import ActIn, AttendanceIn
from apps.bookings.api.outputs import RosterOut
from apps.bookings.operations import Mark
from apps.bookings.queries import find_session, participants_of, party_of_session, viewer_of
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent

_HOST = "The host of the session, the business's desk and owner; ops with a reason."
_REFUSED = [errors.NoSuchSession, errors.ReasonMissing, errors.SessionStarted]
_EXAMPLE = {"reason": "Agreed by telephone."}


class Sessions(DomainViewSet):
    """One method per thing that is done with a session."""

    queryset = CapacitySlot.objects.none()
    serializer_class = RosterOut
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Who has a seat of a session", permissions="The host, the business's desk and owner; ops.",
        responses=RosterOut, errors=[errors.NoSuchSession],
    )  # fmt: skip
    def roster(self, request: Request, slot_id: UUID) -> Response:
        viewer, slot = viewer_of(request.user), find_session(slot_id)
        if party_of_session(viewer, slot) is None and not viewer.is_ops:
            raise errors.NoSuchSession
        return Response(_roster(slot))

    @documented(
        summary="Start a session", description="Every confirmed booking of it is in progress, but those of which everybody "
        "is marked absent. No more seats are given away.",
        permissions=_HOST, request=ActIn, responses=RosterOut, errors=[*_REFUSED, errors.PersonBusy], example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def start(self, request: Request, slot_id: UUID) -> Response:
        return self._act(operations.start_session, slot_id, "The session has started.")

    @documented(
        summary="Note who came", description="Of some or all participants, until the session is completed. The note is the "
        "business's own.",
        permissions=_HOST, request=AttendanceIn, responses=RosterOut, errors=[*_REFUSED, errors.ParticipantsWrong],
        example={"participants": [{"id": "01930d5e-7a10-7cc3-98f2-6e1b7b0a1f22", "attendance": "PRESENT"}]},
    )  # fmt: skip
    def attendance(self, request: Request, slot_id: UUID) -> Response:
        given = self.read_input(AttendanceIn)
        marks = {
            each["id"]: Mark(attendance=each["attendance"], note=each.get("note")) for each in given["participants"]
        }
        operations.mark_attendance(
            slot_id=slot_id, marks=marks, by=request.user, at=clock.now(), reason=given.get("reason", "")
        )
        return success(_roster(find_session(slot_id)), message="It is noted who came.")

    @documented(
        summary="Complete a session", description="Each booking is complete and its money clears; a booking of which "
        "everybody is marked absent is a no-show, with a fee by its policy.",
        permissions=_HOST, request=ActIn, responses=RosterOut, errors=[*_REFUSED, errors.SessionNotStarted],
        example=_EXAMPLE,
    )  # fmt: skip
    @idempotent
    def complete(self, request: Request, slot_id: UUID) -> Response:
        return self._act(operations.complete_session, slot_id, "The session is complete.")

    @documented(
        summary="Call a session off", description="Every booking of it is cancelled by the business, with all money back, "
        "and nobody waits for a seat any more.",
        permissions="The business's desk and owner; ops with a reason.", request=ActIn, responses=RosterOut,
        errors=[*_REFUSED, errors.NotYours], example={"reason": "The teacher is ill."},
    )  # fmt: skip
    @idempotent
    def call_off(self, request: Request, slot_id: UUID) -> Response:
        return self._act(operations.call_off_session, slot_id, "The session is called off.")

    def _act(self, operation: Any, slot_id: UUID, message: str) -> Response:
        operation(slot_id=slot_id, by=self.request.user, at=clock.now(), **self.read_input(ActIn))
        return success(_roster(find_session(slot_id)), message=message)


def _roster(slot: CapacitySlot) -> dict[str, Any]:
    return dict(RosterOut({"session": _session(slot), "participants": participants_of(slot.pk)}).data)


def _session(slot: CapacitySlot) -> dict[str, Any]:
    shown = ("starts_at", "ends_at", "max_capacity", "booked_count", "is_available", "started_at", "completed_at")
    service, host = slot.service, slot.staff_member
    return {
        "id": slot.pk,
        "service": None if service is None else {"id": service.pk, "name": service.title},
        "staff": None if host is None else {"id": host.pk, "name": host.display_name},
        **{name: getattr(slot, name) for name in shown},
    }
