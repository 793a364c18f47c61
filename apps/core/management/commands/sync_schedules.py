from typing import Any

from django.core.management.base import BaseCommand
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.core import sweeps


class Command(BaseCommand):
    help = "Gives every sweep a schedule in Celery Beat; schedules that ops have edited stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        names = set()
        for each in sweeps.registered():
            names.add(each.name)
            interval, _ = IntervalSchedule.objects.get_or_create(
                every=int(each.every.total_seconds()), period=IntervalSchedule.SECONDS
            )
            task, made = PeriodicTask.objects.select_related("interval").get_or_create(
                name=each.name,
                defaults={
                    "description": _as_set(interval),
                    "task": "core.run_sweep",
                    "interval": interval,
                    "args": f'["{each.name}"]',
                    "queue": each.queue,
                    "expire_seconds": max(int(each.every.total_seconds()), 30),
                },
            )
            # A schedule that nobody has edited follows the setting; one that ops have edited is theirs.
            if not made and task.interval is not None and task.description == _as_set(task.interval):
                task.interval, task.description = interval, _as_set(interval)
                task.save()
        gone = PeriodicTask.objects.filter(task="core.run_sweep").exclude(name__in=names)
        removed, _ = gone.delete()
        self.stdout.write(f"{len(names)} sweeps are scheduled, {removed} schedules of gone sweeps removed.")


def _as_set(interval: IntervalSchedule) -> str:
    return f"As set: every {interval.every} {interval.period}."
