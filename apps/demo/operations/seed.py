"""The whole demo, from an empty database: the same seed gives the same marketplace, around the day it is made."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from apps.accounts import operations as accounts
from apps.accounts.models import User
from apps.accounts.states import Role
from apps.catalog.models import Business
from apps.core import clock
from apps.demo.catalogue import TRADES
from apps.demo.operations.give_credits import give_credits
from apps.demo.operations.make_catalogue import make_business, make_categories
from apps.demo.operations.make_people import DOMAIN, Casting
from apps.demo.operations.play_books import play_books
from apps.demo.operations.play_course import play_course
from apps.demo.operations.play_history import play_bookings
from apps.demo.operations.play_payouts import play_payouts
from apps.demo.operations.play_plans import play_plans
from apps.demo.people import OPS_TOTP_SEED, PASSWORD
from apps.demo.places import CITIES, LAGOS, City

OPENED_BEFORE = timedelta(days=90)
CUSTOMERS = (
    (f"ada@{DOMAIN}", ("Ada", "Obi"), LAGOS, 5),
    (f"kofi@{DOMAIN}", ("Kofi", "Mensah"), CITIES[3], 6),
    (f"wanjiku@{DOMAIN}", ("Wanjiku", "Kamau"), CITIES[4], 9),
)
Told = Callable[[int, int], None]


def is_seeded() -> bool:
    """Whether the demo's first customer is there."""
    return bool(User.objects.filter(email=CUSTOMERS[0][0]).exists())


def people_to_show() -> list[dict[str, str]]:
    """Who may sign in to look around, with what."""
    shown = [
        ("Customer", f"ada@{DOMAIN}", "books in Lagos"),
        ("Owner (CEO)", f"owner@{DOMAIN}", "owns the first business; API and back office"),
        ("Desk (employee)", f"desk@{DOMAIN}", "runs its desk"),
        ("Staff", f"staff@{DOMAIN}", "performs its jobs"),
        ("Administrator", f"admin@{DOMAIN}", f"second factor: TOTP seed {OPS_TOTP_SEED}"),
        ("Operations", f"ops@{DOMAIN}", f"second factor: TOTP seed {OPS_TOTP_SEED}"),
        ("Viewer", f"viewer@{DOMAIN}", "reads the back office"),
    ]
    known = set(User.objects.filter(email__in=[email for _, email, _ in shown]).values_list("email", flat=True))
    return [
        {"role": role, "email": email, "password": PASSWORD, "note": note}
        for role, email, note in shown
        if email in known
    ]


def seed(*, seed: int, at: datetime, most: int | None = None, told: Told | None = None) -> None:
    """People, businesses, and bookings of the last and the next weeks, made by the product's own operations.

    ``most`` leaves it at the first so many businesses.
    """
    random = Random(seed)  # noqa: S311  # the same every time is what is wanted
    opened_at = at - OPENED_BEFORE
    shops = [(name, trade) for trade in TRADES for name in trade.names][:most]
    with clock.frozen(opened_at):
        casting = Casting(random=random, at=opened_at)
        admin = _marketplace_people(casting)
        customers = [
            casting.person(role=Role.CUSTOMER, city=city, email=email, name=name, portrait=portrait)
            for email, name, city, portrait in CUSTOMERS
        ]
        customers += [casting.person(role=Role.CUSTOMER, city=CITIES[number % len(CITIES)]) for number in range(12)]
        categories = make_categories()
        businesses: list[Business] = []
        for number, (name, trade) in enumerate(shops):
            city: City = LAGOS if number == 0 else CITIES[number % len(CITIES)]
            owner = casting.person(role=Role.CEO, city=city, email=f"owner@{DOMAIN}" if number == 0 else "")
            businesses.append(
                make_business(
                    name=name,
                    trade=trade,
                    city=city,
                    quarter=city.quarters[number // len(CITIES) % len(city.quarters)],
                    owner=owner,
                    admin=admin,
                    categories=categories,
                    casting=casting,
                    random=random,
                    at=opened_at,
                )
            )
            if told:
                told(number + 1, len(shops) * 2)
        _name_the_first_shop(businesses[0])
    play_bookings(
        businesses=businesses,
        customers=customers,
        random=random,
        at=at,
        told=lambda done, total: told and told(len(shops) + done * len(shops) // max(total, 1), len(shops) * 2),
    )
    play_course(businesses=businesses, customer=customers[0], at=at)
    give_credits(customers=customers, admin=admin, at=at)
    play_plans(businesses=businesses, customers=customers, at=at)
    play_payouts(businesses=businesses, customers=customers, random=random, at=at)
    play_books(customer=customers[3], admin=admin, ops=User.objects.get(email=f"ops@{DOMAIN}"), at=at)


def _marketplace_people(casting: Casting) -> User:
    admin = casting.person(role=Role.ADMIN, city=LAGOS, email=f"admin@{DOMAIN}", name=("Grace", "Adewale"))
    ops = casting.person(role=Role.OPS, city=LAGOS, email=f"ops@{DOMAIN}", name=("Musa", "Danladi"))
    for person in (admin, ops):
        accounts.begin_enrolment(user_id=person.pk, at=casting.at, seed=OPS_TOTP_SEED)
        code = accounts.code_at(seed=OPS_TOTP_SEED, at=casting.at)
        accounts.confirm_enrolment(user_id=person.pk, code=code, at=casting.at)
    casting.person(role=Role.VIEWER, city=LAGOS, email=f"viewer@{DOMAIN}", name=("Esi", "Quartey"))
    return admin


def _name_the_first_shop(business: Business) -> None:
    """The first shop's first stylist and its desk have addresses that a visitor can remember."""
    known: list[tuple[str, Any]] = [
        (f"staff@{DOMAIN}", business.memberships.filter(kind="STAFF").order_by("user__phone").first()),
        (f"desk@{DOMAIN}", business.memberships.filter(kind="EMPLOYEE").order_by("user__phone").first()),
    ]
    for email, membership in known:
        User.objects.filter(pk=membership.user_id).update(email=email)
