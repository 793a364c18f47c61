"""Slots with seats, as the desk keeps them."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.availability import operations, rules
from apps.availability.api.businesses import KEEPERS, ManagedView
from apps.availability.api.caller import caller
from apps.availability.api.inputs import SlotChangeIn, SlotPlanIn
from apps.availability.api.outputs import SlotOut, SlotsMadeOut
from apps.availability.errors import NoSuchSlot, RangeInvalid, SlotInUse
from apps.availability.models import CapacitySlot
from apps.availability.operations import SlotPlan
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.core.idempotency import KeyReused, StillRunning, idempotent

WHOLE_WEEK = range(7)


class BusinessSlots(ManagedView):
    @documented(
        summary="Create slots in bulk",
        description="Slots of equal length on the weekdays of a range of dates. Doing it again makes nothing twice.",
        permissions=KEEPERS,
        request=SlotPlanIn,
        responses={201: SlotsMadeOut},
        errors=[RangeInvalid, NoSuchSlot, KeyReused, StillRunning],
        example={
            "start_date": "2026-11-23",
            "end_date": "2026-12-04",
            "start_time": "09:00",
            "end_time": "17:00",
            "slot_duration": 60,
            "max_capacity_per_slot": 8,
            "weekdays": [0, 1, 2, 3, 4],
        },
    )
    @idempotent
    def post(self, request: Request, business_id: UUID) -> Response:
        business = self.managed(business_id)
        asked = self.read_input(SlotPlanIn)
        plan = SlotPlan(
            first_on=asked["start_date"],
            last_on=asked["end_date"],
            opens_min=asked["start_time"],
            closes_min=asked["end_time"],
            slot_min=asked["slot_duration"],
            max_capacity=asked["max_capacity_per_slot"],
            weekdays=asked.get("weekdays", WHOLE_WEEK),
            service_id=asked.get("service"),
            staff_member_id=asked.get("staff"),
        )
        made = operations.create_slots(business_id=business.pk, plan=plan, by=caller(request), at=clock.now())
        return success({"created": made}, message=f"{made} slots created.", status=201)


class Slot(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="Change a slot",
        description="Its seats, not under what is booked, or whether it is open.",
        permissions=KEEPERS,
        request=SlotChangeIn,
        responses=SlotOut,
        errors=[NoSuchSlot, SlotInUse],
        example={"max_capacity": 12},
    )
    def put(self, request: Request, slot_id: UUID) -> Response:
        slot = self._kept(slot_id)
        changed = operations.change_slot(
            slot_id=slot.pk, by=caller(request), at=clock.now(), **self.read_input(SlotChangeIn)
        )
        return success(SlotOut(changed).data, message="The slot is changed.")

    @documented(
        summary="Remove an empty slot", permissions=KEEPERS, responses={204: None}, errors=[NoSuchSlot, SlotInUse]
    )
    def delete(self, request: Request, slot_id: UUID) -> Response:
        operations.remove_slot(slot_id=self._kept(slot_id).pk, by=caller(request), at=clock.now())
        return Response(status=204)

    def _kept(self, slot_id: UUID) -> CapacitySlot:
        managed = rules.managed_businesses(self.request.user).values("pk")
        return get_object_or_404(CapacitySlot, pk=slot_id, business__in=managed)
