"""Tips: promised over HTTP, paid through the desk, whole in the performer's own wallet."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.bookings import operations
from apps.bookings.models import Tip
from apps.bookings.tests.sessions import paid_seat, session
from apps.bookings.tests.test_races import at_once
from apps.bookings.tests.world import NOW, START, decline, fresh, let_through, make_world
from apps.catalog import operations as catalog
from apps.catalog.models import Membership
from apps.catalog.tests.factories import MembershipFactory, UserFactory
from apps.core import clock
from apps.core.money import Money
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.models import PaymentAllocation
from apps.payments.operations import ItemToPay
from apps.payments.sandbox.play import Act, act

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]
AMOUNT = {"amount": "200.00", "currency": "NGN"}
NAIRA = Money(20_000, "NGN")


def promise(api, booking, who=None, **more):
    return api(who or booking.customer).post(f"/api/v1/bookings/{booking.pk}/tip/", {"amount": AMOUNT, **more})


def begin(tip_id, payer):
    item = ItemToPay(item_type="TIP", item_id=tip_id)
    return payments.initialize_payment(items=[item], payer=payer, at=clock.now())


def tip(api, booking, **more):
    """A tip, promised and paid."""
    answer = promise(api, booking, **more)
    assert answer.status_code == 201, answer.json()
    let_through(begin(answer.json()["data"]["id"], booking.customer))
    return Tip.objects.get(pk=answer.json()["data"]["id"])


def has(address):
    row = Balance.objects.filter(account__address=address).first()
    return row.posted if row else 0


def tips_of(user):
    return has(addresses.tips(user.pk, "NGN"))


def test_a_tip_is_promised_paid_and_whole_in_the_performers_wallet(api, world):
    booking = world.completed()

    promised = promise(api, booking)
    paid = api(world.customer).post(
        "/api/v1/payments/initialize/", {"items": [{"type": "TIP", "id": promised.json()["data"]["id"]}]}
    )
    assert (promised.status_code, paid.status_code, tips_of(world.performer)) == (201, 201, 0)
    let_through(PaymentAllocation.objects.get(kind="TIP").payment)

    data = promised.json()["data"]
    assert (data["state"], data["amount"], data["staff"]) == (
        "DUE", AMOUNT, {"id": str(world.staff.pk), "name": "Chidi"},
    )  # fmt: skip
    row = Tip.objects.get(pk=data["id"])
    assert (row.state, row.paid_at, tips_of(world.performer)) == ("PAID", NOW, 20_000)
    wallet = api(world.performer).get("/api/v1/wallet/balance/").json()["data"]
    assert wallet["tips"] == AMOUNT
    assert not EscrowHold.objects.filter(unit_type="TIP").exists()
    for who in (world.customer, world.desk):
        told = api(who).get(f"/api/v1/bookings/{booking.pk}/timeline/").json()["data"]["results"]
        assert [(each["amount"], each["reason"]) for each in told if each["what"] == "tip"] == [(AMOUNT, "Chidi")]


def test_the_performer_hears_of_it_once(api, world):
    booking = world.completed()
    row = tip(api, booking)

    operations.receive_tip_money(tip_id=row.pk, at=NOW)

    told = Notification.objects.get(notification_type="tip_received")
    assert (told.user, told.context["amount"]["amount_minor"]) == (world.performer, 20_000)
    assert (told.context["customer_name"], told.subject_reference) == ("Ada Obi", booking.reference)


def test_several_tips_also_after_the_release(api, world):
    booking = world.completed()
    operations.confirm_release(booking_id=booking.pk, by=world.customer, at=NOW)
    assert fresh(booking).payment_status == "RELEASED"

    tip(api, booking)
    tip(api, booking, amount={"amount": "50.00", "currency": "NGN"})

    assert tips_of(world.performer) == 25_000
    assert fresh(booking).payment_status == "RELEASED"


def test_an_owner_who_did_the_work_has_their_tip_too(api, world):
    staff = world.owner_as_staff()
    booking = world.paid(staff=staff)
    operations.start_booking(booking_id=booking.pk, by=world.owner, at=NOW)
    operations.complete_booking(booking_id=booking.pk, by=world.owner, at=NOW)

    tip(api, booking)

    assert tips_of(world.owner) == 20_000
    assert api(world.owner).get("/api/v1/wallet/balance/").json()["data"]["tips"] == AMOUNT


def test_it_is_for_whoever_did_the_work_in_the_end(api, world):
    booking, other = world.paid(), world.person()
    decline(booking)
    operations.choose_staff(booking_id=booking.pk, staff_id=other.pk, by=world.customer, at=NOW)
    operations.start_booking(booking_id=booking.pk, by=other.user, at=NOW)
    operations.complete_booking(booking_id=booking.pk, by=other.user, at=NOW)

    tip(api, booking)

    assert (tips_of(other.user), tips_of(world.performer)) == (20_000, 0)


def test_of_a_crew_one_is_named(api, db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    second = world.person()
    booking = world.paid(staff=None)
    operations.start_booking(booking_id=booking.pk, by=world.desk, at=NOW)
    operations.complete_booking(booking_id=booking.pk, by=world.desk, at=NOW)

    unnamed, stranger = promise(api, booking), promise(api, booking, staff=str(make_world().staff.pk))
    tip(api, booking, staff=str(second.pk))

    assert [(each.status_code, each.json()["code"]) for each in (unnamed, stranger)] == [(400, "tip_unclear")] * 2
    assert (tips_of(second.user), tips_of(world.performer)) == (20_000, 0)


def test_the_host_of_a_session_is_tipped_and_without_a_host_nobody_is(api, world):
    hosted, open_one = session(world, host=world.staff), session(world, start=START.replace(hour=15))
    seats = [paid_seat(world, slot) for slot in (hosted, open_one)]
    for slot in (hosted, open_one):
        operations.start_session(slot_id=slot.pk, by=world.desk, at=NOW)
        operations.complete_session(slot_id=slot.pk, by=world.desk, at=NOW)

    tip(api, fresh(seats[0]))
    refused = promise(api, fresh(seats[1]))

    assert tips_of(world.performer) == 20_000
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_tip")


def test_the_tip_of_somebody_who_left_is_kept_for_them(api, world):
    booking = world.completed()
    member = Membership.objects.filter(business=world.business, user=world.performer, kind="STAFF").first()
    member = member or MembershipFactory(business=world.business, user=world.performer, kind="STAFF")
    catalog.remove_member(business_id=world.business.pk, membership_id=member.pk, by=world.owner, at=NOW)

    tip(api, booking)

    kept = has(addresses.tips_payable(world.performer.pk, "NGN"))
    assert (tips_of(world.performer), kept) == (0, 20_000)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": {"amount": "0.00", "currency": "NGN"}}, "tip_unclear"),
        ({"amount": {"amount": "-1.00", "currency": "NGN"}}, "invalid"),
        ({"amount": {"amount": "5.00", "currency": "USD"}}, "tip_unclear"),
        ({"amount": "5.00"}, "invalid"),
        ({}, "invalid"),
        ({"amount": AMOUNT, "tax": 1}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(api, world, body, code):
    booking = world.completed()

    answer = api(world.customer).post(f"/api/v1/bookings/{booking.pk}/tip/", body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Tip.objects.exists()


def test_only_the_customer_tips_and_only_once_the_work_is_complete(api, world):
    early, booking = world.paid(start=START.replace(hour=15)), world.completed()

    answers = [
        promise(api, early), promise(api, booking, world.owner), promise(api, booking, world.performer),
        promise(api, booking, UserFactory()), promise(api, booking, world.ops),
    ]  # fmt: skip

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "wrong_state"), (403, "action_not_allowed"), (403, "action_not_allowed"), (404, "booking_not_found"), (403, "action_not_allowed"),
    ]  # fmt: skip
    assert not Tip.objects.exists()


def test_nobody_tips_themselves(api, world):
    booking = world.completed(customer=world.performer)

    answer = promise(api, booking)

    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_to_tip")


def test_somebody_elses_tip_cannot_be_paid_and_a_paid_one_not_again(api, world):
    booking = world.completed()
    row = tip(api, booking)
    unpaid = promise(api, booking).json()["data"]["id"]

    def pay(who, key):
        answer = api(who).post("/api/v1/payments/initialize/", {"items": [{"type": "TIP", "id": str(key)}]})
        return answer.status_code, answer.json()["code"]

    assert pay(UserFactory(), unpaid)[0] == 404
    assert pay(world.customer, row.pk) == (409, "already_paid")


def test_the_same_key_promises_one_tip(api, world):
    booking = world.completed()
    client = api(world.customer, **{"Idempotency-Key": "tip-1"})

    answers = [client.post(f"/api/v1/bookings/{booking.pk}/tip/", {"amount": AMOUNT}) for _ in range(2)]

    assert answers[0].json()["data"]["id"] == answers[1].json()["data"]["id"]
    assert Tip.objects.count() == 1


def test_the_gateway_may_repeat_itself(api, world):
    booking = world.completed()
    key = promise(api, booking).json()["data"]["id"]

    let_through(begin(key, world.customer), Act.REPEAT)

    assert (tips_of(world.performer), Notification.objects.filter(notification_type="tip_received").count()) == (
        20_000,
        1,
    )


def test_a_tip_that_was_paid_twice_is_one_tip_and_the_rest_is_in_the_customers_wallet(api, world):
    booking = world.completed()
    key = promise(api, booking).json()["data"]["id"]
    attempts = [begin(key, world.customer) for _ in range(2)]

    for attempt in attempts:
        let_through(attempt)

    assert (tips_of(world.performer), has(addresses.wallet(world.customer.pk, "NGN"))) == (20_000, 20_000)
    assert sorted(PaymentAllocation.objects.filter(kind="TIP").values_list("state", flat=True)) == [
        "CREDITED",
        "FUNDED",
    ]


def test_available_actions_say_so(api, world):
    booking = world.completed()

    customer, owner = (
        {
            each["name"]: each
            for each in api(who).get(f"/api/v1/bookings/{booking.pk}/").json()["data"]["available_actions"]
        }
        for who in (world.customer, world.owner)
    )

    assert (customer["tip"]["enabled"], customer["tip"]["path"]) == (True, f"/api/v1/bookings/{booking.pk}/tip/")
    assert "tip" not in owner


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_payments_of_one_tip_that_arrive_at_once():
    world = make_world()
    booking = world.completed()

    for number in range(5):
        made = operations.offer_tip(booking_id=booking.pk, amount=NAIRA, by=world.customer, at=NOW)
        attempts = [begin(made.pk, world.customer) for _ in range(2)]
        for attempt in attempts:
            act(reference=attempt.reference, choice=Act.APPROVE, at=NOW)

        at_once(
            *(
                lambda attempt=attempt: payments.verify_payment(reference=attempt.reference, by=world.customer, at=NOW)
                for attempt in attempts
            )
        )

        assert Tip.objects.get(pk=made.pk).state == "PAID"
        assert tips_of(world.performer) == has(addresses.wallet(world.customer.pk, "NGN")) == 20_000 * (number + 1)


@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("tip_is_more_than_nothing", {"amount_minor": 0}),
        ("tip_paid_when", {"state": "PAID"}),
        ("tip_paid_when", {"paid_at": NOW}),
        ("tip_paid_when", {"state": "GONE"}),
        ("tip_is_for_somebody_else", {"performer": "customer"}),
        ("tip_after_the_work", {"booking": "unfinished"}),
    ],
)
def test_the_tables_own_guards(world, guard, change):
    booking, unfinished = world.completed(), world.paid(start=START.replace(hour=15))
    named = {"customer": world.customer, "unfinished": unfinished}
    change = {name: named.get(value, value) if isinstance(value, str) else value for name, value in change.items()}

    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        promised(world, change.pop("booking", booking), **change)


@pytest.mark.parametrize("change", [{"amount_minor": 1}, {"performer_id": None}, {"state": "DUE", "paid_at": None}])
def test_a_tip_stays_as_it_was_promised_and_paid(world, change):
    made = promised(world, world.completed(), state="PAID", paid_at=NOW)
    if "performer_id" in change:
        change = {"performer_id": UserFactory().pk}

    with pytest.raises(DatabaseError), transaction.atomic():
        Tip.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def promised(world, booking, **change):
    row = {
        "booking": booking, "customer": world.customer, "staff_member": world.staff, "performer": world.performer,
        "amount_minor": 20_000, "currency": "NGN",
    }  # fmt: skip
    return Tip.objects.create(**{**row, **change})
