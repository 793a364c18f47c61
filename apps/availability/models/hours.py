from django.core.validators import MaxValueValidator
from django.db import models

from apps.core.models import BaseModel

SPANS_HELP = "Pairs of minutes after midnight, [opens, closes]; a closing minute above 1440 is on the next day."


class OpeningHours(BaseModel):
    """When a business is open on one weekday, Monday being 0. A weekday without a row is closed."""

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)])
    spans = models.JSONField(default=list, help_text=SPANS_HELP)

    class Meta:
        verbose_name_plural = "opening hours"
        constraints = [
            models.UniqueConstraint(fields=["business", "weekday"], name="opening_hours_once_a_weekday"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_hours_weekday_in_week"),
        ]

    def __str__(self) -> str:
        return f"{self.business}, weekday {self.weekday}"


class OpeningException(BaseModel):
    """A date on which the business keeps other hours; without spans it is closed."""

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="opening_exceptions")
    on = models.DateField()
    spans = models.JSONField(default=list, blank=True, help_text=SPANS_HELP)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "on"], name="opening_exception_once_a_date")]

    def __str__(self) -> str:
        return f"{self.business}, {self.on}"

    @property
    def is_closed(self) -> bool:
        """Whether the business does not open at all on that date."""
        return not self.spans
