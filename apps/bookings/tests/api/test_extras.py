"""What is added to a running job, over HTTP: prices, stock, refusal, payment, waiving, and who may not book again."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.bookings import operations
from apps.bookings.models import AddedExtra, Booking
from apps.bookings.tests.world import HOUR, MINUTE, NOW, START, fresh, let_through
from apps.catalog.models import Product
from apps.catalog.tests.factories import ExtraFactory, ProductFactory, ServiceFactory, UserFactory
from apps.core import clock
from apps.core.ids import new_id
from apps.core.models import AuditEntry
from apps.core.sweeps import run_sweep
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.notifications.models import Notification
from apps.payments import operations as payments
from apps.payments.errors import NotPayable
from apps.payments.operations import ItemToPay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_are_sound")]
WEEK = timedelta(days=7)


@pytest.fixture
def oil(world):
    return ProductFactory(business=world.business, title="Oil", price_minor=50_000, stock_count=3)


@pytest.fixture
def stones(world):
    return ExtraFactory(service=world.service, name="Hot stones", price_minor=100_000)


def item(thing, quantity=1):
    return {"type": type(thing).__name__.upper(), "id": str(thing.pk), "quantity": quantity}


def add(client, booking, *items, **more):
    return client.patch(f"/api/v1/bookings/{booking.pk}/add-extra/", {"items": list(items), **more})


def act(client, booking, extra, name, **body):
    return client.post(f"/api/v1/bookings/{booking.pk}/extras/{extra.pk}/{name}/", body)


def detail(client, booking):
    return client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]


def begin_to_pay(world, *extras, at=None):
    items = [ItemToPay(item_type="EXTRA", item_id=extra.pk) for extra in extras]
    return payments.initialize_payment(items=items, payer=world.customer, at=at or clock.now())


def complete(world, booking):
    operations.complete_booking(booking_id=booking.pk, by=world.performer, at=clock.now())


def told(kind):
    return list(Notification.objects.filter(notification_type=kind).values_list("user", flat=True))


def left(product):
    return Product.objects.get(pk=product.pk).stock_count


def test_the_total_grows_at_once_the_customer_hears_and_stock_moves(world, api, oil, stones):
    booking = world.running()
    other = ServiceFactory(business=world.business, title="Scrub", price_minor=200_000)

    answer = add(api(world.performer), booking, item(oil, 2), item(stones), item(other))

    shown = answer.json()["data"]
    assert answer.status_code == 200, answer.json()
    assert (shown["total"]["amount"], shown["extras_total"]["amount"]) == ("9000.00", "4000.00")
    assert sorted((line["kind"], line["amount"]["amount"]) for line in shown["lines"]) == [
        ("ADDED", "1000.00"), ("ADDED", "1000.00"), ("ADDED", "2000.00"), ("SERVICE", "5000.00"),
    ]  # fmt: skip
    assert left(oil) == 1
    assert told("extra_added") == [world.customer.pk]
    assert detail(api(world.customer), booking)["total"]["amount"] == "9000.00"
    assert EscrowHold.objects.get(unit_id=booking.pk).gross_minor == 500_000


def test_what_cannot_be_added_changes_nothing(world, api, oil, stones):
    booking = world.running()
    client = api(world.performer)
    foreign = ProductFactory()

    short = add(client, booking, item(stones), item(oil, 4))

    assert (short.status_code, short.json()["code"], short.json()["data"]["left"]) == (409, "out_of_stock", 3)
    assert add(client, booking, item(foreign)).json()["code"] == "product_not_found"
    assert add(client, booking, item(ExtraFactory())).json()["code"] == "extra_unknown"
    assert add(client, booking, item(ServiceFactory())).json()["code"] == "service_not_found"
    assert add(client, booking, item(oil, 0)).status_code == 400
    assert add(client, booking).status_code == 400
    assert (AddedExtra.objects.count(), left(oil), left(foreign)) == (0, 3, 10)
    assert told("extra_added") == []


def test_only_the_business_adds_and_only_while_it_runs(world, api, stones):
    booking = world.paid()
    assert add(api(world.performer), booking, item(stones)).json()["code"] == "wrong_state"
    operations.start_booking(booking_id=booking.pk, by=world.performer, at=clock.now())
    assert add(api(world.customer), booking, item(stones)).status_code == 403
    assert add(api(UserFactory()), booking, item(stones)).status_code == 404
    assert add(api(world.ops), booking, item(stones)).json()["code"] == "reason_missing"
    assert add(api(world.desk), booking, item(stones)).status_code == 200
    assert AuditEntry.objects.filter(action="booking.add-extra", actor=world.desk).count() == 1
    complete(world, booking)
    assert add(api(world.performer), booking, item(stones)).json()["code"] == "wrong_state"
    assert AddedExtra.objects.count() == 1


def test_the_customer_may_refuse_until_completion(world, api, oil, stones):
    booking = world.running()
    add(api(world.performer), booking, item(oil, 2), item(stones))
    oils, stone = AddedExtra.objects.get(kind="PRODUCT"), AddedExtra.objects.get(kind="EXTRA")
    client = api(world.customer)
    offered = {each["name"]: each["available_actions"] for each in detail(client, booking)["extras"]}["Oil"]
    assert [(each["name"], each["enabled"], each["path"]) for each in offered] == [
        ("refuse", True, f"/api/v1/bookings/{booking.pk}/extras/{oils.pk}/refuse/")
    ]
    assert act(api(world.performer), booking, oils, "refuse").status_code == 403

    refused = act(client, booking, oils, "refuse")

    assert refused.status_code == 200, refused.json()
    assert (refused.json()["data"]["total"]["amount"], left(oil)) == ("6000.00", 3)
    assert set(told("extra_refused")) == {world.performer.pk, world.owner.pk}
    assert act(client, booking, oils, "refuse").json()["code"] == "wrong_state"
    complete(world, booking)
    assert act(client, booking, stone, "refuse").json()["code"] == "wrong_state"
    assert (left(oil), fresh(booking).extras_minor) == (3, 100_000)


def test_at_completion_the_customer_pays_and_the_money_clears_apart(world, api, oil, stones, drain_outbox):
    booking = world.running()
    add(api(world.performer), booking, item(oil), item(stones))
    extras = list(AddedExtra.objects.all())
    with pytest.raises(NotPayable):
        begin_to_pay(world, *extras)
    assert told("payment_required") == []

    complete(world, booking)

    asked = Notification.objects.get(notification_type="payment_required")
    assert (asked.user_id, asked.context["amount"]) == (world.customer.pk, {"amount_minor": 150_000, "currency": "NGN"})
    shown = detail(api(world.customer), booking)["extras"]
    assert {(each["state"], each["available_actions"][0]["name"]) for each in shown} == {("DUE", "pay")}
    base = EscrowHold.objects.get(unit_id=booking.pk)
    assert (base.state, base.gross_minor) == ("PENDING_CLEARANCE", 500_000)
    with clock.frozen(NOW + HOUR):
        let_through(begin_to_pay(world, *extras))
    holds = EscrowHold.objects.filter(unit_type="EXTRA")
    assert sorted((hold.gross_minor, hold.state, hold.release_due_at) for hold in holds) == [
        (amount, "PENDING_CLEARANCE", NOW + 25 * HOUR) for amount in (50_000, 100_000)
    ]
    assert set(AddedExtra.objects.values_list("state", flat=True)) == {"PAID"}
    with clock.frozen(NOW + 24 * HOUR):
        run_sweep("ledger.release_due")
    assert fresh(booking).payment_status == "RELEASED"
    assert {hold.state for hold in holds.all()} == {"PENDING_CLEARANCE"}
    with clock.frozen(NOW + 25 * HOUR):
        run_sweep("ledger.release_due")
    assert {hold.state for hold in holds.all()} == {"RELEASED"}


def test_nobody_else_pays_and_nobody_twice(world, api, stones):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    complete(world, booking)
    extra = AddedExtra.objects.get()
    body = {"items": [{"type": "EXTRA", "id": str(extra.pk)}]}

    assert api(UserFactory()).post("/api/v1/payments/initialize/", body).status_code == 404
    assert api(world.customer).post("/api/v1/payments/initialize/", body).status_code == 201
    let_through(begin_to_pay(world, extra))
    again = api(world.customer).post("/api/v1/payments/initialize/", body)

    assert (again.status_code, again.json()["code"]) == (409, "already_paid")


def test_what_is_unpaid_after_seven_days_blocks_new_bookings_until_it_is_paid(world, api, stones):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    complete(world, booking)
    extra = AddedExtra.objects.get()
    client = api(world.customer)
    later = NOW + WEEK

    def book(hour):
        body = {"service": str(world.service.pk), "start": (later + hour * HOUR).isoformat()}
        return client.post("/api/v1/bookings/", body)

    with clock.frozen(later - MINUTE):
        assert run_sweep("bookings.tell_blocked") == 0
        assert book(30).status_code == 201
    with clock.frozen(later):
        with transaction.atomic():  # a refusal ends its request's transaction
            refused = book(40)
        assert (refused.status_code, refused.json()["code"]) == (409, "extras_unpaid")
        assert refused.json()["data"] == {
            "owed": [
                {
                    "type": "EXTRA", "id": str(extra.pk), "booking": booking.reference, "name": "Hot stones",
                    "amount": {"amount": "1000.00", "currency": "NGN"},
                }
            ],
            "pay": "/api/v1/payments/initialize/",
        }  # fmt: skip
        assert (run_sweep("bookings.tell_blocked"), run_sweep("bookings.tell_blocked")) == (1, 0)
        assert (told("extra_overdue"), told("extra_overdue_business")) == ([world.customer.pk], [world.owner.pk])
        world.book(customer=UserFactory(), start=later + 50 * HOUR)
        let_through(begin_to_pay(world, extra))
        assert book(40).status_code == 201


def test_the_business_may_waive_it(world, api, stones):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    complete(world, booking)
    extra = AddedExtra.objects.get()
    assert act(api(world.performer), booking, extra, "waive", reason="Sorry.").status_code == 403
    assert act(api(world.customer), booking, extra, "waive", reason="Sorry.").status_code == 403
    assert act(api(world.desk), booking, extra, "waive").status_code == 400

    waived = act(api(world.desk), booking, extra, "waive", reason="With our apologies.")

    assert waived.status_code == 200, waived.json()
    assert (waived.json()["data"]["total"]["amount"], waived.json()["data"]["extras"][0]["state"]) == (
        "5000.00", "WAIVED",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="booking.extra_waived")
    assert (entry.actor, entry.reason, entry.before, entry.after["state"]) == (
        world.desk, "With our apologies.", {"state": "DUE"}, "WAIVED",
    )  # fmt: skip
    assert told("extra_waived") == [world.customer.pk]
    with clock.frozen(NOW + WEEK):
        world.book(start=NOW + WEEK + 30 * HOUR)


def test_money_for_what_was_waived_meanwhile_goes_back(world, api, stones, drain_outbox):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    complete(world, booking)
    extra = AddedExtra.objects.get()
    payment = begin_to_pay(world, extra)
    act(api(world.desk), booking, extra, "waive", reason="With our apologies.")

    let_through(payment)
    drain_outbox()

    assert AddedExtra.objects.get().state == "WAIVED"
    assert Balance.objects.get(account__address=addresses.wallet(world.customer.pk, "NGN")).posted == 100_000
    assert EscrowHold.objects.get(unit_type="EXTRA").state == "REFUNDED"


def test_money_of_an_extra_that_is_refunded_later_is_noted(world, api, stones, drain_outbox):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    complete(world, booking)
    extra = AddedExtra.objects.get()
    payment = begin_to_pay(world, extra)
    let_through(payment)

    payments.request_refund(payment_id=payment.pk, reason="Agreed.", at=clock.now())
    drain_outbox()

    assert (AddedExtra.objects.get().state, fresh(booking).extras_minor) == ("RETURNED", 0)


def test_what_costs_nothing_asks_for_nothing(world, api):
    booking = world.running()
    add(api(world.performer), booking, item(ExtraFactory(service=world.service, price_minor=0)))

    complete(world, booking)

    assert AddedExtra.objects.get().state == "PAID"
    assert told("payment_required") == []


def test_the_timeline_tells_it_in_order(world, api, oil, stones):
    booking = world.running()
    add(api(world.performer), booking, item(oil))
    act(api(world.customer), booking, AddedExtra.objects.get(), "refuse")
    with clock.frozen(NOW + MINUTE):
        add(api(world.performer), booking, item(stones))
    with clock.frozen(NOW + HOUR):
        complete(world, booking)
        act(api(world.desk), booking, AddedExtra.objects.get(kind="EXTRA"), "waive", reason="Sorry.")

    entries = api(world.customer).get(f"/api/v1/bookings/{booking.pk}/timeline/").json()["data"]["results"]

    extras = [(each["what"], each["amount"]["amount"]) for each in entries if each["what"].startswith("extra-")]
    assert extras == [
        ("extra-added", "500.00"), ("extra-refused", "500.00"), ("extra-added", "1000.00"), ("extra-due", "1000.00"),
        ("extra-waived", "1000.00"),
    ]  # fmt: skip


def test_showing_a_booking_costs_the_same_for_one_extra_and_for_many(world, api, stones, count_queries):
    booking = world.running()
    client = api(world.performer)

    def costs():
        with count_queries() as counted:
            detail(client, booking)
        return len(counted)

    add(client, booking, item(stones))
    alone = costs()
    add(client, booking, item(stones), item(stones))

    assert costs() == alone <= 6


# --- Guards of the tables -------------------------------------------------------------------------------------------
def added(world, api, stones):
    booking = world.running()
    add(api(world.performer), booking, item(stones))
    return booking, AddedExtra.objects.get()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("extra_is_of_one_kind", {"extra": None}),
        ("extra_quantity_in_range", {"quantity": 0, "amount_minor": 0}),
        ("extra_amount_adds_up", {"amount_minor": 1}),
        ("extra_state_known", {"state": "LOST"}),
        ("extra_refused_when", {"state": "REFUSED"}),
        ("extra_due_when", {"state": "DUE"}),
        ("extra_paid_when", {"state": "PAID"}),
        ("extra_waived_by_whom_and_why", {"state": "WAIVED", "waived_at": START}),
    ],
)
def test_the_tables_own_guards(world, api, stones, constraint, change):
    added(world, api, stones)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        AddedExtra.objects.update(**change)


def test_extras_move_as_drawn_are_never_deleted_and_keep_their_terms(world, api, stones):
    booking, _ = added(world, api, stones)
    for act_ in (
        lambda: AddedExtra.objects.update(state="RETURNED", paid_at=START),
        lambda: AddedExtra.objects.all().delete(),
        lambda: AddedExtra.objects.update(name="Cheaper"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act_()
    assert AddedExtra.objects.get().state == "ADDED"
    assert fresh(booking).extras_minor == 100_000


def test_the_database_lets_nothing_be_added_or_refused_when_the_work_is_over(world, api, stones):
    booking, extra = added(world, api, stones)
    Booking.objects.filter(pk=booking.pk).update(
        status="COMPLETED",
        actual_end_time=NOW,
        duration_minutes=0,
        ask_at=None,
        remind_at=None,
        change_number=4,
        change="complete",
    )

    with pytest.raises(IntegrityError, match="added and refused while it runs"), transaction.atomic():
        AddedExtra.objects.update(state="REFUSED", refused_at=NOW)
    extra.pk = new_id()
    with pytest.raises(IntegrityError, match="added and refused while it runs"), transaction.atomic():
        extra.save(force_insert=True)


def test_the_sum_on_the_booking_is_the_databases_own(world, api, stones):
    booking, _ = added(world, api, stones)

    AddedExtra.objects.update(state="WAIVED", waived_at=NOW, waived_by=world.desk, waive_reason="Sorry.")

    assert fresh(booking).extras_minor == 0
