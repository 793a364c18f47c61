"""Three businesses as they stand on the first of the month: a salon and a studio in Lagos, and barbers in New York."""

from dataclasses import dataclass
from typing import Any

from apps.catalog.tests.factories import PackageFactory, ServiceFactory
from apps.credits.models import PromoCode
from apps.credits.states import CodeKind
from apps.ledger import addresses
from tests.stories.weeks.places import desk, open_business, performer

CUSTOMERS = (
    "Ada Obi", "Chika Eze", "Dami Ojo", "Efe Oke", "Gbenga Alabi", "Hauwa Sani", "Ife Bello", "Jide Cole", "Kemi Ade",
    "Lami Musa", "Musa Garba", "Nneka Uche", "Tolu Ige", "Vera Dike", "Wale Ojo",
)  # fmt: skip
ABROAD = ("Quinn Reed", "Rosa Diaz", "Sam Hill", "Uma Rao", "Xena Ford")


@dataclass
class Places:
    """What is sold, by whom, and who performs it."""

    salon: Any
    studio: Any
    barbers: Any
    bisi: Any
    chidi: Any
    yoga_host: Any
    hank: Any
    silk: Any
    yoga: Any
    cut: Any
    film: Any
    three_presses: Any


def open_places(month):
    """The businesses are open, their people and customers are there, and so are two codes."""
    salon = open_business(month, name="Adunni Hair", owner="Folake", address="14 Admiralty Way")
    desk(month, salon, "Eki")
    studio = open_business(
        month, name="Lekki Studio", owner="Ngozi", address="2 Fola Osibo",
        phone="+2348090000003", commission_override_bp=300,
    )  # fmt: skip
    barbers = open_business(
        month, name="Hudson Barbers", owner="Grace", address="9 Bank Street", city="New York", country="US",
        currency="USD", phone="+12125550100", time_zone="America/New_York",
    )  # fmt: skip
    bisi, chidi = performer(month, salon, "Bisi"), performer(month, salon, "Chidi")
    yoga_host, hank = performer(month, studio, "Yemi"), performer(month, barbers, "Hank")
    silk = ServiceFactory(business=salon, title="Silk press", price_minor=1_000_000, performers=[bisi, chidi])
    month.customers(*CUSTOMERS, *ABROAD)
    _codes()
    places = Places(
        salon=salon, studio=studio, barbers=barbers, bisi=bisi, chidi=chidi, yoga_host=yoga_host, hank=hank, silk=silk,
        yoga=ServiceFactory(
            business=studio, title="Yoga", price_minor=600_000, performers=[yoga_host], service_type="WORKSHOP",
            max_participants=6, duration_min=60,
        ),
        cut=ServiceFactory(business=barbers, title="Cut", price_minor=10_000, performers=[hank]),
        film=ServiceFactory(business=barbers, title="A day on set", price_minor=600_000, performers=[hank]),
        three_presses=PackageFactory(business=salon, title="Three presses", services={silk: 3}, valid_days=14),
    )  # fmt: skip
    _name_accounts(month, places)
    return places


def _codes():
    told = {"currency": "NGN", "title": "February"}
    PromoCode.objects.create(code="WELCOME", kind=CodeKind.GRANT, amount_minor=300_000, **told)
    PromoCode.objects.create(code="FIRST20", kind=CodeKind.DISCOUNT, amount_minor=200_000, **told)


def _name_accounts(month, places):
    """How the accountant calls the accounts of the books."""
    for currency, gateway in (("NGN", "paystack"), ("USD", "stripe")):
        month.journal.names(
            currency, **{gateway.title(): addresses.gateway_clearing(gateway, currency)},
            fees=addresses.gateway_fees(currency), escrow=addresses.escrow(currency),
            commission=addresses.platform_revenue(currency), plans=addresses.platform_revenue(currency), promotions=addresses.promotions(currency),
            in_transit=addresses.payouts_in_transit(currency), suspense=addresses.suspense(currency),
            chargebacks=addresses.chargebacks(currency),
        )  # fmt: skip
    for name, business in (("Adunni", places.salon), ("Lekki", places.studio), ("Hudson", places.barbers)):
        month.journal.knows(business.currency, name, addresses.business_available(business.pk, business.currency))
        owes = addresses.business_receivable(business.pk, business.currency)
        month.journal.knows(business.currency, f"{name} owes", owes)
    for name, member in month.people.items():
        know_person(month, name, member)


def know_person(month, name, member):
    """The accounts that somebody may have."""
    for currency in ("NGN", "USD"):
        month.journal.knows(currency, f"{name}’s wallet", addresses.wallet(member.user.pk, currency))
        month.journal.knows(currency, f"{name}’s credits", addresses.customer_credits(member.user.pk, currency))
        month.journal.knows(currency, f"{name}’s tips", addresses.tips(member.user.pk, currency))
