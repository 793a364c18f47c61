"""Every list comes in pages of at most a hundred, and costs as many queries for many rows as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import operations as accounts
from apps.accounts.operations import AddressText
from apps.availability import operations as availability
from apps.availability.models import CapacitySlot
from apps.bookings import operations as bookings
from apps.bookings.models import JobPosition, RankingReview, SosAlarm, WaitingEntry
from apps.bookings.tests.course_world import book, course
from apps.bookings.tests.world import HOUR, START, open_payment
from apps.catalog import operations as catalog
from apps.catalog.tests.factories import (
    BundleFactory,
    BusinessFactory,
    CategoryFactory,
    MembershipFactory,
    PackageFactory,
    PaperFactory,
    ProductFactory,
    ServiceFactory,
    StaffMemberFactory,
    UserFactory,
)
from apps.core import clock
from apps.core.ids import new_id
from apps.credits.tests.purse import promise
from apps.invoices import operations as invoices
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.loyalty import operations as loyalty
from apps.loyalty.operations import Trade
from apps.notifications.tests.factories import notified
from apps.packages.tests.sold import bought
from apps.payments.models import Payment, SavedMethod
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import ask as ask_for_payout
from apps.payouts.tests.payees import earn, of_business, of_person, usable_account
from apps.subscriptions.models import PractitionerPlan
from tests.security import walking
from tests.security.registry import address_of
from tests.security.test_requests import lists
from tests.security.undoing import undone
from tests.security.world import (
    DAY,
    bearer_of,
    chargeback,
    dispute,
    followed,
    park,
    planned,
    receivable,
    reconciled,
    told_month,
)

pytestmark = pytest.mark.django_db

# Lists whose queries say what is looked for.
ASKED = {
    "GET /api/v1/businesses/{business_id}/staff/{staff_id}/sick-leave/": lambda it: {
        "from": START.isoformat(), "to": (START + 60 * DAY).isoformat(),
    },
    "GET /api/v1/maestro/staff/": lambda it: {
        "business": it.world.business.pk, "service": it.world.service.pk, "start": (START + 30 * DAY).isoformat(),
    },
}  # fmt: skip


@pytest.fixture
def walk():
    made = walking.begin()
    add_rows(made.stranger)
    return made


def add_rows(stranger):
    """Three of everything that there was one of."""
    world, at = stranger.world, clock.now()
    owner, customer, business = world.owner, world.customer, world.business
    for number in range(3):
        _of_business(world, stranger.category, stranger.product.category, number, at)
        _of_customer(customer, number, at)
        other = BusinessFactory(owner=owner)
        other.categories.add(stranger.category)
        MembershipFactory(business=other, user=world.desk)
        world.paid(start=START + (10 + number) * DAY, staff=world.staff)
        CategoryFactory()
        ended = world.book(start=START + (15 + number) * DAY)
        bookings.cancel_booking(booking_id=ended.pk, by=customer, at=at, reason="")
        ledger.credit_wallet(
            customer_id=customer.pk,
            currency="NGN",
            amount_minor=100,
            source=addresses.promotions("NGN"),
            idempotency_key=f"c{number}",
            at=at,
            cause_type="TEST",
            cause_id=ended.pk,
        )
        accounts.create_api_key(user=customer, name=f"Till {number}", scopes=["read"], at=at)
        with clock.frozen(at - timedelta(minutes=number + 1)):
            notified(customer, "booking_confirmed", at=clock.now())
        promise(customer, 100)
        open_payment(stranger.unpaid)
        park(open_payment(stranger.unpaid), at)
        _of_sessions(stranger, number, at)
        _of_safety(stranger.paid, number, at)
        chargeback(stranger.payment, at, f"dp_more_{number}")
        receivable(UserFactory(), at)
        dispute(world, START + (25 + number) * DAY, at)
        _of_payouts(world, number)
        followed(world)
        PractitionerPlan.objects.create(
            practitioner=stranger.offer.practitioner, name=f"Circle {number}", currency="NGN", price_minor=100_000
        )
        planned(world, at)
        reconciled(at, number + 1)
        told_month(world.business, at, number + 1)
        trade = Trade(hold_id=new_id(), customer_id=customer.pk, gross_minor=1_000_000, currency="NGN")
        loyalty.earn_points(trades=[trade], at=at)
    for paid in Payment.objects.filter(payer=customer, status="SUCCEEDED").exclude(invoices__isnull=False):
        invoices.issue_invoices(payment_id=paid.pk, at=at)
    business.categories.add(stranger.category)
    world.staff.has_public_page = world.staff.is_verified = True
    world.staff.save()


def _of_business(world, category, shelf, number, at):
    business, owner = world.business, world.owner
    staff = StaffMemberFactory(business=business, has_public_page=True, is_verified=True)
    staff.skills.set([category])
    service = ServiceFactory(business=business, category=category, performers=[staff, world.staff])
    world.service.performers.add(staff)
    service.places = ["AT_BUSINESS"]
    service.save()
    ProductFactory(business=business, category=shelf)
    for make in (PackageFactory, BundleFactory):
        make(business=business, services={service: 2})
    bought(world, services={world.service: 1, service: 1})
    RankingReview.objects.create(staff_member=staff, opened_at=at, declines=4, clears_at=at + 30 * DAY)
    PaperFactory(business=business)
    catalog.add_branch(
        business_id=business.pk, fields={"name": f"Branch {number}", "address": "2 Marina"}, by=owner, at=at
    )
    catalog.add_photo(
        business_id=business.pk, url="https://cdn.guild.example/p.jpg", caption="", position=number, by=owner, at=at
    )
    availability.set_opening_exception(
        business_id=business.pk, on=(START + (20 + number) * DAY).date(), spans=[], by=owner, at=at
    )
    span = {
        "starts_at": START + (40 + number) * DAY,
        "ends_at": START + (40 + number) * DAY + HOUR,
        "by": owner,
        "at": at,
    }
    availability.mark_busy(staff_member_id=staff.pk, **span)
    availability.add_calendar(
        staff_member_id=staff.pk, name="", address=f"https://calendar.example/{number}.ics", by=owner, at=at
    )
    availability.take_time_off(staff_member_id=world.staff.pk, **span)


def _of_sessions(stranger, number, at):
    starts_at = START + (1 + number) * DAY
    CapacitySlot.objects.create(
        business=stranger.world.business, service=stranger.world.service, starts_at=starts_at,
        ends_at=starts_at + HOUR, max_capacity=4,
    )  # fmt: skip
    WaitingEntry.objects.create(
        slot=stranger.slot, service=stranger.world.service, customer=UserFactory(), waits_until=stranger.slot.starts_at
    )
    made = course(stranger.world, start=starts_at + 2 * HOUR)
    book(stranger.world, made)


def _of_payouts(world, number):
    number_of = f"77889900{20 + number}"
    for kind, payee, person in (
        (PayoutKind.BUSINESS, of_business(world.business), world.owner),
        (PayoutKind.WALLET, of_person(world.customer), world.customer),
    ):
        earn(kind, payee, 600_000 + number)
        usable_account(payee, person, number=number_of)
        ask_for_payout(kind, payee, person, amount_minor=600_000)


def _of_safety(booking, number, at):
    user = booking.staff_member.user
    moment = at + timedelta(minutes=number)
    JobPosition.objects.create(booking=booking, by=user, lat=6.4, lng=3.4, recorded_at=moment, received_at=moment)
    SosAlarm.objects.create(
        booking=booking,
        raised_by=user,
        raised_as="STAFF",
        raised_at=moment,
        acknowledged_by=user,
        acknowledged_at=moment,
    )


def _of_customer(customer, number, at):
    accounts.add_address(
        user=customer,
        text=AddressText(label=f"Place {number}", lines=[f"{number} Broad Street"], city="Lagos", country="NG"),
        is_default=False,
        at=at,
    )
    accounts.register_device(user=customer, kind="FCM", address=f"token-{number}", name=f"Phone {number}", at=at)
    SavedMethod.objects.create(owner=customer, gateway="stripe", token="t", token_digest=f"x{number}", kind="CARD")


def ask(client, point, walk, **query):
    with undone(), CaptureQueriesContext(connection) as counted:
        answer = client.get(
            address_of(point, walk.stranger), ASKED.get(point.name, lambda it: {})(walk.stranger) | query
        )
    rows = answer.json()["data"]["results"] if answer.status_code == 200 else []
    return rows, len(counted)


def test_a_list_costs_the_same_queries_for_many_rows_as_for_one(api, walk):
    world = walk.stranger.world
    people = [world.customer, world.owner, world.performer, walk.people["ADMIN"]]
    clients = [api(**bearer_of(person)) for person in people]
    thin = []
    for point, _ in lists():
        client = max(clients, key=lambda each: len(ask(each, point, walk, page_size=100)[0]))
        many, for_many = ask(client, point, walk, page_size=100)
        one, for_one = ask(client, point, walk, page_size=1)
        if len(many) < 3:
            thin.append((point.name, len(many)))
        elif len(one) != 1 or for_many > for_one:
            walk.complain(point, f"{for_one} queries for {len(one)} row, {for_many} for {len(many)}")

    walk.ends_well()
    assert not thin, f"Lists without rows prove nothing, seed them in add_rows: {thin}"


def test_a_page_holds_a_hundred_rows_at_most(api, walk):
    SavedMethod.objects.bulk_create(
        SavedMethod(owner=walk.stranger.customer, gateway="stripe", token="t", token_digest=f"y{number}", kind="CARD")
        for number in range(120)
    )
    client = api(**bearer_of(walk.stranger.customer))

    for size, expected in (("1000", 100), ("100", 100), ("0", 20), ("-1", 20), ("", 20)):
        data = client.get("/api/v1/payments/methods/", {"page_size": size}).json()["data"]
        assert (len(data["results"]), data["next"] is not None) == (expected, True), size


def test_every_list_uses_one_of_the_two_paginators():
    """Both hold the limit; what pages otherwise is named here."""
    from django.urls import get_resolver

    from apps.core.api.pagination import CursorPagination, PagePagination

    odd = []
    for view in _views(get_resolver().url_patterns):
        used = getattr(view, "pagination_class", None)
        if used is not None and not issubclass(used, (PagePagination, CursorPagination)):
            odd.append(view.__name__)

    assert odd == []
    assert (PagePagination.max_page_size, CursorPagination.max_page_size) == (100, 100)


def _views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns)
        else:
            found = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
            if found is not None and found.__module__.startswith("apps."):
                yield found
