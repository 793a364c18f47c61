"""The demo's categories and businesses, opened, verified and staffed through the product's own operations."""

import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.contrib.gis.geos import Point
from django.templatetags.static import static

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.availability import operations as availability
from apps.catalog import operations as catalog
from apps.catalog.models import (
    Bundle,
    Business,
    Category,
    Extra,
    Membership,
    Package,
    Product,
    Service,
    ServiceImage,
    StaffMember,
)
from apps.catalog.states import CategoryKind, MembershipKind, MembershipState
from apps.core.money import Money
from apps.demo.catalogue import CATEGORIES, PRODUCT_CATEGORIES, ServiceSample, Trade
from apps.demo.operations.make_people import Casting
from apps.demo.places import City

MIDNIGHT = 24 * 60


def make_categories() -> dict[str, Category]:
    """The tree of categories, by slug."""
    made: dict[str, Category] = {}
    for position, (slug, name, icon, parent) in enumerate(CATEGORIES):
        made[slug] = Category.objects.create(
            slug=slug, name=name, icon=icon, parent=made.get(parent or ""), position=position
        )
    for position, (slug, name, icon) in enumerate(PRODUCT_CATEGORIES):
        made[slug] = Category.objects.create(
            slug=slug, name=name, icon=icon, kind=CategoryKind.PRODUCT, position=position
        )
    return made


def make_business(
    *,
    name: str,
    trade: Trade,
    city: City,
    quarter: tuple[str, float, float],
    owner: User,
    admin: User,
    categories: dict[str, Category],
    casting: Casting,
    random: Random,
    at: datetime,
) -> Business:
    """A verified business with hours, people, services and products."""
    place, latitude, longitude = quarter
    kinds = sorted({sample.category for sample in trade.services})
    business = catalog.create_business(
        fields={
            "name": name,
            "about": trade.about,
            "contact_email": f"hello@{name.lower().replace(' ', '').replace('&', 'and').replace(chr(39), '')}.example",
            "contact_phone": owner.phone,
            "address": f"{random.randint(1, 99)} {random.choice(city.streets)}, {place}",
            "city": city.name,
            "state": city.state,
            "country": city.country,
            "location": Point(
                longitude + random.uniform(-0.006, 0.006), latitude + random.uniform(-0.006, 0.006), srid=4326
            ),
            "time_zone": city.time_zone,
            "currency": city.currency,
            "logo_url": picture(trade.picture),
            "auto_confirm": not trade.approves,
        },
        categories=[categories[slug] for slug in kinds],
        owner_performs=True,
        by=owner,
        at=at,
    )
    catalog.add_photo(business_id=business.pk, url=picture(trade.picture), caption=name, position=0, by=owner, at=at)
    _verify(business, owner=owner, admin=admin, at=at)
    _open(business, trade, by=owner, at=at)
    staff = _hire(business, trade, city=city, casting=casting, categories=categories, random=random, at=at)
    _offer(business, trade, city=city, categories=categories, staff=staff, owner=owner)
    _sell_together(business, trade, owner=owner, at=at)
    _rate(business, staff, random=random)
    return business


def _verify(business: Business, *, owner: User, admin: User, at: datetime) -> None:
    catalog.apply_for_verification(
        business_id=business.pk,
        cac_number=f"RC{zlib.crc32(business.slug.encode()) % 10_000_000:07d}",
        bank_account=catalog.BankAccount(
            bank_name="First Guild Bank", bank_code="999", account_number="0123456789", account_name=business.name
        ),
        papers=[
            catalog.Paper(
                kind="REGISTRATION",
                title="Certificate of incorporation",
                file_name="certificate.pdf",
                expires_on=date(at.year + 3, 1, 31),
            )
        ],
        by=owner,
        at=at,
    )
    catalog.verify_business(business_id=business.pk, reason="Papers seen.", by=admin, at=at + timedelta(hours=1))
    business.refresh_from_db()


def _open(business: Business, trade: Trade, *, by: User, at: datetime) -> None:
    weekly = {weekday: _spans(trade.weekday) for weekday in range(5)} | {
        5: _spans(trade.saturday),
        6: _spans(trade.sunday),
    }
    availability.set_opening_hours(business_id=business.pk, weekly=weekly, by=by, at=at)


def _spans(hours: tuple[str, str] | None) -> list[tuple[int, int]]:
    if hours is None:
        return []
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in hours)
    return [(opens, closes if closes > opens else closes + MIDNIGHT)]


def _hire(
    business: Business,
    trade: Trade,
    *,
    city: City,
    casting: Casting,
    categories: dict[str, Category],
    random: Random,
    at: datetime,
) -> list[StaffMember]:
    """Three or four people with the trade's skills, and one employee at the desk."""
    desk = casting.person(role=Role.EMPLOYEE, city=city)
    _join(business, desk, MembershipKind.EMPLOYEE, at)
    skills = [categories[slug] for slug in sorted({sample.category for sample in trade.services})]
    staff = []
    for number in range(len(trade.bios)):
        years = random.randint(2, 15)
        user = casting.person(role=Role.STAFF, city=city)
        _join(business, user, MembershipKind.STAFF, at)
        member = StaffMember.objects.create(
            business=business,
            user=user,
            display_name=user.name,
            bio=trade.bios[number].format(name=user.first_name, years=years),
            years_of_experience=years,
            has_public_page=True,
            is_verified=True,
            location=business.location,
        )
        member.skills.set(skills)
        staff.append(member)
    owner = StaffMember.objects.get(business=business, user=business.owner)
    owner.skills.set(skills)
    week = {weekday: _spans(trade.weekday) for weekday in range(5)} | {
        5: _spans(trade.saturday),
        6: _spans(trade.sunday),
    }
    for member in [owner, *staff]:
        availability.set_schedule(staff_member_id=member.pk, weekly=week, by=business.owner, at=at)
    return staff


def _join(business: Business, user: User, kind: MembershipKind, at: datetime) -> None:
    Membership.objects.create(business=business, user=user, kind=kind, state=MembershipState.ACTIVE, joined_at=at)


def _offer(
    business: Business,
    trade: Trade,
    *,
    city: City,
    categories: dict[str, Category],
    staff: list[StaffMember],
    owner: User,
) -> None:
    performers = [*staff, StaffMember.objects.get(business=business, user=owner)]
    for sample in trade.services:
        service = _service(business, sample, trade.picture, city=city, categories=categories)
        service.performers.set(performers)
    Product.objects.bulk_create(
        Product(
            business=business,
            category=categories[category],
            title=title,
            description=description,
            price_minor=_local(dollars, city),
            stock_count=stock,
            low_stock_mark=5,
        )
        for title, dollars, stock, category, description in trade.products
    )


def _sell_together(business: Business, trade: Trade, *, owner: User, at: datetime) -> None:
    """Five of the trade's first service at a discount, and one of each of its first two at a total."""
    titles = [sample.title for sample in trade.services[:2]]
    services = {service.title: service for service in Service.objects.filter(business=business, title__in=titles)}
    first, second = (services[title] for title in titles)
    catalog.create_deal(
        kind=Package,
        business_id=business.pk,
        fields={
            "title": f"Five times {first.title.lower()}",
            "description": "Buy five, pay for a little more than four, and use them within half a year.",
            "valid_days": 180,
            "discount_percent": 15,
        },
        parts=[catalog.DealPart(service_id=first.pk, uses=5)],
        by=owner,
        at=at,
    )
    together = first.price_minor + second.price_minor
    catalog.create_deal(
        kind=Bundle,
        business_id=business.pk,
        fields={
            "title": f"{first.title} and {second.title.lower()}",
            "description": "One of each, on the days that suit you.",
            "valid_days": 90,
        },
        price=Money(together - together // 10 // 100 * 100, business.currency),
        parts=[catalog.DealPart(service_id=service.pk) for service in (first, second)],
        by=owner,
        at=at,
    )


def _service(
    business: Business, sample: ServiceSample, picture_of: str, *, city: City, categories: dict[str, Category]
) -> Service:
    service: Service = Service.objects.create(
        business=business,
        category=categories[sample.category],
        title=sample.title,
        description=sample.about,
        price_minor=_local(sample.dollars, city),
        duration_min=sample.minutes,
        places=[sample.place],
        sop_template=[
            {"id": f"step-{number}", "label": label, "required": False}
            for number, label in enumerate(sample.checklist, start=1)
        ],
    )
    ServiceImage.objects.create(service=service, url=picture(picture_of))
    Extra.objects.bulk_create(
        Extra(service=service, name=name, price_minor=_local(dollars, city), duration_min=minutes)
        for name, dollars, minutes in sample.extras
    )
    return service


def picture(name: str) -> str:
    """The address of one of the demo's pictures, on whatever origin it is looked at."""
    return static(f"demo/{name}.svg")


def _local(dollars: int, city: City) -> int:
    """A round price in the city's money."""
    step = 10_000 if city.minor_per_dollar > 10_000 else 100
    return round(dollars * city.minor_per_dollar / step) * step


def _rate(business: Business, staff: list[StaffMember], *, random: Random) -> None:
    for member in staff:
        member.rating_count = random.randint(8, 240)
        member.rating_average = Decimal(random.randint(41, 50)) / 10
        member.jobs_completed = member.rating_count + random.randint(5, 90)
        member.maestro_score = Decimal(random.randint(550, 950)) / 1000
    StaffMember.objects.bulk_update(staff, ["rating_count", "rating_average", "jobs_completed", "maestro_score"])
    services = list(Service.objects.filter(business=business).order_by("title"))
    for service in services:
        service.rating_count = random.randint(5, 90)
        service.rating_average = Decimal(random.randint(42, 50)) / 10
    Service.objects.bulk_update(services, ["rating_count", "rating_average"])
    business.rating_count = sum(member.rating_count for member in staff)
    business.rating_average = (
        sum((member.rating_average * member.rating_count for member in staff), Decimal(0)) / business.rating_count
    ).quantize(Decimal("0.01"))
    business.jobs_completed = sum(member.jobs_completed for member in staff)
    business.is_featured = random.random() < 0.2
    business.save(update_fields=["rating_count", "rating_average", "jobs_completed", "is_featured"])
