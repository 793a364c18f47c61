"""What a plan gives: a lower commission, being featured, more seats for people."""

import pytest

from apps.bookings.tests.world import START, let_through, open_payment
from apps.catalog import operations as catalog
from apps.catalog.errors import SeatsTaken
from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.operations import PlanEffects
from apps.catalog.states import MembershipKind
from apps.catalog.tests.factories import BusinessFactory, OwnerFactory, StaffMemberFactory, UserFactory
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.ledger.models import EscrowHold
from apps.ledger.testing import assert_ledger_sound
from apps.packages.tests.sold import bought
from apps.subscriptions import operations
from apps.subscriptions.models import Plan
from apps.subscriptions.tests.paid import DAY, PREMIUM, PRO, by_card, fresh, from_available, renew

HOUR = DAY / 24


def terms(unit_id=None):
    holds = EscrowHold.objects.filter(unit_id=unit_id) if unit_id else EscrowHold.objects.all()
    return [(hold.commission_rate_bp, hold.commission_rule) for hold in holds.order_by("funded_at", "pk")]


def test_the_plans_commission_is_frozen_with_each_hold(world, now):
    before = world.paid()
    subscription = from_available(world, amount_minor=PRO)
    during = world.paid(start=START + 4 * HOUR)
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)
    renew(subscription.period_ends_at)
    after = world.paid(start=START + 8 * HOUR)

    assert [terms(each.pk) for each in (before, during, after)] == [
        [(500, "STANDARD")], [(400, "PLAN")], [(500, "STANDARD")],
    ]  # fmt: skip
    assert_ledger_sound()


def test_a_quote_keeps_the_rate_that_held_when_it_was_opened(world):
    payment = open_payment(world.book())
    from_available(world, amount_minor=PRO)

    let_through(payment)

    assert terms() == [(500, "STANDARD")]


def test_uses_of_packages_have_the_plans_commission(world):
    by_card(world, "PREMIUM")

    bought(world, uses=2)

    assert terms() == [(300, "PLAN")] * 2


def test_the_businesss_own_rate_wins_over_its_plan(world):
    by_card(world, "PREMIUM")
    Business.objects.filter(pk=world.business.pk).update(commission_override_bp=450)

    world.paid()

    assert terms() == [(450, "OWN_RATE")]


def test_a_tier_that_is_lower_wins_over_the_plan(world, settings):
    settings.GUILD = {**settings.GUILD, "COMMISSION_TIERS": {"NGN": [(1, 350)]}}
    by_card(world, "PRO")
    world.paid()

    world.paid(start=START + 4 * HOUR)

    assert terms() == [(400, "PLAN"), (350, "VOLUME_ABOVE_1")]


def test_the_featured_are_found_whether_chosen_or_by_their_plan(world, api):
    BusinessFactory(name="Plain")
    chosen = BusinessFactory(name="Chosen", is_featured=True)
    from_available(world, "PREMIUM", amount_minor=PREMIUM)

    def names(query):
        rows = api().get(f"/api/v1/businesses/?{query}").json()["data"]["results"]
        return {row["name"]: row["is_featured"] for row in rows}

    assert names("is_featured=true") == {world.business.name: True, chosen.name: True}
    assert names("is_featured=false") == {"Plain": False}
    assert names("") == {world.business.name: True, chosen.name: True, "Plain": False}


def test_practitioners_of_a_featured_business_come_first(world, api):
    best = StaffMemberFactory(has_public_page=True, display_name="Best", rating_average=5)
    own = StaffMemberFactory(has_public_page=True, display_name="Own", is_featured=True)
    StaffMember.objects.filter(pk=world.staff.pk).update(has_public_page=True, rating_average=1)
    from_available(world, "PREMIUM", amount_minor=PREMIUM)

    def names(query):
        rows = api().get(f"/api/v1/practitioners/?{query}").json()["data"]["results"]
        return [(row["name"], row["is_featured"]) for row in rows]

    assert names("") == [("Chidi", True), ("Own", True), ("Best", False)]
    assert names("is_featured=false") == [(best.display_name, False)]
    assert {name for name, _ in names("is_featured=true")} == {"Chidi", own.display_name}


def seats(world, number):
    Business.objects.filter(pk=world.business.pk).update(staff_seats=number)


def invitation(world, **more):
    person = UserFactory(role="STAFF", **more)
    return person, Membership.objects.create(
        business=world.business, kind=MembershipKind.STAFF, invited_email=person.email,
        invitation_expires_at=clock.now() + DAY, invited_by=world.owner,
    )  # fmt: skip


def accept(world, person, membership):
    return catalog.accept_invitation(
        business_id=world.business.pk, membership_id=membership.pk, token="", by=person, at=clock.now()
    )


def test_nobody_is_added_beyond_the_seats_and_the_plan_that_would_do_is_named(world, api):
    seats(world, 1)
    person, membership = invitation(world)

    answer = api(person).post(
        f"/api/v1/businesses/{world.business.pk}/members/{membership.pk}/accept/", {"token": ""}, format="json"
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "seats_taken")
    assert answer.json()["data"] == {"plan": "BASIC", "seats": 1, "plan_needed": "BASIC"}
    membership.refresh_from_db()
    assert (membership.state, StaffMember.objects.count()) == ("INVITED", 1)


@pytest.fixture
def few_seats(db):
    """Plans with room for two people and for four."""
    Plan.objects.filter(code="BASIC").update(staff_seats=2)
    Plan.objects.filter(code="PRO").update(staff_seats=4)


@pytest.mark.parametrize(("taken", "needed"), [(2, "PRO"), (4, "PREMIUM")])
@pytest.mark.usefixtures("few_seats")
def test_the_smallest_plan_with_a_seat_more_is_named(world, taken, needed):
    seats(world, None)
    for _ in range(taken - 1):
        StaffMemberFactory(business=world.business)
    seats(world, taken)
    person, membership = invitation(world)

    with pytest.raises(SeatsTaken) as refusal:
        accept(world, person, membership)

    assert refusal.value.data["plan_needed"] == needed


def test_a_seat_is_free_again_when_somebody_goes(world):
    seats(world, 1)
    StaffMember.objects.filter(pk=world.staff.pk).update(is_active=False)
    person, membership = invitation(world)

    accept(world, person, membership)

    assert StaffMember.objects.assignable().get().user == person


def test_the_owner_needs_a_seat_to_perform(world):
    seats(world, 1)

    with pytest.raises(SeatsTaken):
        catalog.edit_business(
            business_id=world.business.pk,
            changes={},
            categories=None,
            owner_performs=True,
            by=world.owner,
            at=clock.now(),
        )


@pytest.mark.usefixtures("few_seats")
def test_a_smaller_plan_sends_nobody_away_and_lets_nobody_in(world, now):
    subscription = from_available(world, amount_minor=PRO)
    for _ in range(3):
        StaffMemberFactory(business=world.business)
    operations.cancel_subscription(business_id=world.business.pk, by=world.owner, at=now)

    renew(subscription.period_ends_at)

    assert StaffMember.objects.assignable().filter(business=world.business).count() == 4
    StaffMember.objects.filter(pk=world.staff.pk).update(display_name="Still here")
    person, membership = invitation(world)
    with pytest.raises(SeatsTaken):
        accept(world, person, membership)


def test_what_a_plan_gives_is_edited_for_everybody_who_is_on_it(world, now):
    from_available(world, amount_minor=PRO)
    other = BusinessFactory()
    admin = UserFactory(role="ADMIN")
    pro, basic = Plan.objects.get(code="PRO"), Plan.objects.get(code="BASIC")

    operations.edit_plan(plan_id=pro.pk, changes={"commission_bp": 350}, by=admin, at=now)
    operations.edit_plan(plan_id=basic.pk, changes={"staff_seats": 12}, by=admin, at=now)

    assert (fresh(world.business).plan_commission_bp, fresh(other).staff_seats) == (350, 12)
    made = catalog.create_business(
        fields={"name": "New", "currency": "NGN"}, categories=[], owner_performs=False, by=OwnerFactory(), at=now
    )
    assert fresh(made).staff_seats == 12
    with pytest.raises(NotAllowed):
        operations.edit_plan(plan_id=pro.pk, changes={"commission_bp": 1}, by=world.ops, at=now)


def test_applying_a_plan_twice_is_harmless(world, now):
    effects = PlanEffects(plan_code="PRO", commission_bp=400, is_featured=False, staff_seats=25)

    for _ in range(2):
        catalog.apply_plan(business_id=world.business.pk, effects=effects, at=now)

    assert fresh(world.business).history.count() == 2
