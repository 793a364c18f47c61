"""Plans and subscriptions in the back office."""

import pytest

from apps.catalog.tests.factories import BusinessFactory, UserFactory
from apps.core.models import AuditEntry
from apps.subscriptions.models import Plan
from apps.subscriptions.profile_parts import export
from apps.subscriptions.tests.paid import by_card, fresh, from_available, member_by_card

pytestmark = pytest.mark.django_db
PAGES = [
    f"/admin/subscriptions/{name}/"
    for name in ("subscription", "bill", "plan", "practitionerplan", "subscriptionaudit")
]
SUBSCRIPTIONS = PAGES[0]


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role="ADMIN", is_staff=True))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_each_list_opens_and_nothing_can_be_added(office, world, page):
    member_by_card(world)
    by_card(world)

    assert office.get(page).status_code == 200
    assert office.get(f"{page}add/").status_code == 403


def test_a_subscription_shows_its_bills_and_its_history(office, world):
    subscription = by_card(world)

    shown = office.get(f"{SUBSCRIPTIONS}{subscription.pk}/change/").content.decode()

    assert "Waiting for its first payment" in shown or "INCOMPLETE" in shown
    assert "A month" in shown


def test_operations_end_one_with_a_reason(office, world):
    subscription = from_available(world)
    body = {"action": "end_now", "_selected_action": [str(subscription.pk)]}
    office.post(SUBSCRIPTIONS, {**body, "reason": ""}, follow=True)
    assert fresh(subscription).state == "ACTIVE"

    office.post(SUBSCRIPTIONS, {**body, "reason": "Fraud"}, follow=True)

    assert (fresh(subscription).state, fresh(world.business).plan_code) == ("ENDED", "BASIC")
    assert AuditEntry.objects.get(action="subscription.ended_by_operations").reason == "Fraud"


def test_what_a_plan_gives_is_edited_by_admin_for_everybody_on_it(office, client, world):
    from_available(world)
    pro = Plan.objects.get(code="PRO")
    page = f"/admin/subscriptions/plan/{pro.pk}/change/"
    assert office.get(page).status_code == 200
    body = {
        "name": "Pro", "description": "", "commission_bp": "350", "staff_seats": "30", "is_active": "on",
        "prices-TOTAL_FORMS": "0", "prices-INITIAL_FORMS": "0",
    }  # fmt: skip

    assert office.post(page, body).status_code == 302

    business = fresh(world.business)
    assert (business.plan_commission_bp, business.staff_seats) == (350, 30)
    client.force_login(world.ops)
    assert client.post(page, {**body, "commission_bp": "1"}).status_code == 403


def test_an_owner_sees_their_own_businesss_only(client, world):
    mine = from_available(world)
    other = BusinessFactory()
    client.force_login(other.owner)
    assert str(mine.pk) not in client.get(SUBSCRIPTIONS).content.decode()
    client.force_login(world.owner)

    assert str(mine.pk) in client.get(SUBSCRIPTIONS).content.decode()
    assert client.get(f"{SUBSCRIPTIONS}{mine.pk}/change/").status_code == 200


def test_a_persons_export_says_whom_they_follow(world, now):
    membership = member_by_card(world)

    assert export(membership.payer) == [
        {
            "plan": "Inner circle",
            "practitioner": "Chidi",
            "price": {"amount": "2500.00", "currency": "NGN"},
            "state": "ACTIVE",
            "since": now,
            "until": membership.period_ends_at,
            "ended_at": None,
        }
    ]
