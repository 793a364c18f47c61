from collections import Counter

import pytest
from django.db import transaction

from apps.accounts.models import Profile, User
from apps.availability.models import BusyBlock, OpeningHours
from apps.bookings.models import Booking, CourseBooking
from apps.catalog.models import Business, Product, Service, StaffMember
from apps.demo import operations
from apps.demo.places import CITIES
from apps.disputes.models import Dispute
from apps.ledger.testing import assert_ledger_sound
from apps.payments.models import Chargeback, Payment
from apps.payouts.models import Payout, PayoutAccount
from apps.reconciliation.books.balance import BalanceCheck
from apps.reconciliation.models import Break, ReconciliationRun
from apps.statements.models import CommissionInvoice, Statement
from apps.subscriptions.models import Subscription

pytestmark = pytest.mark.django_db
# One shop in each city and a sixth; enough of every kind of row.
SHOPS = 6


def everything():
    """What the demo made, without the keys and references that chance gives."""
    return {
        "people": list(User.objects.order_by("phone").values_list("first_name", "last_name", "email", "phone", "role")),
        "businesses": list(
            Business.objects.order_by("name").values_list("name", "address", "city", "time_zone", "location", "rating_average")
        ),
        "staff": list(StaffMember.objects.order_by("display_name", "business__name").values_list("display_name", "bio")),
        "services": list(
            Service.objects.order_by("business__name", "title").values_list("title", "price_minor", "rating_count")
        ),
        "products": list(Product.objects.order_by("business__name", "title").values_list("title", "price_minor")),
        "bookings": sorted(
            Booking.objects.values_list(
                "business__name", "service__title", "customer__email", "starts_at", "status", "total_minor"
            )
        ),
    }  # fmt: skip


def test_the_same_seed_gives_the_same_marketplace(now):
    before = transaction.savepoint()  # the desk of payments opens transactions that cannot be nested in one of ours
    operations.seed(seed=7, at=now, most=SHOPS)
    first = everything()
    transaction.savepoint_rollback(before)
    operations.seed(seed=7, at=now, most=SHOPS)

    assert everything() == first


def test_the_demo_looks_like_a_place_and_its_books_are_sound(now):
    operations.seed(seed=7, at=now, most=SHOPS)

    assert PayoutAccount.objects.filter(state="VERIFIED", is_default=True).count() == SHOPS + 1
    assert Payout.objects.filter(state="PAID").exists()
    assert set(Business.objects.values_list("city", flat=True)) == {city.name for city in CITIES}
    for business in Business.objects.all():
        city = next(city for city in CITIES if city.name == business.city)
        assert any(
            abs(business.location.y - latitude) < 0.01 and abs(business.location.x - longitude) < 0.01
            for _, latitude, longitude in city.quarters
        )
        assert business.time_zone == city.time_zone
    assert OpeningHours.objects.count() == SHOPS * 7
    assert not Service.objects.filter(description="").exists()
    assert not StaffMember.objects.exclude(user__role="CEO").filter(bio="").exists()
    assert not Profile.objects.filter(avatar="").exists()
    names = Counter(User.objects.values_list("first_name", "last_name"))
    assert names.most_common(1)[0][1] == 1
    states = Counter(Booking.objects.values_list("status", flat=True))
    assert states["COMPLETED"] >= SHOPS * 2
    assert states["CONFIRMED"] >= SHOPS
    taken = set(BusyBlock.objects.filter(is_active=True).values_list("booking_id", flat=True))
    alone = Booking.objects.filter(status="CONFIRMED", slot=None)
    assert set(alone.values_list("pk", flat=True)) <= taken
    whole = CourseBooking.objects.get()
    assert (whole.status, whole.seats, whole.parts.count()) == ("CONFIRMED", 2, 4)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.opened_at < now, dispute.messages.count()) == ("OPEN", True, 1)
    assert dict(Counter(Chargeback.objects.values_list("status", flat=True))) == {
        "NEEDS_RESPONSE": 1, "LOST": 1, "WON": 1,
    }  # fmt: skip
    assert [payment.parked_minor for payment in Payment.objects.parked()] == [495_000]
    run = ReconciliationRun.objects.get()
    assert (run.state, run.found) == ("DONE", 2)
    assert {BalanceCheck(**each).unexplained_minor for each in run.balances} == {0}
    assert dict(Counter(Break.objects.values_list("state", flat=True))) == {"OPEN": 1, "RESOLVED": 1}
    assert Statement.objects.filter(month__month=10, business__isnull=False).exclude(lines=[]).exists()
    assert CommissionInvoice.objects.exists()
    assert_ledger_sound()


def test_some_businesses_are_on_plans_and_some_people_follow_practitioners(now):
    operations.seed(seed=7, at=now, most=SHOPS)

    plans = Business.objects.exclude(plan_code="BASIC").order_by("plan_code").values_list("plan_code", flat=True)
    assert list(plans) == ["PREMIUM", "PRO", "PRO"]
    assert Subscription.objects.filter(state="ACTIVE", practitioner__isnull=False).count() == 2
    assert_ledger_sound()
