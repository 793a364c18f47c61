"""A job is declined: who is offered instead, whose time is held, who hears of it."""

from decimal import Decimal

import pytest

from apps.availability import operations as availability
from apps.availability.errors import SlotTaken
from apps.availability.models import BusyBlock, TimeOff
from apps.bookings import operations
from apps.bookings.errors import BookingStarted, BookingWrongState, NoSuchBooking, NotPaid, NotYours
from apps.bookings.models import Decline, ReplacementOffer
from apps.bookings.tests.world import FREE, HOUR, MINUTE, NOW, START, decline, fresh, make_world
from apps.catalog.tests.factories import ExtraFactory, UserFactory
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db


def blocks(booking):
    rows = BusyBlock.objects.active().filter(booking_id=booking.pk).order_by("kind", "pk")
    return [(row.staff_member_id, row.kind, row.starts_at, row.ends_at, row.holder_id, row.expires_at) for row in rows]


def told(kind):
    return sorted(
        str(key) for key in Notification.objects.filter(notification_type=kind).values_list("user_id", flat=True)
    )


def test_the_best_free_person_is_offered_and_their_time_is_held(world):
    best = world.person("Best", rating_average=Decimal("4.90"), rating_count=80)
    world.person("Good", rating_average=Decimal("4.00"), rating_count=80)
    booking = world.paid()

    decline(booking, note="Fever.")

    booking = fresh(booking)
    assert (booking.status, booking.replacement, booking.staff_member) == ("DECLINED_WITH_OPTION", best, world.staff)
    assert (booking.declined_at, booking.ask_at, booking.payment_status) == (NOW, None, "HELD")
    assert blocks(booking) == [(best.pk, "REPLACEMENT_HOLD", START, START + HOUR, world.customer.pk, None)]
    row = Decline.objects.get()
    assert (row.staff_member, row.reason_code, row.note, row.starts_at, row.acting_as) == (
        world.staff, "SICK", "Fever.", START, "STAFF",
    )  # fmt: skip
    offer = ReplacementOffer.objects.get()
    assert (offer.staff_member, offer.outcome, offer.alert_at) == (best, "OPEN", NOW + 2 * HOUR)
    assert list(booking.history.values_list("change", "from_status", "to_status", "acting_as", "reason"))[2:] == [
        ("decline", "CONFIRMED", "DECLINED", "STAFF", "SICK: Fever."),
        ("offer", "DECLINED", "DECLINED_WITH_OPTION", "SYSTEM", ""),
    ]


def test_the_held_time_is_nobody_elses_and_the_declined_time_is_free(world):
    other = world.person()
    booking = world.paid()

    decline(booking)

    with pytest.raises(SlotTaken):
        world.book(customer=UserFactory(), staff=other)
    assert world.book(customer=UserFactory(), staff=world.staff).status == "PENDING"
    assert fresh(booking).status == "DECLINED_WITH_OPTION"


@pytest.mark.parametrize("who", ["nobody", "busy", "away", "unskilled", "owner"])
def test_where_nobody_is_free_the_owner_is_alerted_and_the_customer_may_choose(world, who):
    booking = world.paid()
    if who == "busy":
        world.book(customer=UserFactory(), staff=world.person())
    if who == "away":
        TimeOff.objects.create(staff_member=world.person(), starts_at=START - HOUR, ends_at=START + HOUR)
    if who == "unskilled":
        world.service.performers.remove(world.person())
    if who == "owner":
        world.owner_as_staff()  # at a premium

    decline(booking, reason_code="TOO_FAR")

    booking = fresh(booking)
    assert (booking.status, booking.replacement) == ("DECLINED", None)
    assert blocks(booking) == []
    assert told("booking_no_replacement") == sorted(str(key) for key in (world.owner.pk, world.desk.pk))
    alert = Notification.objects.filter(notification_type="booking_no_replacement").first()
    assert (alert.priority, alert.context["reason"]) == ("HIGH", "too far away")
    assert told("booking_declined") == [str(world.customer.pk)]


def test_with_a_replacement_each_side_hears_its_part(world):
    booking = world.paid()
    other = world.person("Ngozi")

    decline(booking, note="Private words.")

    assert told("booking_replacement_offered") == [str(world.customer.pk)]
    assert told("booking_declined_business") == [str(world.owner.pk)]
    assert told("booking_taken_off") == [str(world.performer.pk)]
    offered = Notification.objects.get(notification_type="booking_replacement_offered")
    assert set(offered.deliveries.values_list("channel", flat=True)) == {"EMAIL", "PUSH"}
    assert (offered.context["replacement_name"], offered.priority) == (other.display_name, "HIGH")
    gone = Notification.objects.get(notification_type="booking_taken_off")
    assert gone.attachments[0]["is_cancelled"] is True
    assert "Private words." not in str(
        Notification.objects.filter(user=world.customer).values_list("context", flat=True)
    )


def test_an_owner_without_a_premium_may_replace(db):
    world = make_world(business={"owner_premium": "1.00"})
    owner = world.owner_as_staff()
    booking = world.paid()

    decline(booking)

    assert fresh(booking).replacement == owner


def test_a_job_to_be_approved_and_a_free_one_are_declined_as_well(db):
    asked = make_world(business={"auto_confirm": False})
    pending = asked.paid()
    free = make_world(service=FREE)
    confirmed = free.book()

    decline(pending)
    decline(confirmed)

    assert (fresh(pending).status, fresh(confirmed).status) == ("DECLINED", "DECLINED")


def test_only_the_assigned_staff_declines_what_is_paid_and_to_come(world):
    booking, unpaid = world.paid(), world.book(start=START + 5 * HOUR)
    colleague, stranger = world.person(), make_world()
    calls = [
        (booking, world.customer, NOW, NotYours),
        (booking, world.owner, NOW, NotYours),
        (booking, world.desk, NOW, NotYours),
        (booking, world.ops, NOW, NotYours),
        (booking, colleague.user, NOW, NoSuchBooking),
        (booking, stranger.owner, NOW, NoSuchBooking),
        (unpaid, world.performer, NOW, NotPaid),
        (booking, world.performer, START, BookingStarted),
    ]

    for each, who, at, refusal in calls:
        with pytest.raises(refusal):
            operations.decline_booking(booking_id=each.pk, reason_code="OTHER", by=who, at=at)

    decline(booking)
    with pytest.raises(BookingWrongState):
        decline(booking)
    assert Decline.objects.count() == 1


def test_the_replacement_is_free_for_the_extras_as_well(world):
    extra = ExtraFactory(service=world.service, name="Hot stones", price_minor=100_000, duration_min=60)
    other = world.person()
    availability.block_time(
        staff_member_id=other.pk, starts_at=START + HOUR, ends_at=START + 2 * HOUR, kind="MANUAL", at=NOW
    )
    booking = world.paid(extra_ids=[extra.pk])
    assert booking.ends_at == START + 2 * HOUR

    decline(booking)

    assert fresh(booking).status == "DECLINED"


def test_an_extra_that_is_no_longer_offered_is_in_nobodys_way(world):
    extra = ExtraFactory(service=world.service, name="Hot stones", price_minor=100_000, duration_min=60)
    other = world.person()
    booking = world.paid(extra_ids=[extra.pk])
    extra.is_active = False
    extra.save()

    decline(booking)

    assert fresh(booking).replacement == other
    assert blocks(booking)[0][3] == START + 2 * HOUR


def test_a_service_that_is_no_longer_done_there_leaves_the_choice_to_the_customer(db):
    world = make_world(service={"places": ["AT_BUSINESS"]})
    world.person()
    booking = world.paid()
    world.service.places = ["VIRTUAL"]
    world.service.save()

    decline(booking)

    assert fresh(booking).status == "DECLINED"


def test_notice_is_not_asked_for_a_time_that_was_agreed(db):
    world = make_world(business={"notice_min": 240})
    other = world.person()
    booking = world.paid()

    decline(booking, at=START - 30 * MINUTE)

    offer = ReplacementOffer.objects.get()
    assert (offer.staff_member, offer.alert_at) == (other, START - 15 * MINUTE)


def test_a_crew_finds_somebody_for_the_one_who_declined(db):
    world = make_world(service={"assignment": "SEVERAL", "people_needed": 2})
    second, third = world.person("second"), world.person("third")
    booking = world.paid()
    leaving = next(each for each in (world.staff, second, third) if each.pk == booking.crew[1])
    staying, spare = booking.crew[0], {world.staff.pk, second.pk, third.pk} - set(booking.crew)

    decline(booking, by=leaving.user)

    assert {fresh(booking).replacement_id} == spare
    assert {row[0] for row in blocks(booking)} == {staying, *spare}
    operations.accept_replacement(booking_id=booking.pk, by=world.customer, at=NOW)
    booking = fresh(booking)
    assert (set(booking.crew), booking.status) == ({staying, *spare}, "CONFIRMED")
    assert {(row[0], row[1]) for row in blocks(booking)} == {(staying, "BOOKING"), (*spare, "BOOKING")}


@pytest.mark.parametrize(("reason", "is_offered"), [("SICK", False), ("OVERBOOKED", False), ("TOO_FAR", True)])
def test_whoever_cannot_come_then_is_not_offered_for_another_job_of_that_time(world, reason, is_offered):
    other = world.person()
    theirs = world.paid(staff=other, customer=UserFactory())
    booking = world.paid()
    decline(theirs, reason_code=reason)

    decline(booking)

    assert (fresh(booking).replacement == other) == is_offered
