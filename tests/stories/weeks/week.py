"""A week of a business over the public API: its people, the sandbox's clock, what everybody was told, and the wallets."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import ROUND_UP, Decimal
from zoneinfo import ZoneInfo

from django.core import mail
from rest_framework.test import APIClient

from apps.catalog.tests.factories import UserFactory
from apps.core import clock, outbox
from apps.core.sweeps import run_sweep
from apps.ledger.testing import assert_ledger_sound
from apps.notifications import push, sms
from apps.notifications.models import DeliveryLog, Notification

# A Monday on which no clock changes anywhere near.
MONDAY = datetime(2027, 2, 1, tzinfo=UTC)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Sweeps that a commit wakes.
WOKEN = ("payments.inbox", "notifications.announce", "notifications.send_due")
REMINDERS = ("booking_reminder", "booking_reminder_business", "session_reminder")
CHANNELS = {"EMAIL": "E", "PUSH": "P", "SMS": "S"}


class Person:
    """Somebody signed in, with a telephone that takes pushes."""

    def __init__(self, week, user):
        self.week, self.user = week, user
        self.client = APIClient()
        self.client.force_authenticate(user)

    def get(self, path, **query):
        """The ``data`` of the answer."""
        return self._call("get", path, query)

    def post(self, path, body=None, *, refused=None):
        """The ``data`` of the answer, once workers have done what it ordered; or refused with that code."""
        return self._call("post", path, body or {}, refused=refused)

    def patch(self, path, body):
        return self._call("patch", path, body)

    def act(self, booking, action, body=None, *, refused=None):
        """One of the booking's actions."""
        return self.post(f"/bookings/{booking['id']}/{action}/", body, refused=refused)

    def look(self, booking):
        """The booking as this person sees it now."""
        return self.get(f"/bookings/{booking['id']}/")

    def books(self, service, start=None, **more):
        """A booking of one's own, unpaid; ``start`` is a day and a clock of the business."""
        when = {} if start is None else {"start": self.week.moment(start).isoformat()}
        return self.post("/bookings/", {"service": str(service.pk), **when, **more})

    def link(self, booking, title):
        """The address behind that button of the last letter about the booking."""
        mine = [each.body for each in mail.outbox if each.to == [self.user.email] and booking["reference"] in each.body]
        *_, address = re.findall(rf"{title}\W+(https?://\S+)", "\n".join(mine))
        return address[address.index("/appointment/") :]

    def pays(self, thing, kind="BOOKING"):
        """The thing is paid for in the sandbox's checkout, and the gateway's web hook has been heard."""
        payment = self.post("/payments/initialize/", {"items": [{"type": kind, "id": thing["id"]}]})
        self.post(f"/sandbox/checkout/{payment['reference']}/", {"act": "approve"})
        assert self.get(f"/payments/verify/{payment['reference']}/")["status"] == "SUCCEEDED"
        return thing

    def _call(self, method, path, body, *, refused=None):
        options = {} if method == "get" else {"format": "json"}
        answer = getattr(self.client, method)(f"/api/v1{path}", body, **options)
        said = answer.json() if answer.content else {}
        assert (answer.status_code < 300) == (refused is None), (path, said)
        if refused is not None:
            assert said["code"] == refused, said
        if method != "get":
            self.week.work()
        return said.get("data")


class Week:
    """Time goes on where the story says so; ``people`` are known by their first names."""

    def __init__(self, zone):
        self.zone = ZoneInfo(zone)
        self.people = {}
        self.seen = set()
        self.sent = Counter()
        self.ops = self.joins("Ops", UserFactory(role="OPS", is_staff=True, first_name="Ops"))

    def joins(self, name, user):
        """The person takes part, with a telephone."""
        self.people[name] = person = Person(self, user)
        person.post("/profile/devices/", {"kind": "FCM", "token": f"token-of-{name}", "name": "Telephone"})
        return person

    def customers(self, *names):
        """As many customers, with a number each."""
        made = [UserFactory(first_name=name, last_name="", phone=f"+234803{i:07d}") for i, name in enumerate(names)]
        return [self.joins(name, user) for name, user in zip(names, made, strict=True)]

    # --- Time ---------------------------------------------------------------------------------------------------
    def moment(self, text):
        """``Tue 10:30`` on the clocks of the business."""
        day, time = text.split()
        hours, minutes = map(int, time.split(":"))
        first = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=self.zone)
        return (first + timedelta(days=DAYS.index(day))).replace(hour=hours, minute=minutes)

    def go(self, text):
        """It is that late: everything that fell due on the way has happened at its moment, in order."""
        clock.forget_offset()
        ahead = self.moment(text) - clock.now()
        assert ahead > timedelta(seconds=-10), f"{text} has passed"
        if ahead > timedelta(0):
            hours = (Decimal(ahead.total_seconds()) / 3600).quantize(Decimal("0.001"), rounding=ROUND_UP)
            self.ops.post("/sandbox/clock/advance/", {"hours": str(hours)})

    def work(self):
        """What workers do as soon as they are woken: everything ordered is carried out, every letter sent."""
        clock.forget_offset()
        while outbox.drain(at=clock.now()) + sum(run_sweep(name) for name in WOKEN):
            clock.forget_offset()

    # --- What came of it ----------------------------------------------------------------------------------------
    def evening(self, expected):
        """Since the last evening everybody was told exactly this, their wallets show this, and the books are sound."""
        found = "\n".join([*self._told(), *self._wallets()])
        assert found == "\n".join(line.strip() for line in expected.strip().splitlines())
        assert_ledger_sound()

    def _told(self):
        """One line a person: each kind with its channels (D for dashboard), and how often where more than once."""
        new = [each for each in Notification.objects.select_related("user") if each.pk not in self.seen]
        self.seen.update(each.pk for each in new)
        deliveries = DeliveryLog.objects.all()
        assert set(deliveries.values_list("state", flat=True)) <= {"SENT", "SUPPRESSED"}
        sent, lines = {}, {}
        for notification_id, channel in deliveries.filter(state="SENT").values_list("notification_id", "channel"):
            sent.setdefault(notification_id, []).append(CHANNELS[channel])
        for each in new:
            channels = ("D" if each.on_dashboard else "") + "".join(sorted(sent.get(each.pk, ())))
            lines.setdefault(each.user.first_name, Counter())[f"{each.notification_type} {channels}"] += 1
        self._is_what_providers_had(deliveries)
        return [f"{name}: {', '.join(_times(lines[name]))}" for name in sorted(lines)]

    def _is_what_providers_had(self, deliveries):
        """As many letters, pushes and messages left the house as the log says."""
        logged = Counter(deliveries.filter(state="SENT").values_list("channel", flat=True))
        handed_over = {"EMAIL": mail.outbox, "PUSH": push.MemoryBackend.outbox, "SMS": sms.MemoryBackend.outbox}
        assert logged == Counter({channel: len(box) for channel, box in handed_over.items() if box})

    def _wallets(self):
        """One line for everybody in whose wallet there is something."""
        lines = []
        for name in sorted(self.people):
            if name == "Ops":
                continue
            balance = self.people[name].get("/wallet/balance/")
            assert balance.pop("other_currencies") == []
            amounts = {key: value["amount"] for key, value in balance.items() if key != "currency"}
            if shown := [f"{key} {amount}" for key, amount in sorted(amounts.items()) if Decimal(amount)]:
                lines.append(f"= {name}: {', '.join(shown)}")
        return lines

    def payout(self, owner):
        """What the owner could have paid out now."""
        return Decimal(owner.get("/wallet/balance/")["available_payout"]["amount"])

    def reminders(self, person, booking):
        """How many minutes before the start the person was reminded of the booking, and on which channels, in order."""
        told = Notification.objects.filter(user=person.user, subject_id=booking["id"], notification_type__in=REMINDERS)
        starts_at = datetime.fromisoformat(booking["starts_at"])
        return [
            (round((starts_at - each.created_at).total_seconds() / 60), "".join(sorted(_sent(each))))
            for each in told.order_by("created_at")
        ]

    def ends(self):
        """Every reminder of the week went once: nobody heard the same of the same start on the same channels again."""
        told = Notification.objects.filter(notification_type__in=REMINDERS)
        heard = Counter(
            (each.user_id, each.subject_id, each.context["starts_at"], tuple(sorted(_sent(each)))) for each in told
        )
        assert heard
        assert set(heard.values()) == {1}

    def words(self, kind, person):
        """The push messages of that kind that the person had, in order."""
        told = Notification.objects.filter(notification_type=kind, user=person.user).order_by("created_at", "pk")
        return [each.message for each in told]


def _sent(notification):
    return [CHANNELS[each.channel] for each in notification.deliveries.all()]


def _times(counted):
    return [what if count == 1 else f"{what} ×{count}" for what, count in sorted(counted.items())]
