"""The machine: every pair of states, in the model, in the database and over HTTP."""

from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from apps.bookings import machine
from apps.bookings.models import Booking, BookingTransition, Decline, ReplacementOffer
from apps.bookings.states import MOVES, BookingStatus, Party
from apps.bookings.tests.world import HOUR, START, fresh
from apps.catalog.tests.factories import ExtraFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
S = BookingStatus
ACTS = {
    "approve": {}, "reject": {"reason": "Closed."}, "start": {}, "complete": {}, "cancel": {}, "no-show": {},
    "reschedule": {"start": "2026-11-23T09:00:00Z"}, "confirm-release": {}, "decline": {"reason_code": "SICK"},
    "accept-replacement": {}, "choose-staff": {"staff": "…"}, "reassign": {"staff": "…"}, "cash": {},
    "dispute": {"reason": "OTHER", "note": "No."},
    "update": {"special_requests": "Quiet, please."}, "notes": {"owner_notes": "A regular."}, "contact": {"channel": "CALL"},
    "sop": {"items": [{"id": "towels", "done": True}]}, "add-extra": {"items": [{"type": "EXTRA", "id": "…"}]},
    "tip": {"amount": {"amount": "500.00", "currency": "NGN"}}, "sos": {"lat": 6.45, "lng": 3.47},
    "positions": {"points": [{"lat": 6.45, "lng": 3.47, "at": "2026-11-18T09:00:00Z"}]},
}  # fmt: skip
# What is paid has nothing to clear yet nor to dispute, and no cash to take.
NEVER = {"confirm-release", "dispute", "cash"}
# When what can be done at some moments only is done
MOMENTS = {"no-show": START + HOUR, "sos": START}
TOWELS = {"id": "towels", "label": "Towels", "required": False, "done": False, "done_by": None, "done_at": None}


def test_the_models_transitions_are_exactly_the_drawn_moves():
    field = Booking._meta.get_field("status")
    drawn = {(each.source, each.target) for each in field.get_all_transitions(Booking)}

    assert drawn == set(MOVES)


def test_every_action_of_the_machine_is_tried_in_every_state():
    assert set(ACTS) == {action.name for action in machine.ACTIONS} - {"pay"}


def test_every_transition_of_a_person_carries_its_action():
    field = Booking._meta.get_field("status")
    by_people = {each.name: each.custom["action"] for each in field.get_all_transitions(Booking) if each.custom}

    assert by_people == {
        "approve": machine.APPROVE, "reject": machine.REJECT, "start": machine.START, "complete": machine.COMPLETE,
        "cancel": machine.CANCEL, "miss": machine.NO_SHOW, "decline": machine.DECLINE,
        "accept": machine.ACCEPT_REPLACEMENT, "choose": machine.CHOOSE_STAFF, "give_up": machine.GIVE_UP,
    }  # fmt: skip


def put(booking, status, *, other=None):
    """The booking stands in a state, past the guards of the moves; its moments are all set. ``other`` is offered."""
    at = clock.now()
    is_offered = other is not None and status == S.DECLINED_WITH_OPTION
    if other is not None and status in {S.DECLINED, S.DECLINED_WITH_OPTION}:
        decline = Decline.objects.create(
            booking=booking, staff_member=booking.staff_member, starts_at=booking.starts_at, ends_at=booking.ends_at, reason_code="SICK",
            by=booking.staff_member.user, acting_as=Party.STAFF, at=at,
        )  # fmt: skip
        if is_offered:
            ReplacementOffer.objects.create(
                booking=booking, decline=decline, staff_member=other, offered_at=at, alert_at=at
            )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Booking.objects.filter(pk=booking.pk).update(
            status=status, payment_status="HELD", confirmed_at=at, actual_start_time=at, actual_end_time=at,
            duration_minutes=0, cancelled_at=at, rejected_at=at, rejection_reason="Why", expired_at=at,
            declined_at=at, no_show_at=at, ask_at=None, remind_at=None, expires_at=at, replacement=other if is_offered else None,
            sop_checklist=[TOWELS],
        )  # fmt: skip
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(("source", "target"), list(product(S, S)))
def test_the_database_allows_exactly_the_drawn_moves(world, source, target):
    booking, other = world.book(), world.person()
    put(booking, source, other=other)
    moved = Booking.objects.filter(pk=booking.pk)
    option = {"replacement": other if target == S.DECLINED_WITH_OPTION else None}

    if source == target or (source, target) in set(MOVES):
        assert moved.update(status=target, change_number=2, change="test", **option) == 1
    else:
        with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
            moved.update(status=target, change_number=2, **option)


@pytest.mark.parametrize(("status", "name"), list(product(S, ACTS)))
def test_every_action_in_every_state_does_what_the_machine_says_or_nothing(world, api, status, name):
    booking, other = world.paid(), world.person()
    put(booking, status, other=other)
    action = next(action for action in machine.ACTIONS if action.name == name)
    only = {frozenset({Party.CUSTOMER}): world.customer, frozenset({Party.STAFF}): world.performer}
    who = world.customer if name == "sos" else only.get(action.parties, world.owner)
    body = {"staff": str(other.pk)} if "staff" in ACTS[name] else ACTS[name]
    if name == "add-extra":
        body = {"items": [{"type": "EXTRA", "id": str(ExtraFactory(service=world.service).pk)}]}
    before = Booking.objects.filter(pk=booking.pk).values().get()

    with clock.frozen(MOMENTS.get(name, clock.now())):
        offered = {each["name"] for each in detail(api, who, booking)["available_actions"] if each["enabled"]}
        answer = getattr(api(who), action.method.lower())(f"/api/v1/bookings/{booking.pk}/{action.path}", body)

    allowed = status in action.sources and name not in NEVER
    assert (answer.status_code in {200, 201}) == allowed, answer.json()
    assert (name in offered) == allowed
    if not allowed:
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        if status not in action.sources:
            assert answer.json()["data"] == {"status": status, "allowed_in": list(action.sources)}
        assert Booking.objects.filter(pk=booking.pk).values().get() == before
        assert BookingTransition.objects.filter(booking=booking).count() == 2


@pytest.mark.parametrize("status", list(S))
def test_a_customer_cancels_in_their_own_way_while_a_booking_recovers(world, api, status):
    booking = world.paid()
    put(booking, status, other=world.person())
    ends = {
        S.PENDING: "CANCELLED", S.CONFIRMED: "CANCELLED", S.DECLINED: "CANCELLED_BY_SYSTEM",
        S.DECLINED_WITH_OPTION: "CANCELLED_BY_SYSTEM",
    }  # fmt: skip
    before = Booking.objects.filter(pk=booking.pk).values().get()

    offered = [each["name"] for each in detail(api, world.customer, booking)["available_actions"] if each["enabled"]]
    answer = api(world.customer).post(f"/api/v1/bookings/{booking.pk}/cancel/")

    assert offered.count("cancel") == (status in ends)
    if status in ends:
        assert answer.json()["data"]["status"] == ends[status]
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert Booking.objects.filter(pk=booking.pk).values().get() == before


def detail(api, who, booking):
    return api(who).get(f"/api/v1/bookings/{booking.pk}/").json()["data"]


def test_a_change_that_says_not_who_and_why_is_refused(world):
    booking = world.book()

    with pytest.raises(IntegrityError, match="without saying who"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(status=S.CANCELLED, cancelled_at=clock.now())

    assert fresh(booking).status == S.PENDING


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
def test_history_cannot_be_rewritten(world, change):
    booking = world.book()
    acts = {
        "update": lambda: BookingTransition.objects.filter(booking=booking).update(reason="Other"),
        "delete": lambda: BookingTransition.objects.filter(booking=booking).delete(),
        "truncate": lambda: connection.cursor().execute("TRUNCATE bookings_bookingtransition"),
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        acts[change]()

    assert booking.history.count() == 1


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("booking_status_known", {"status": "LOST"}),
        ("booking_in_order", {"ends_at": START, "change_number": 2}),
        ("booking_price_not_negative", {"base_minor": -1}),
        ("booking_premium_at_least_one", {"owner_premium": "0.50"}),
        ("booking_refunds_at_most_its_price", {"refunded_minor": 500_001}),
        ("booking_free_needs_no_payment", {"payment_status": None}),
        ("booking_unpaid_runs_out", {"expires_at": None}),
        ("booking_unpaid_work_does_not_start", {"status": "CONFIRMED", "confirmed_at": START}),
        ("booking_started_has_its_moment", {"status": "IN_PROGRESS", "confirmed_at": START, "payment_status": "HELD"}),
        (
            "booking_completed_has_its_moment",
            {"status": "COMPLETED", "confirmed_at": START, "payment_status": "HELD", "actual_start_time": START},
        ),
        ("booking_cancelled_has_its_moment", {"status": "CANCELLED"}),
        ("booking_rejected_says_why", {"status": "REJECTED", "rejected_at": START}),
        ("booking_expired_has_its_moment", {"status": "EXPIRED"}),
        ("booking_declined_has_its_moment", {"status": "DECLINED"}),
        ("booking_option_names_its_person", {"status": "DECLINED_WITH_OPTION", "declined_at": START}),
        ("booking_no_show_has_its_moment", {"status": "NO_SHOW", "confirmed_at": START, "payment_status": "HELD"}),
        ("booking_asks_while_it_is_on", {"ask_at": START}),
        ("booking_reminds_while_confirmed", {"remind_at": START}),
        ("booking_reference_once", {"reference": "OTHER"}),
    ],
)
def test_the_tables_own_guards(world, constraint, change):
    booking = world.book()
    world.book(start=START + 3 * HOUR)
    if change == {"reference": "OTHER"}:
        change = {"reference": Booking.objects.exclude(pk=booking.pk).get().reference}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Booking.objects.filter(pk=booking.pk).update(**change)


def test_one_job_of_a_person_runs_at_a_time(world):
    first, second = world.running(), world.paid(start=START + 3 * HOUR)

    with pytest.raises(IntegrityError, match="booking_one_job_in_progress"), transaction.atomic():
        Booking.objects.filter(pk=second.pk).update(
            status=S.IN_PROGRESS, actual_start_time=START, remind_at=None, change_number=3, change="start"
        )

    assert fresh(first).status == S.IN_PROGRESS


def test_bookings_are_never_deleted_and_their_terms_never_change(world):
    booking = world.book()

    with pytest.raises(DatabaseError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(cancellation_policy={"tiers": []})
