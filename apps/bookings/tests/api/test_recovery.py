"""Declining and recovery over HTTP: who may, what the answers say, and what they cost."""

import pytest

from apps.bookings import operations
from apps.bookings.api import outputs
from apps.bookings.models import Decline, RankingReview, SickLeave
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world
from apps.catalog.tests.factories import StaffMemberFactory, UserFactory
from apps.core import clock

pytestmark = pytest.mark.django_db
URL = "/api/v1/bookings/"


def data(answer, status=200):
    assert answer.status_code == status, answer.json()
    return answer.json()["data"]


def actions(seen):
    return {each["name"]: each for each in seen["available_actions"] if each["enabled"]}


def test_from_decline_to_a_confirmed_booking(world, api):
    other = world.person("Ngozi")
    booking = world.paid()
    staff, customer = api(world.performer), api(world.customer)
    mine = data(staff.get(f"{URL}{booking.pk}/"))
    assert actions(mine)["decline"]["deadline"] == "2026-11-20T09:00:00Z"

    declined = data(staff.post(f"{URL}{booking.pk}/decline/", {"reason_code": "TOO_FAR", "note": "Other side."}))
    assert (declined["status"], declined["replacement"]) == (
        "DECLINED_WITH_OPTION", {"id": str(other.pk), "name": "Ngozi"},
    )  # fmt: skip
    seen = data(customer.get(f"{URL}{booking.pk}/"))
    assert {"accept-replacement", "choose-staff", "cancel"} <= set(actions(seen))
    assert actions(seen)["cancel"]["money_effect"] == "NGN 5000.00 goes back to the customer."
    assert not {"decline", "reschedule", "start"} & set(actions(seen))
    assert set(seen) == set(outputs.BookingOut().fields)
    names = data(customer.get(URL))["results"][0]["available_actions"]
    assert {"accept-replacement", "choose-staff", "cancel"} <= set(names)

    accepted = data(customer.post(f"{URL}{booking.pk}/accept-replacement/"))
    assert (accepted["status"], accepted["staff"]["name"], accepted["replacement"]) == ("CONFIRMED", "Ngozi", None)
    assert staff.get(f"{URL}{booking.pk}/").status_code == 404
    assert data(api(other.user).get(f"{URL}{booking.pk}/"))["contact"]["phone"] == world.customer.phone


def test_every_action_that_is_listed_succeeds_and_says_what_it_does_to_money(db, api):
    world = make_world()
    owner = world.owner_as_staff()
    booking = world.paid(staff=owner)
    decline(booking)
    client = api(world.customer)

    effect = actions(data(client.get(f"{URL}{booking.pk}/")))["accept-replacement"]["money_effect"]
    accepted = data(client.post(f"{URL}{booking.pk}/accept-replacement/"))

    assert effect == ("A replacement never costs more: NGN 2500.00 goes back where the owner's premium falls away.")
    assert (accepted["total"]["amount"], accepted["multiplier"]) == ("5000.00", "1.00")
    assert [line["kind"] for line in accepted["lines"]] == ["SERVICE"]


def test_why_somebody_declined_is_the_businesss_own(world, api):
    booking = world.paid()
    decline(booking, note="The customer was rude.")

    def reasons(who):
        entries = data(api(who).get(f"{URL}{booking.pk}/timeline/"))["results"]
        return [entry["reason"] for entry in entries if entry["what"] == "decline"]

    assert reasons(world.owner) == ["SICK: The customer was rude."]
    assert reasons(world.customer) == [""]
    assert "rude" not in str(data(api(world.customer).get(f"{URL}{booking.pk}/")))


def test_choosing_over_http(world, api):
    other = world.person()
    booking = world.paid()
    decline(booking)
    client = api(world.customer)
    url = f"{URL}{booking.pk}/choose-staff/"

    same = client.post(url, {"staff": str(world.staff.pk)})
    assert (same.status_code, same.json()["code"]) == (409, "staff_declined")
    taken = client.post(url, {"staff": str(other.pk), "start": "2026-11-18T09:00:00Z"})
    assert (taken.status_code, taken.json()["code"]) == (400, "start_in_past")
    assert client.post(url, {"staff": str(booking.pk)}).json()["code"] == "staff_unknown"
    assert client.post(url, {}).status_code == 400
    moved = data(client.post(url, {"staff": str(other.pk), "start": "2026-11-21T09:00:00Z"}))
    assert (moved["status"], moved["starts_at"], moved["staff"]["id"]) == (
        "CONFIRMED", "2026-11-21T09:00:00Z", str(other.pk),
    )  # fmt: skip


def test_bad_input_changes_nothing(world, api):
    booking = world.paid()
    client = api(world.performer)

    for body in (
        {},
        {"reason_code": "BORED"},
        {"reason_code": "SICK", "who": "me"},
        {"reason_code": "SICK", "note": "x" * 1001},
    ):
        assert client.post(f"{URL}{booking.pk}/decline/", body).status_code == 400
    assert fresh(booking).status == "CONFIRMED"


def test_for_others_it_is_not_there(world, api):
    other = world.person()
    booking = world.paid()
    decline(booking)
    elsewhere = make_world()

    for who in (UserFactory(), elsewhere.owner, elsewhere.performer, other.user):
        for name, body in (
            ("decline", {"reason_code": "SICK"}),
            ("accept-replacement", {}),
            ("choose-staff", {"staff": str(other.pk)}),
        ):
            assert api(who).post(f"{URL}{booking.pk}/{name}/", body).status_code == 404, name
    for name in ("decline", "accept-replacement"):
        assert api().post(f"{URL}{booking.pk}/{name}/", {"reason_code": "SICK"}).status_code == 401


def test_an_idempotency_key_declines_once(world, api):
    world.person()
    booking = world.paid()
    client = api(world.performer, **{"Idempotency-Key": "k1"})

    answers = [client.post(f"{URL}{booking.pk}/decline/", {"reason_code": "SICK"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert Decline.objects.count() == 1


def test_declining_costs_the_same_with_two_colleagues_and_with_many(world, api, count_queries):
    def cost(start):
        booking = world.paid(start=start)
        with count_queries() as counted:
            data(api(world.performer).post(f"{URL}{booking.pk}/decline/", {"reason_code": "OTHER"}))
        return len(counted)

    for number in range(2):
        world.person(f"few {number}")
    few = cost(START)
    for number in range(12):
        world.person(f"many {number}")

    assert cost(START + 24 * HOUR) == few


# --- Sick leave -----------------------------------------------------------------------------------------------------
def leave_url(world, staff=None):
    return f"/api/v1/businesses/{world.business.pk}/staff/{(staff or world.staff).pk}/sick-leave/"


SPAN = {"from": "2026-11-20T07:00:00Z", "to": "2026-11-20T19:00:00Z"}


def test_a_preview_then_one_action(world, api, drain_outbox):
    world.person()
    jobs = [world.paid(start=START + number * 2 * HOUR) for number in range(2)]
    world.paid(start=START + 24 * HOUR)
    client = api(world.desk)

    preview = data(client.get(leave_url(world), SPAN))
    assert [row["id"] for row in preview["results"]] == [str(job.pk) for job in jobs]
    assert set(preview["results"][0]) == set(outputs.BookingRowOut().fields)
    assert not SickLeave.objects.exists()
    reported = data(client.post(leave_url(world), {**SPAN, "note": "Flu."}), 201)
    assert [job["id"] for job in reported["jobs"]] == [str(job.pk) for job in jobs]
    assert set(reported) == set(outputs.SickLeaveOut().fields)
    assert set(reported["jobs"][0]) == set(outputs.JobOut().fields)
    assert (reported["from"], reported["to"]) == (SPAN["from"], SPAN["to"])
    drain_outbox()

    assert [fresh(job).status for job in jobs] == ["DECLINED_WITH_OPTION"] * 2
    assert data(client.get(leave_url(world), SPAN))["results"] == []
    again = data(client.post(leave_url(world), {**SPAN, "note": "Flu."}), 201)
    assert (again["id"], again["jobs"]) == (reported["id"], [])


def test_sick_leave_is_not_there_for_others_and_says_what_is_wrong(world, api):
    elsewhere = make_world()
    for who in (world.customer, world.performer, elsewhere.owner):
        assert api(who).get(leave_url(world), SPAN).status_code == 404
        assert api(who).post(leave_url(world), SPAN).status_code == 404
    assert api(world.owner).get(leave_url(world, elsewhere.staff), SPAN).status_code == 404
    assert api(world.desk).get(leave_url(world)).status_code == 400
    backwards = api(world.desk).post(leave_url(world), {"from": SPAN["to"], "to": SPAN["from"]})
    assert (backwards.status_code, backwards.json()["code"]) == (400, "span_invalid")
    assert api(world.ops).post(leave_url(world), SPAN).json()["code"] == "reason_missing"
    assert api(UserFactory(role="VIEWER")).post(leave_url(world), SPAN).status_code == 404


def test_a_preview_costs_the_same_for_one_and_many(world, api, count_queries):
    def cost():
        with count_queries() as counted:
            data(api(world.desk).get(leave_url(world), SPAN))
        return len(counted)

    world.paid()
    one = cost()
    for number in range(1, 4):
        world.paid(start=START + number * 2 * HOUR, customer=UserFactory())

    assert cost() == one


# --- Ranking Reviews ------------------------------------------------------------------------------------------------
def under_review(world):
    return RankingReview.objects.create(staff_member=world.staff, opened_at=NOW, declines=4, clears_at=NOW + HOUR)


def test_reviews_are_seen_by_those_whom_they_concern_and_lifted_by_ops(world, api):
    review, foreign = under_review(world), under_review(make_world())

    def seen(who):
        return [row["id"] for row in data(api(who).get("/api/v1/ranking-reviews/"))["results"]]

    assert seen(world.performer) == seen(world.desk) == seen(world.owner) == [str(review.pk)]
    assert seen(world.customer) == []
    assert set(seen(world.ops)) == {str(review.pk), str(foreign.pk)}
    url = f"/api/v1/ranking-reviews/{review.pk}/lift/"
    for who in (world.owner, world.performer, UserFactory(role="VIEWER")):
        assert api(who).post(url, {"reason": "x"}).status_code == 403
    assert api(world.ops).post(url, {}).status_code == 400
    lifted = data(api(world.ops).post(url, {"reason": "A broken car."}))
    assert (lifted["end"], lifted["reason"], set(lifted)) == (
        "LIFTED",
        "A broken car.",
        set(outputs.RankingReviewOut().fields),
    )
    assert api(world.ops).post(url, {"reason": "Again."}).json()["code"] == "wrong_state"


def test_the_list_of_reviews_costs_the_same_for_one_and_many(world, api, count_queries):
    def cost():
        with count_queries() as counted:
            data(api(world.owner).get("/api/v1/ranking-reviews/"))
        return len(counted)

    under_review(world)
    one = cost()
    for _ in range(4):
        RankingReview.objects.create(
            staff_member=StaffMemberFactory(business=world.business), opened_at=NOW, declines=4, clears_at=NOW + HOUR
        )

    assert cost() == one


def test_moving_tells_both_sides_with_the_calendar(world, api):
    from apps.notifications.models import Notification

    booking = world.paid()
    data(api(world.customer).post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-23T09:00:00Z"}))
    data(api(world.desk).post(f"{URL}{booking.pk}/reschedule/", {"start": "2026-11-24T09:00:00Z"}))

    rows = Notification.objects.filter(notification_type__startswith="booking_rescheduled")
    assert sorted(rows.values_list("notification_type", flat=True)) == (
        ["booking_rescheduled"] * 2 + ["booking_rescheduled_business"] * 4
    )
    own = rows.filter(user=world.customer).order_by("created_at", "pk").last()
    assert (own.context["moved_by"], own.context["starts_from"]) == ("Serenity Spa", "2026-11-23T09:00:00+00:00")
    file = own.attachments[0]
    assert (file["sequence"], file["is_cancelled"], file["starts_at"]) == (4, False, "2026-11-24T09:00:00Z")
    assert {row.user_id for row in rows} == {world.customer.pk, world.performer.pk, world.owner.pk}


def test_a_start_that_passed_leaves_nothing_to_do(world, api):
    booking = world.paid()
    decline(booking)

    with clock.frozen(START):
        seen = data(api(world.customer).get(f"{URL}{booking.pk}/"))
        assert actions(seen).keys() == {"cancel", "sos"}
        operations.lapse_booking(booking_id=booking.pk, at=START)
        seen = data(api(world.customer).get(f"{URL}{booking.pk}/"))

    assert seen["status"] == "CANCELLED_BY_SYSTEM"
    assert actions(seen).keys() == {"sos"}
