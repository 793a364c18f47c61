from django.db import models


class SandboxClock(models.Model):
    """One row: how many seconds the sandbox's clock stands ahead of the wall."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset_s = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="sandbox_clock_single_row"),
            models.CheckConstraint(condition=models.Q(offset_s__gte=0), name="sandbox_clock_never_back"),
        ]

    def __str__(self) -> str:
        return f"+{self.offset_s} s"


class SweepHeartbeat(models.Model):
    """When a sweep last began and ended, and what it did: by this two Beats share one tick, and health is judged."""

    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    processed = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
