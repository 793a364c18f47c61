"""What a person gets out, and what is left of them afterwards: across all apps, over HTTP."""

import pytest

from apps.accounts.tests.factories import PASSWORD
from apps.bookings.models import Booking
from apps.bookings.tests.world import fresh, make_world
from apps.catalog.models import Membership, StaffMember
from apps.core import clock
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.notifications.models import Preference
from apps.payments.gateways.registry import gateway
from apps.payments.models import Payment, SavedMethod

pytestmark = pytest.mark.django_db
PROFILE, EXPORT, ERASE = "/api/v1/profile/", "/api/v1/profile/export/", "/api/v1/profile/erase/"
ACCOUNT = "/api/v1/auth/user/"


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


@pytest.fixture
def world():
    made = make_world()
    made.customer.set_password(PASSWORD)
    made.customer.save()
    return made


@pytest.fixture
def card(world):
    return SavedMethod.objects.create(
        owner=world.customer, gateway="paystack", token="AUTH_secret", token_digest="d", customer_gateway_id="CUS_1",
        kind="card", brand="visa", last4="4081", is_default=True,
    )  # fmt: skip


def in_wallet(user, amount_minor):
    ledger.credit_wallet(
        customer_id=user.pk,
        currency="NGN",
        amount_minor=amount_minor,
        source=addresses.suspense("NGN"),
        idempotency_key="w",
        at=clock.now(),
    )


def test_a_customers_profile_shows_wallet_credits_and_how_they_pay(api, world, card):
    data = api(world.customer).get(PROFILE).json()["data"]

    assert data["wallet_balance"] == []
    assert data["credit_balance"] == []
    assert data["addresses"] == []
    assert data["payment_profile"]["gateway_customers"] == [{"gateway": "paystack", "customer_id": "CUS_1"}]
    assert data["payment_profile"]["default_method"]["last4"] == "4081"
    assert "AUTH_secret" not in str(data)


def test_who_am_i_carries_the_notification_preferences_and_takes_them(api, world):
    customer = api(world.customer)
    assert customer.get(ACCOUNT).json()["data"]["notification_preferences"]["booking_started"]["PUSH"] is True

    answer = customer.patch(ACCOUNT, {"notification_preferences": {"booking_started": {"PUSH": False}}})

    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["notification_preferences"]["booking_started"]["PUSH"] is False
    assert Preference.objects.filter(user=world.customer, channel="PUSH", is_enabled=False).count() == 1


@pytest.mark.parametrize(
    ("table", "status", "code"),
    [
        ({"booking_started": True}, 400, "invalid"),
        ({"booking_started": {"PUSH": "no"}}, 400, "invalid"),
        ({"no_such_kind": {"PUSH": False}}, 400, "invalid"),
        ({"booking_started": {"PIGEON": False}}, 400, "invalid"),
        ({"password_changed": {"EMAIL": False}}, 400, "cannot_be_muted"),
    ],
)
def test_preferences_that_make_no_sense_change_nothing(api, world, table, status, code):
    answer = api(world.customer).patch(ACCOUNT, {"first_name": "Changed", "notification_preferences": table})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    world.customer.refresh_from_db()
    assert world.customer.first_name == "Ada"
    assert not Preference.objects.exists()


def test_the_export_holds_what_every_app_keeps(api, world, card):
    booking = world.paid(special_requests="Ground floor, please.")

    data = api(world.customer).get(EXPORT).json()["data"]

    assert [each["reference"] for each in data["bookings"]] == [booking.reference]
    assert data["bookings"][0]["special_requests"] == "Ground floor, please."
    assert [each["status"] for each in data["payments"]["payments"]] == ["SUCCEEDED"]
    assert data["payments"]["methods"][0]["last4"] == "4081"
    assert {each["notification_type"] for each in data["notifications"]["told"]} >= {"booking_confirmed"}
    assert data["wallet"] == []
    assert "AUTH_secret" not in str(data)


def test_open_bookings_keep_an_account_for_the_customer_and_for_who_does_the_work(api, world):
    booking = world.paid()
    world.performer.set_password(PASSWORD)
    world.performer.save()

    for person in (world.customer, world.performer):
        answer = api(person).post(ERASE, {"password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (409, "erasure_refused")
        assert answer.json()["data"]["reasons"] == ["You have open bookings. Complete or cancel them first."]
    assert fresh(booking).status == "CONFIRMED"


def test_money_in_the_wallet_keeps_an_account(api, world):
    in_wallet(world.customer, 5_000)

    answer = api(world.customer).post(ERASE, {"password": PASSWORD})

    assert answer.json()["data"]["reasons"] == [
        "There is money in your wallet. Spend it or withdraw it to your bank first."
    ]


def test_money_of_a_closed_business_keeps_its_owners_account(api, world):
    world.completed()
    world.business.is_active = False
    world.business.save()
    world.owner.set_password(PASSWORD)
    world.owner.save()

    answer = api(world.owner).post(ERASE, {"password": PASSWORD})

    assert answer.json()["data"]["reasons"] == ["Your businesses have money that is not paid out yet."]


def test_erasing_a_customer_leaves_the_books_and_nobody_in_them(api, world, card):
    booking = world.completed(special_requests="Ring twice")
    Booking.objects.filter(pk=booking.pk).update(address="12 Admiralty Way")

    answer = api(world.customer).post(ERASE, {"password": PASSWORD})

    assert answer.status_code == 200, answer.json()
    kept = Booking.objects.get(pk=booking.pk)
    assert (kept.status, kept.address, kept.special_requests, kept.location) == ("COMPLETED", "", "", None)
    forgotten = SavedMethod.all_objects.get()
    assert (forgotten.is_deleted, forgotten.token, forgotten.last4, forgotten.customer_gateway_id) == (True, "", "", "")
    assert Payment.objects.get().metadata == {}


def test_erasing_a_worker_takes_the_name_from_the_business(api, world):
    member = Membership.objects.get(business=world.business, user=world.performer, kind="STAFF")
    world.performer.set_password(PASSWORD)
    world.performer.save()

    answer = api(world.performer).post(ERASE, {"password": PASSWORD})

    assert answer.status_code == 200, answer.json()
    staff = StaffMember.objects.get(pk=world.staff.pk)
    assert (staff.display_name, staff.bio, staff.is_active, staff.location) == ("—", "", False, None)
    kept = Membership.objects.get(pk=member.pk)
    assert (kept.state, kept.ended_at, kept.invited_email) == ("LEFT", clock.now(), "")
