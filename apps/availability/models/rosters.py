from django.conf import settings
from django.db import models
from django.db.models.lookups import Exact

from apps.availability.models.hours import SPANS_HELP
from apps.availability.states import TimeOffReason
from apps.core.models import BaseModel


class WeeklySchedule(BaseModel):
    """When a person works; one without a schedule keeps the opening hours of the business."""

    staff_member = models.OneToOneField("catalog.StaffMember", on_delete=models.CASCADE, related_name="weekly_schedule")
    weekly = models.JSONField(help_text=f"Seven lists, Monday first. {SPANS_HELP}")
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="The person's, or else the business's, where empty."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    models.Func(models.F("weekly"), function="jsonb_array_length", output_field=models.IntegerField()),
                    7,
                ),
                name="weekly_schedule_has_seven_days",
            )
        ]

    def __str__(self) -> str:
        return f"week of {self.staff_member}"


class TravelPeriod(BaseModel):
    """From the first to the last day, both included, the person keeps their hours by another zone's clocks."""

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.CASCADE, related_name="travel_periods")
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True, help_text="Empty: for good.")
    time_zone = models.CharField(max_length=64)

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__isnull=True) | models.Q(last_on__gte=models.F("first_on")),
                name="travel_period_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_member} in {self.time_zone} from {self.first_on}"


class ScheduleOverride(BaseModel):
    """A date on which a person works other hours; without spans they do not work."""

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.CASCADE, related_name="schedule_overrides")
    on = models.DateField()
    spans = models.JSONField(default=list, blank=True, help_text=SPANS_HELP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff_member", "on"], name="schedule_override_once_a_date")]

    def __str__(self) -> str:
        return f"{self.staff_member}, {self.on}"


class TimeOff(BaseModel):
    """A span in which a person does not work."""

    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=TimeOffReason.choices, default=TimeOffReason.OTHER)
    note = models.CharField(max_length=300, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="time_off_in_order")
        ]
        indexes = [models.Index(fields=["staff_member", "ends_at"], name="time_off_person")]

    def __str__(self) -> str:
        return f"{self.staff_member} away from {self.starts_at:%Y-%m-%d}"
