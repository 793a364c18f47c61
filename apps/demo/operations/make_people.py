"""The demo's people: the marketplace's own, customers, and whoever works for a business."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.demo.people import NAMES, PASSWORD
from apps.demo.places import City

DOMAIN = "guild.example"


@dataclass
class Casting:
    """Makes people with one password, hashed once, and names that follow from the seed."""

    random: Random
    at: datetime
    password: str = ""
    made: int = 0

    def __post_init__(self) -> None:
        self.password = make_password(PASSWORD)

    def person(self, *, role: Role, city: City, email: str = "", name: tuple[str, str] | None = None) -> User:
        """A signed-up person with a verified address and a telephone of the city's country."""
        first, last = name or self._name(city)
        self.made += 1
        local = f"{first}.{last}.{self.made}".lower().replace(" ", "")
        person: User = User.objects.create(
            email=email or f"{local}@{DOMAIN}",
            phone=f"{city.dialling_code}{7_000_000_00 + self.made:09d}",
            first_name=first,
            last_name=last,
            role=role,
            password=self.password,
            email_verified_at=self.at,
            time_zone=city.time_zone,
            is_staff=role in {Role.ADMIN, Role.OPS, Role.VIEWER, Role.CEO, Role.EMPLOYEE},
            date_joined=self.at,
        )
        return person

    def _name(self, city: City) -> tuple[str, str]:
        names = NAMES[city.country]
        return self.random.choice(names)[0], self.random.choice(names)[1]
