"""Plans and subscriptions in the back office."""

from datetime import timedelta

import pytest

from apps.catalog.tests.factories import BusinessFactory, UserFactory
from apps.core.models import AuditEntry
from apps.notifications.models import Notification
from apps.subscriptions.models import Plan, PlanPrice
from apps.subscriptions.profile_parts import export
from apps.subscriptions.tests.paid import PRO, by_card, fresh, from_available, member_by_card

pytestmark = pytest.mark.django_db
PAGES = [
    f"/admin/subscriptions/{name}/"
    for name in ("subscription", "bill", "billrefund", "plan", "practitionerplan", "subscriptionaudit")
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


def plan_page(code="PRO"):
    return f"/admin/subscriptions/plan/{Plan.objects.get(code=code).pk}/change/"


def as_shown(plan, *, changes=(), added=()):
    """The plan's page as it would be sent: its prices, some changed, and some added."""
    plan = Plan.objects.get(code=plan)
    prices = list(plan.prices.order_by("currency"))
    body = {
        "name": plan.name, "description": plan.description, "commission_bp": plan.commission_bp or "",
        "staff_seats": plan.staff_seats or "", "is_active": "on", "prices-TOTAL_FORMS": len(prices) + len(added),
        "prices-INITIAL_FORMS": len(prices),
    }  # fmt: skip
    rows = [
        {
            "id": row.pk, "plan": plan.pk, "currency": row.currency, "price_minor": row.price_minor,
            "gateway_code": row.gateway_code, **dict(changes).get(row.currency, {}),
        }
        for row in prices
    ]  # fmt: skip
    rows += [{"plan": plan.pk, **row} for row in added]
    return {**body, **{f"prices-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}}


def priced(code="PRO", currency="NGN"):
    row = PlanPrice.objects.get(plan__code=code, currency=currency)
    return row.price_minor, row.gateway_code


def test_a_price_is_changed_with_notice_to_those_who_pay_it_and_is_in_the_trail(office, world, now):
    subscription = from_available(world)
    body = as_shown("PRO", changes={"NGN": {"price_minor": PRO + 100, "gateway_code": "PLN_new"}})

    assert office.post(plan_page(), body).status_code == 302

    assert priced() == (PRO + 100, "PLN_new")
    subscription = fresh(subscription)
    assert (subscription.price_minor, subscription.next_price_minor) == (PRO, PRO + 100)
    assert subscription.next_price_from == now + timedelta(days=30)
    assert Notification.objects.filter(notification_type="subscription_price_change").count() == 1
    entry = AuditEntry.objects.get(action="plan.priced")
    assert entry.before == {"price_minor": PRO, "gateway_code": "", "currency": "NGN"}
    assert entry.after == {"price_minor": PRO + 100, "gateway_code": "PLN_new", "currency": "NGN"}
    assert not AuditEntry.objects.filter(action="plan.edited").exists()


def test_a_gateways_code_alone_gives_nobody_notice(office, world):
    subscription = from_available(world)

    office.post(plan_page(), as_shown("PRO", changes={"NGN": {"gateway_code": "PLN_x"}}))

    assert priced() == (PRO, "PLN_x")
    assert fresh(subscription).next_price_minor is None
    assert AuditEntry.objects.filter(action="plan.priced").count() == 1
    office.post(plan_page(), as_shown("PRO"))
    assert AuditEntry.objects.filter(action="plan.priced").count() == 1


def test_a_price_in_another_currency_is_added_once(office, world):
    PlanPrice.objects.filter(plan__code="PRO", currency="KES").delete()
    shilling = {"currency": "KES", "price_minor": 2_100, "gateway_code": "price_kes"}

    assert office.post(plan_page(), as_shown("PRO", added=[shilling])).status_code == 302

    assert priced(currency="KES") == (2_100, "price_kes")
    assert office.post(plan_page(), as_shown("PRO", added=[{**shilling, "price_minor": 9}])).status_code == 200
    assert priced(currency="KES") == (2_100, "price_kes")


@pytest.mark.parametrize("price", ["0", "-1", "", "1.5", str(10**30), "x"])
def test_what_is_no_price_is_refused_on_the_page(office, world, price):
    answer = office.post(plan_page(), as_shown("PRO", changes={"NGN": {"price_minor": price}}))

    assert (answer.status_code, priced()[0]) == (200, PRO)


def test_the_currency_of_a_price_stays_and_none_is_taken_away(office, world):
    office.post(plan_page(), as_shown("PRO", changes={"NGN": {"currency": "GHS", "price_minor": PRO + 1}}))
    assert priced()[0] == PRO + 1

    office.post(plan_page(), as_shown("PRO", changes={"NGN": {"DELETE": "on"}}))

    assert priced()[0] == PRO + 1


def test_the_free_plan_gets_no_price(office, world):
    shilling = {"currency": "KES", "price_minor": 2_100, "gateway_code": ""}

    office.post(plan_page("BASIC"), as_shown("BASIC", added=[shilling]))

    assert not PlanPrice.objects.filter(plan__code="BASIC").exists()


@pytest.mark.parametrize("role", ["OPS", "VIEWER"])
def test_others_look_at_prices_and_change_none(client, world, role):
    client.force_login(UserFactory(role=role, is_staff=True))
    shown = client.get(plan_page()).content.decode()
    assert str(PRO) in shown or "15,000" in shown
    assert 'name="prices-0-price_minor"' not in shown

    answer = client.post(plan_page(), as_shown("PRO", changes={"NGN": {"price_minor": 1}}))

    assert (answer.status_code, priced()[0]) == (403, PRO)


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
