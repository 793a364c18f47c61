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
            PeriodicTask.objects.get_or_create(
                name=each.name,
                defaults={
                    "task": "core.run_sweep",
                    "interval": interval,
                    "args": f'["{each.name}"]',
                    "queue": each.queue,
                    "expire_seconds": max(int(each.every.total_seconds()), 30),
                },
            )
        gone = PeriodicTask.objects.filter(task="core.run_sweep").exclude(name__in=names)
        removed, _ = gone.delete()
        self.stdout.write(f"{len(names)} sweeps are scheduled, {removed} schedules of gone sweeps removed.")
