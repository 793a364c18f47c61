from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from apps.availability.states import BlockKind
from apps.core.models import BaseModel, BaseQuerySet

# At the end of the transaction, when whatever takes the time instead is there: what was freed may be taken by an event of
# another calendar that lay below it.
_UNCOVER = """
    IF EXISTS (SELECT FROM availability_importedspan s WHERE s.person_id = OLD.person_id AND s.during && OLD.during) THEN
        PERFORM availability_lay_imports(OLD.person_id, NEW.updated_at, false);
    END IF;
    RETURN NULL;
"""


class BusyBlockQuerySet(BaseQuerySet):
    def active(self) -> "BusyBlockQuerySet":
        """Those that take time, holds that ran out included."""
        return self.filter(is_active=True)

    def of_booking(self, booking_id: Any) -> "BusyBlockQuerySet":
        """The active blocks of one booking, one for each person it needs."""
        return self.active().filter(booking_id=booking_id)


class BusyBlock(BaseModel):
    """Time of a person that is taken. ``during`` has the buffers in it, ``starts_at`` to ``ends_at`` is the work itself.

    ``person`` is whom the time belongs to: somebody who works for two businesses is one person with one time, so the
    database keeps blocks of a person apart, not of a staff member.
    """

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="busy_blocks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=BlockKind.choices, default=BlockKind.BOOKING)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    during = DateTimeRangeField(help_text="The work with its buffers, half-open.")
    is_active = models.BooleanField(default=True)
    is_running = models.BooleanField(default=False, help_text="The job has started and is not completed.")
    booking_id = models.UUIDField(null=True, blank=True)
    service = models.ForeignKey(
        "catalog.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    slot = models.ForeignKey(
        "availability.CapacitySlot", null=True, blank=True, on_delete=models.CASCADE, related_name="blocks",
        db_index=False, help_text="The session that the person holds.",
    )  # fmt: skip
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="An unpaid hold takes no time from then on.")
    overrun_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was claimed, once, as one that the job before it runs into."
    )
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="The calendar that an imported block came from.")

    objects: Any = BusyBlockQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="busy_block_one_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=models.Q(is_active=True),
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="busy_block_in_order"),
            models.CheckConstraint(
                condition=models.Q(during__startswith__lte=models.F("starts_at"))
                & models.Q(during__endswith__gte=models.F("ends_at")),
                name="busy_block_has_its_work",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="BOOKING") | models.Q(booking_id__isnull=False),
                name="busy_block_of_booking_names_it",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="SESSION", slot__isnull=False)
                | ~models.Q(kind="SESSION") & models.Q(slot=None),
                name="busy_block_of_session_names_it",
            ),
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(is_active=True), name="busy_block_of_session_once"
            ),
        ]
        indexes = [
            models.Index(fields=["booking_id"], condition=models.Q(is_active=True), name="busy_block_booking"),
            models.Index(fields=["staff_member", "starts_at"], name="busy_block_staff"),
            models.Index(fields=["person", "starts_at"], condition=models.Q(is_active=True), name="busy_block_when"),
            models.Index(
                fields=["person"], condition=models.Q(is_active=True, is_running=True), name="busy_block_running"
            ),
            models.Index(
                fields=["ends_at"], condition=models.Q(is_active=True, is_running=True), name="busy_block_to_end"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="busy_block_uncovers_imports",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition(
                    "OLD.is_active AND OLD.kind <> 'IMPORTED' AND (NOT NEW.is_active OR OLD.during <> NEW.during)"
                ),
                func=_UNCOVER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member}, {self.starts_at:%Y-%m-%d %H:%M} to {self.ends_at:%H:%M} UTC"
