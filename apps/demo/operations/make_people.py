"""The demo's people: the marketplace's own, customers, and whoever works for a business."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.templatetags.static import static

from apps.accounts.models import Profile, User
from apps.accounts.states import Role
from apps.demo.people import NAMES, PASSWORD
from apps.demo.places import City

DOMAIN = "guild.example"
PORTRAITS = 12


@dataclass
class Casting:
    """Makes people with one password, hashed once, and names that follow from the seed."""

    random: Random
    at: datetime
    password: str = ""
    made: int = 0
    taken: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.password = make_password(PASSWORD)

    def _phone(self, city: City) -> str:
        """A number of the country's right length that nobody else has."""
        digits = city.digits - len(city.mobile_prefix)
        return f"{city.dialling_code}{city.mobile_prefix}{self.random.randint(0, 999):0{digits - 3}d}{self.made:03d}"

    def person(
        self, *, role: Role, city: City, email: str = "", name: tuple[str, str] | None = None, portrait: int = 0
    ) -> User:
        """A signed-up person with a verified address and a telephone of the city's country."""
        first, last = name or self._name(city)
        self.taken.add((first, last))
        self.made += 1
        local = f"{first}.{last}.{self.made}".lower().replace(" ", "")
        person: User = User.objects.create(
            email=email or f"{local}@{DOMAIN}",
            phone=self._phone(city),
            first_name=first,
            last_name=last,
            role=role,
            password=self.password,
            email_verified_at=self.at,
            time_zone=city.time_zone,
            is_staff=role in {Role.ADMIN, Role.OPS, Role.VIEWER, Role.CEO, Role.EMPLOYEE},
            date_joined=self.at,
        )
        # Odd portraits are women's; the marketplace's named people bring their own.
        portrait = portrait or 1 + (self.made - 1) % PORTRAITS
        Profile.objects.update_or_create(
            user=person,
            defaults={
                "avatar": f"{settings.PUBLIC_BASE_URL}{static(f'demo/portrait-{portrait}.svg')}",
                "location_name": city.name,
            },
        )
        return person

    def _name(self, city: City) -> tuple[str, str]:
        """Women and men in turn; nobody has somebody else's name while there are others left."""
        fits = self.random.sample(NAMES[city.country], len(NAMES[city.country]))
        for names in fits:
            firsts = list(names.women if self.made % 2 == 0 else names.men)
            for first in self.random.sample(firsts, len(firsts)):
                families = [each for each in names.families if each != first and (first, each) not in self.taken]
                if families:
                    self.taken.add((first, name := self.random.choice(families)))
                    return first, name
        return self.random.choice(fits[0].women), self.random.choice(fits[0].families)
