"""The month's people, its clock, and its evenings: played over the public API, with what gateways do in between."""

from datetime import UTC, datetime, timedelta

from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.tests.factories import UserFactory
from apps.core import clock, sandbox_clock
from apps.ledger.testing import assert_ledger_sound
from tests.stories.weeks.week import Person, Week

FIRST = datetime(2027, 2, 1, tzinfo=UTC)
PASSWORD = "Harmattan-Breeze-7"


class Member(Person):
    """Somebody of the month, who pays through the gateways."""

    def opens(self, *things, kind="BOOKING", refused=None, **how):
        """A payment for the things is open, or was covered by credits and wallet."""
        items = [{"type": kind, "id": thing["id"]} for thing in things]
        return self.post("/payments/initialize/", {"items": items, **how}, refused=refused)

    def pays(self, *things, kind="BOOKING", amount=None, **how):
        """The things are paid for: by card what credits and wallet have left. Answers the payment."""
        payment = self.opens(*things, kind=kind, **how)
        if payment["status"] != "SUCCEEDED":
            self.week.card(payment, amount)
        return payment

    def buys(self, service, start, staff=None, **more):
        """A booking that is paid for by card."""
        booking = self.books(service, start, **({} if staff is None else {"staff": str(staff.pk)}), **more)
        return {**booking, "payment": self.pays(booking)}

    def tips(self, booking, amount, currency="NGN"):
        """The performer has a tip."""
        tip = self.act(booking, "tip", {"amount": {"amount": amount, "currency": currency}})
        return self.pays(tip, kind="TIP")

    def status_of(self, payment):
        """How the payment stands."""
        return self.get(f"/payments/{payment['id']}/")["status"]


class Month(Week):
    """February 2027, by the clocks of Lagos; ``7 10:30`` is the morning of the seventh."""

    def __init__(self, gateways, journal):
        self.gateways, self.journal = gateways, journal
        super().__init__("Africa/Lagos")
        self.admin = self.joins("Admin", UserFactory(role="ADMIN", is_staff=True, first_name="Admin"))

    def __getattr__(self, name):
        people = self.__dict__.get("people", {})
        if name.title() not in people:
            raise AttributeError(name)
        return people[name.title()]

    def joins(self, name, user):
        """The person takes part."""
        self.people[name] = member = Member(self, user)
        return member

    def customers(self, *names):
        """As many customers, of these full names, known by the first."""
        for full in names:
            first, _, last = full.partition(" ")
            self.joins(first, UserFactory(first_name=first, last_name=last, email=f"{first.lower()}@example.com"))

    def registers(self, full, referral_code):
        """A customer who was brought by another has registered."""
        first, _, last = full.partition(" ")
        body = {
            "email": f"{first.lower()}@example.com", "password": PASSWORD, "first_name": first, "last_name": last,
            "referral_code": referral_code,
        }  # fmt: skip
        answer = APIClient().post("/api/v1/auth/register/", body, format="json")
        assert answer.status_code == 201, answer.content
        return self.joins(first, User.objects.get(email=body["email"]))

    # --- Time ---------------------------------------------------------------------------------------------------
    def moment(self, text):
        """``7 10:30`` on the clocks of Lagos; the 29th is the first of March."""
        day, time = text.split()
        hours, minutes = map(int, time.split(":"))
        first = datetime(FIRST.year, FIRST.month, FIRST.day, hours, minutes, tzinfo=self.zone)
        return first + timedelta(days=int(day) - 1)

    def go(self, text):
        """It is that late, and nobody has looked yet at what fell due meanwhile."""
        moment = self.moment(text)
        clock.forget_offset()
        assert moment > clock.now() - timedelta(seconds=30), f"{text} has passed"
        sandbox_clock.reach(moment)
        self.work()

    def beat(self, text):
        """It is that late: everything that fell due on the way has happened, in order."""
        super().go(text)

    def work(self):
        """What workers do, and what gateways tell, until nothing is left to be done."""
        super().work()
        while self.gateways.deliver():
            super().work()

    def night(self, day):
        """The day ends by UTC: the books are sound, and each account is where the accountant's journal has it."""
        clock.forget_offset()
        last = FIRST + timedelta(days=day) - timedelta(seconds=30)
        hours = (last - clock.now()).total_seconds() / 3600
        self.ops.post("/sandbox/clock/advance/", {"hours": f"{hours:.3f}"})
        assert_ledger_sound()
        self.journal.holds_on(day)

    # --- What customers do at gateways --------------------------------------------------------------------------
    def card(self, payment, amount=None):
        """The customer pays by card: what was asked, or another amount, in minor units."""
        if payment["gateway"] == "paystack":
            self.gateways.paystack.control("pay", reference=payment["reference"], amount=amount)
        else:
            self.gateways.stripe.control("pay", intent_id=intent_of(payment), amount=amount)
        self.work()

    # --- What businesses do -------------------------------------------------------------------------------------
    def performed(self, booking, *, by, starts, ends):
        """The job has been done."""
        self.go(starts)
        by.act(booking, "start")
        self.go(ends)
        return by.act(booking, "complete")


def intent_of(payment):
    """Stripe's name for the payment, as the client's secret tells it."""
    return payment["checkout"]["client_secret"].partition("_secret")[0]


def naira(amount):
    return {"amount": amount, "currency": "NGN"}


def dollars(amount):
    return {"amount": amount, "currency": "USD"}
