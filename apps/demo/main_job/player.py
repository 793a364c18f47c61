"""The main job over the public API: find, book, pay, do the work, wait out the clearance, and look at the money."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from apps.demo.main_job.client import Connect, Person, Refused, connect
from apps.demo.main_job.leftovers import WISH, end_own_plans, end_running_jobs
from apps.demo.operations.make_people import DOMAIN
from apps.demo.people import OPS_TOTP_SEED, PASSWORD
from apps.demo.places import LAGOS

# How long a worker may take to carry out what a commit has ordered, and how long a customer waits for the gateway's
# word before the page asks for it.
PATIENCE_S = 60.0
GATEWAY_S = 10.0
# How often one asks meanwhile: soon at first.
FIRST_LOOK_S, LAST_LOOK_S = 0.1, 1.0
DAYS_AHEAD = 14


class DidNotHold(Exception):
    """Something that the main job promises was not so."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: who did what, and what changed by it."""

    who: str
    did: str
    changed: str


@dataclass
class MainJob:
    """Plays the job step by step; ``steps()`` yields what happened and raises DidNotHold where it did not."""

    base_url: str
    connect: Connect = connect
    device: str = ""
    gateway: str = "sandbox"
    wallets: dict[str, dict[str, str]] = field(default_factory=dict)
    booking: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Every step in order, as it happens."""
        self.device = Person(self.base_url, connect=self.connect).post("/auth/device-token/")["device_token"]
        customer = self._person("ada")
        yield Step(who="Ada", did="signs in", changed="access and refresh token")
        worker = self._person("staff")
        for ended in end_running_jobs(worker):
            yield Step(who="The stylist", did="ends what an earlier run left", changed=ended)
        for ended in end_own_plans(customer, worker, now=self.now()):
            yield Step(who="Ada", did="ends what an earlier run left", changed=ended)
        business = self._nearest(customer)
        yield Step(who="Ada", did="looks around Victoria Island", changed=f"{business['name']}, verified, nearby")
        service, start, staff = self._choice(customer, business)
        yield Step(who="Ada", did=f"chooses {service['title']}", changed=f"free on {start:%A %d %B, %H:%M %Z}")
        quote = customer.post(
            "/bookings/quote/", {"service": service["id"], "start": start.isoformat(), "staff": staff}
        )
        yield Step(who="Ada", did="asks what it costs", changed=_shown(quote["total"]))
        wanted = {"service": service["id"], "start": start.isoformat(), "staff": staff}
        self.booking = customer.post(
            "/bookings/", wanted | {"expected_total": quote["total"], "special_requests": WISH}
        )
        yield Step(
            who="Ada", did="books", changed=f"{self.booking['reference']} is {self.booking['status']}, time locked"
        )
        yield self._pay(customer)
        self._advance_to(start)
        self._act(worker, "start", "IN_PROGRESS")
        yield Step(who="The stylist", did="starts the job", changed=f"it is {start:%H:%M}: IN_PROGRESS")
        self.advance(timedelta(minutes=service["duration_min"]))
        self._act(worker, "complete", "COMPLETED")
        yield Step(who="The stylist", did="completes it", changed="COMPLETED; 24 h to object begin")
        self._wait_for(customer, status="COMPLETED", payment_status="PENDING_CLEARANCE")
        self.advance(timedelta(hours=24, minutes=1))
        self._wait_for(customer, status="COMPLETED", payment_status="RELEASED")
        yield Step(who="The platform", did="waits 24 hours", changed="the escrow is RELEASED")
        yield self._money_arrived(quote["total"])

    def _pay(self, customer: Person) -> Step:
        items = [{"type": "BOOKING", "id": self.booking["id"]}]
        checkout = customer.post("/payments/initialize/", {"items": items, "gateway": self.gateway})
        reference = checkout["reference"]
        self._approve(reference)
        if not self._comes_to(customer, GATEWAY_S, status="CONFIRMED", payment_status="HELD"):
            customer.get(f"/payments/verify/{reference}/")
        self._wait_for(customer, status="CONFIRMED", payment_status="HELD")
        return Step(who="Ada", did="pays in the sandbox checkout", changed=f"{reference}: CONFIRMED, the money is HELD")

    def _approve(self, reference: str) -> None:
        """The charge is paid, be it by a first try whose answer was lost."""
        page = Person(self.base_url, device=self.device, connect=self.connect)
        try:
            page.post(f"/sandbox/checkout/{reference}/", {"act": "approve"})
        except Refused:
            if page.get(f"/sandbox/checkout/{reference}/")["status"] != "PAID":
                raise

    def _nearest(self, customer: Person) -> dict[str, Any]:
        _, latitude, longitude = LAGOS.quarters[0]
        found = customer.get("/businesses/", lat=latitude, lng=longitude, radius_km=15)["results"]
        mine = [each for each in found if each["slug"] == "adunni-hair-atelier"]
        if not mine:
            raise DidNotHold("The demo's first business is not found near Victoria Island.")
        business: dict[str, Any] = customer.get(f"/businesses/{mine[0]['slug']}/")
        return business

    def _choice(self, customer: Person, business: dict[str, Any]) -> tuple[dict[str, Any], datetime, str]:
        """The shortest service, and the first start of tomorrow or later that the demo's stylist has free."""
        services = customer.get("/services/", business=business["id"])["results"]
        service = min(services, key=lambda each: each["duration_min"])
        me = self._person("staff").get("/auth/user/")
        today = self.now().date()
        days = customer.get(
            f"/services/{service['id']}/availability/",
            **{"from": str(today + timedelta(days=1)), "to": str(today + timedelta(days=DAYS_AHEAD))},
        )["days"]
        name = f"{me['first_name']} {me['last_name']}"
        for day in days:
            for person in day["staff"]:
                if person["name"] == name and person["starts"]:
                    return service, datetime.fromisoformat(person["starts"][0]), person["id"]
        raise DidNotHold(f"{name} has no free time within {DAYS_AHEAD} days.")

    def _act(self, person: Person, action: str, status: str) -> None:
        """The action is offered, and does what it says."""
        path = f"/bookings/{self.booking['id']}/"
        offered = {each["name"]: each["enabled"] for each in person.get(path)["available_actions"]}
        if not offered.get(action):
            raise DidNotHold(f"{action} is not offered to {person.email}: {offered}")
        person.post(f"{path}{action}/")
        found = person.get(path)["status"]
        if found != status:
            raise DidNotHold(f"After {action} the booking is {found}, not {status}.")

    def _wait_for(self, person: Person, **expected: str) -> None:
        """The booking comes to be so, as soon as a worker has done its part."""
        if not self._comes_to(person, PATIENCE_S, **expected):
            found = person.get(f"/bookings/{self.booking['id']}/")
            stands = f"{found['status']}/{found['payment_status']}"
            raise DidNotHold(f"{self.booking['reference']} is {stands}, not {expected}.")

    def _comes_to(self, person: Person, seconds: float, **expected: str) -> bool:
        """Whether the booking comes to be so within that time."""
        until, pause = time.monotonic() + seconds, FIRST_LOOK_S
        while time.monotonic() < until:
            found = person.get(f"/bookings/{self.booking['id']}/")
            if all(found[name] == value for name, value in expected.items()):
                return True
            time.sleep(pause)
            pause = min(2 * pause, LAST_LOOK_S)
        return False

    def _money_arrived(self, total: dict[str, str]) -> Step:
        """The owner's statement has one line for this booking: what was paid, less the commission."""
        balance = self._balance("owner", total["currency"])
        self.wallets["owner"] = {
            name: _shown(balance[name]) for name in ("total_revenue", "pending_escrow", "available_payout")
        }
        self.wallets["Ada"] = {
            name: _shown(amount)
            for name, amount in self._balance("ada", total["currency"]).items()
            if name in {"wallet", "credits"}
        }
        lines = self._person("owner").get("/wallet/transactions/", kind="ESCROW_RELEASE", page_size=100)["results"]
        gained = [Decimal(line["amount"]["amount"]) for line in lines if line["cause_id"] == self.booking["id"]]
        due = Decimal(total["amount"])
        if len(gained) != 1 or not due * Decimal("0.95") <= gained[0] <= due * Decimal("0.97"):
            raise DidNotHold(f"The owner has {gained or 'nothing'} of the {due} that were paid.")
        return Step(who="The owner", did="looks at the wallet", changed=f"+{gained[0]} {total['currency']} to pay out")

    def _balance(self, who: str, currency: str) -> dict[str, Any]:
        balance: dict[str, Any] = self._person(who).get("/wallet/balance/", currency=currency)
        return balance

    def now(self) -> datetime:
        """What time it is in the sandbox."""
        return datetime.fromisoformat(self._person("ada").get("/sandbox/clock/")["now"])

    def advance(self, by: timedelta) -> None:
        """The sandbox's clock has moved on by that much, and what fell due has happened."""
        self._advance_to(self.now() + by)

    def _advance_to(self, moment: datetime) -> None:
        """The sandbox's clock has passed the moment: a step whose answer was lost is not taken twice."""
        ops = self._person("ops", second_factor=OPS_TOTP_SEED)
        while (ahead := moment - self.now()) > timedelta(0):
            hours = (Decimal(ahead.total_seconds()) / 3600).quantize(Decimal("0.001"), rounding=ROUND_UP)
            # Never sent again as it is: hours are counted from now, and the first try may have moved the clock.
            ops.post_once("/sandbox/clock/advance/", {"hours": str(hours)})

    def _person(self, name: str, *, second_factor: str = "") -> Person:
        if name not in self.people:
            self.people[name] = Person(
                self.base_url,
                email=f"{name}@{DOMAIN}",
                password=PASSWORD,
                second_factor=second_factor,
                device=self.device,
                connect=self.connect,
            )
        return self.people[name]


def _shown(amount: dict[str, str] | None) -> str:
    return "–" if amount is None else f"{amount['currency']} {amount['amount']}"
