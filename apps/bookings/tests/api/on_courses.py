"""What people do with booked courses in tests, over HTTP."""

from apps.bookings.tests.course_world import (
    course,
    paid_course,
)
from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.notifications.models import Notification

BOOKINGS = "/api/v1/courses/bookings/"


def address(made):
    return f"/api/v1/courses/{made.pk}/book/"


def people(*names):
    return {"participants": [{"name": name} for name in names]}


def letters(user, kind):
    return Notification.objects.filter(user=user, notification_type=kind)


def work():
    """What a worker would have done meanwhile."""
    OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    while outbox.drain(at=clock.now()):
        pass


def awaiting(world):
    """A paid course whose sessions wait for the business's word."""
    world.business.auto_confirm = False
    world.business.save()
    whole = paid_course(world, course(world, host=world.staff))
    work()
    return whole


def offered(answer):
    return [each["name"] for each in answer.json()["data"]["available_actions"] if each["enabled"]]
