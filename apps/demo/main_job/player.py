"""The main job over the public API: find, book, pay, do the work, wait out the clearance, and look at the money."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from apps.demo.main_job.client import Person
from apps.demo.operations.make_people import DOMAIN
from apps.demo.people import OPS_TOTP_SEED, PASSWORD
from apps.demo.places import LAGOS

# How long a worker may take to carry out what a commit has ordered.
PATIENCE_S = 60.0


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
    wallets: dict[str, dict[str, str]] = field(default_factory=dict)
    booking: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Every step in order, as it happens."""
        customer = self._person("ada")
        yield Step(who="Ada", did="signs in", changed="access and refresh token")
        business = self._nearest(customer)
        yield Step(who="Ada", did="looks around Victoria Island", changed=f"{business['name']}, verified, nearby")
        service, start, staff = self._choice(customer, business)
        yield Step(who="Ada", did=f"chooses {service['title']}", changed=f"free on {start:%A %d %B, %H:%M %Z}")
        quote = customer.post(
            "/bookings/quote/", {"service": service["id"], "start": start.isoformat(), "staff": staff}
        )
        yield Step(who="Ada", did="asks what it costs", changed=_shown(quote["total"]))
        owner_before = self._balance("owner", business["currency"])
        self.booking = customer.post(
            "/bookings/",
            {"service": service["id"], "start": start.isoformat(), "staff": staff, "expected_total": quote["total"]},
        )
        yield Step(
            who="Ada", did="books", changed=f"{self.booking['reference']} is {self.booking['status']}, time locked"
        )
        yield self._pay(customer)
        self._advance_to(start)
        worker = self._person("staff")
        self._act(worker, "start", "IN_PROGRESS")
        yield Step(who="The stylist", did="starts the job", changed=f"it is {start:%H:%M}: IN_PROGRESS")
        self._advance(timedelta(minutes=service["duration_min"]))
        self._act(worker, "complete", "COMPLETED")
        yield Step(who="The stylist", did="completes it", changed="COMPLETED; 24 h to object begin")
        self._wait_for(customer, status="COMPLETED", payment_status="PENDING_CLEARANCE")
        self._advance(timedelta(hours=24, minutes=1))
        self._wait_for(customer, status="COMPLETED", payment_status="RELEASED")
        yield Step(who="The platform", did="waits 24 hours", changed="the escrow is RELEASED")
        yield self._money_arrived(owner_before, quote["total"])

    def _pay(self, customer: Person) -> Step:
        checkout = customer.post("/payments/initialize/", {"items": [{"type": "BOOKING", "id": self.booking["id"]}]})
        reference = checkout["reference"]
        Person(self.base_url).post(f"/sandbox/checkout/{reference}/", {"act": "approve"})
        self._wait_for(customer, status="CONFIRMED", payment_status="HELD")
        return Step(who="Ada", did="pays in the sandbox checkout", changed=f"{reference}: CONFIRMED, the money is HELD")

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
        today = datetime.fromisoformat(customer.get("/sandbox/clock/")["now"]).date()
        days = customer.get(
            f"/services/{service['id']}/availability/",
            **{"from": str(today + timedelta(days=1)), "to": str(today + timedelta(days=9))},
        )["days"]
        name = f"{me['first_name']} {me['last_name']}"
        for day in days:
            for person in day["staff"]:
                if person["name"] == name and person["starts"]:
                    return service, datetime.fromisoformat(person["starts"][0]), person["id"]
        raise DidNotHold(f"{name} has no free time within eight days.")

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
        until = time.monotonic() + PATIENCE_S
        found: dict[str, Any] = {}
        while time.monotonic() < until:
            found = person.get(f"/bookings/{self.booking['id']}/")
            if all(found[name] == value for name, value in expected.items()):
                return
            time.sleep(0.25)
        raise DidNotHold(f"{self.booking['reference']} is {found['status']}/{found['payment_status']}, not {expected}.")

    def _money_arrived(self, before: dict[str, Any], total: dict[str, str]) -> Step:
        after = self._balance("owner", total["currency"])
        self.wallets["owner"] = {
            name: _shown(after[name]) for name in ("total_revenue", "pending_escrow", "available_payout")
        }
        self.wallets["Ada"] = {
            name: _shown(amount)
            for name, amount in self._balance("ada", total["currency"]).items()
            if name in {"wallet", "credits"}
        }
        gained = Decimal(after["available_payout"]["amount"]) - Decimal(before["available_payout"]["amount"])
        due = Decimal(total["amount"])
        if not due * Decimal("0.95") <= gained <= due * Decimal("0.97"):
            raise DidNotHold(f"The owner has {gained} more, of {due} paid.")
        return Step(who="The owner", did="looks at the wallet", changed=f"+{gained} {total['currency']} to pay out")

    def _balance(self, who: str, currency: str) -> dict[str, Any]:
        balance: dict[str, Any] = self._person(who).get("/wallet/balance/", currency=currency)
        return balance

    def _advance_to(self, moment: datetime) -> None:
        now = datetime.fromisoformat(Person(self.base_url).get("/sandbox/clock/")["now"])
        self._advance(moment - now + timedelta(seconds=30))

    def _advance(self, by: timedelta) -> None:
        hours = Decimal(max(int(by.total_seconds()), 0)) / 3600
        self._person("ops", second_factor=OPS_TOTP_SEED).post(
            "/sandbox/clock/advance/", {"hours": str(hours.quantize(Decimal("0.001"), rounding=ROUND_UP))}
        )

    def _person(self, name: str, *, second_factor: str = "") -> Person:
        if name not in self.people:
            self.people[name] = Person(
                self.base_url, email=f"{name}@{DOMAIN}", password=PASSWORD, second_factor=second_factor
            )
        return self.people[name]


def _shown(amount: dict[str, str] | None) -> str:
    return "–" if amount is None else f"{amount['currency']} {amount['amount']}"
