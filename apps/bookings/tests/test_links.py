"""Links of letters: used twice, late, tampered with, opened by a scanner, of a booking that has changed meanwhile."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from apps.bookings import operations
from apps.bookings.models import ActionLink, Booking, BookingTransition
from apps.bookings.states import LinkAction
from apps.bookings.tests.links import PAGE, links_of, press, token_in, visit, words
from apps.bookings.tests.sessions import seat, session
from apps.bookings.tests.world import HOUR, NOW, START, decline, fresh, make_world
from apps.core import clock

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def link_to(booking, action):
    return token_in(operations.make_action_link(booking, action, at=clock.now()))


@pytest.fixture
def paid(world):
    return world.paid()


def test_the_approval_letter_has_both_links(db):
    world = make_world(business={"auto_confirm": False})
    booking = world.paid()
    operations.approve_booking(booking_id=booking.pk, by=world.desk, at=NOW)

    to_cancel, to_move = links_of(booking, "booking_approved")

    assert "Cancel this booking?" in words(visit(to_cancel))
    assert "Move this booking" in words(visit(to_move))
    kept = ActionLink.objects.filter(booking=booking).values_list("action", "expires_at", "used_at", "revoked_at")
    assert sorted(kept) == [("CANCEL", START, None, None), ("RESCHEDULE", START, None, None)]


def test_of_a_link_the_database_keeps_no_more_than_a_digest(paid):
    to_cancel, _ = links_of(paid)

    assert [to_cancel in str(row) for row in ActionLink.objects.values_list()] == [False, False]


def test_the_page_says_what_will_happen_and_the_button_does_it(world, paid):
    to_cancel, _ = links_of(paid)

    with clock.frozen(START - 2 * HOUR):
        page = words(visit(to_cancel))
        done = press(to_cancel)

    assert "You paid ₦5,000.00. ₦2,500.00 comes back to you; ₦2,500.00 is kept" in page
    assert "Nothing happens until you press the button." in page
    assert "Friday 20 November 2026, 10:00 – 11:00 (WAT)" in page
    assert done.status_code == 200
    assert "Your booking is cancelled." in words(done)
    assert "₦2,500.00 comes back to you" in words(done)
    booking = fresh(paid)
    assert (booking.status, booking.changed_by, booking.changed_as) == ("CANCELLED", world.customer, "CUSTOMER")


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_links_changes_nothing(paid, method):
    before = list(BookingTransition.objects.values_list()), list(ActionLink.objects.values_list())

    for token in links_of(paid):
        for _ in range(20):
            assert getattr(Client(), method)(PAGE, {"token": token}).status_code == 200

    assert (list(BookingTransition.objects.values_list()), list(ActionLink.objects.values_list())) == before
    assert press(links_of(paid)[0]).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_nothing_else_is_answered(paid, method):
    assert getattr(Client(), method)(f"{PAGE}?token={links_of(paid)[0]}").status_code == 405


def test_a_form_of_another_site_is_refused(paid):
    token = links_of(paid)[0]
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(PAGE, {"token": token}).status_code == 403
    secret = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(PAGE, {"token": token}).content.decode()
    )
    assert browser.post(PAGE, {"token": token, "csrfmiddlewaretoken": secret[1]}).status_code == 200
    assert fresh(paid).status == "CANCELLED"


def test_a_second_click_is_told_kindly(paid):
    to_cancel, to_move = links_of(paid)
    press(to_cancel)

    again, look, other = press(to_cancel), visit(to_cancel), visit(to_move)

    assert [page.status_code for page in (again, look, other)] == [410, 410, 410]
    assert "This link has been used" in words(again)
    assert "cancelled" in words(look)
    assert "See the booking" in words(look)
    assert "This link has ended with the booking." in words(other)
    assert BookingTransition.objects.filter(booking=paid, change="cancel").count() == 1


def test_a_link_runs_out_at_the_start(paid):
    to_cancel, to_move = links_of(paid)

    with clock.frozen(START):
        pages = [visit(to_cancel), press(to_cancel), press(to_move, to=(START + DAY).isoformat())]

    assert [page.status_code for page in pages] == [410, 410, 410]
    assert all("was good until the appointment's start" in words(page).replace("&#x27;", "'") for page in pages)
    assert fresh(paid).status == "CONFIRMED"


@pytest.mark.parametrize("spoil", [
    lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    lambda token: ("A" if token[0] != "A" else "B") + token[1:],
    lambda token: token.split(".")[0],
    lambda token: token + "x",
    lambda token: "",
    lambda token: "\N{PILE OF POO}" * 300,
])  # fmt: skip
def test_a_link_that_was_tampered_with_does_nothing(paid, count_queries, spoil):
    token = spoil(links_of(paid)[0])

    with count_queries() as counted:
        pages = [visit(token), press(token)]

    assert [page.status_code for page in pages] == [404, 404]
    assert "This link is not whole, or none of ours." in words(pages[0])
    assert "Ask us" in words(pages[0])
    assert len(counted) == 0
    assert fresh(paid).status == "CONFIRMED"


def test_a_signature_alone_opens_nothing(paid):
    """The row decides: a token that we signed and did not keep is none of ours."""
    from apps.bookings import link_tokens

    assert visit(link_tokens.new_token()).status_code == 404


def test_a_link_does_only_what_it_is_for(paid):
    to_cancel, to_move = links_of(paid)

    press(to_move, do="cancel")
    press(to_cancel, do="reschedule", to=(START + DAY).isoformat())

    assert (fresh(paid).status, fresh(paid).starts_at) == ("CANCELLED", START)  # each did its own, or nothing
    assert ActionLink.objects.get(action="RESCHEDULE").used_at is None


def test_free_times_by_day_and_one_of_them_taken(world, paid):
    _, to_move = links_of(paid)
    page = visit(to_move)
    offered = re.findall(r'name="to" value="([^"]+)"', page.content.decode())

    done = press(to_move, to=offered[3])

    assert "Friday 20 November" in words(visit(links_of(paid, "booking_rescheduled")[1]))
    assert page.content.decode().count("<details") == 5
    assert START.isoformat() not in offered
    assert "Your booking has moved." in words(done)
    assert fresh(paid).starts_at.isoformat() == offered[3]
    assert press(to_move, to=offered[4]).status_code == 410
    assert fresh(paid).starts_at.isoformat() == offered[3]


def test_later_days_are_one_step_away(paid):
    _, to_move = links_of(paid)
    first = visit(to_move).content.decode()
    onward = re.search(r"from=(\d{4}-\d\d-\d\d)", first)[1]

    later = visit(to_move, **{"from": onward}).content.decode()

    assert onward in re.findall(r'value="(\d{4}-\d\d-\d\d)T', later)
    assert not set(re.findall(r'name="to" value="([^"]+)"', first)) & set(
        re.findall(r'name="to" value="([^"]+)"', later)
    )
    assert visit(to_move, **{"from": "2026-02-31"}).status_code == 200


def test_the_new_letter_has_links_and_the_old_one_to_cancel_goes_with_the_booking(world, paid):
    to_cancel, to_move = links_of(paid)
    press(to_move, to=(START + DAY).isoformat())

    again, _ = links_of(paid, "booking_rescheduled")

    assert again != to_cancel
    with clock.frozen(START + HOUR):  # past the old start, before the new one
        assert visit(to_cancel).status_code == 200
        assert press(again).status_code == 200
    assert fresh(paid).status == "CANCELLED"


def test_a_time_that_was_taken_meanwhile_is_refused_and_the_link_stays(world, paid):
    _, to_move = links_of(paid)
    world.paid(start=START + DAY, customer=make_world().customer)

    refused = press(to_move, to=(START + DAY).isoformat())

    assert refused.status_code == 409
    assert "This time is no longer free." in words(refused)
    assert fresh(paid).starts_at == START
    assert ActionLink.objects.filter(booking=paid, used_at__isnull=False).count() == 0
    assert press(to_move, to=(START + 2 * DAY).isoformat()).status_code == 200


@pytest.mark.parametrize("to", ["", "soon", "2026-11-21T09:00:00", "2026-13-45T09:00:00Z"])
def test_a_form_without_a_time_moves_nothing(paid, to):
    page = press(links_of(paid)[1], to=to)

    assert page.status_code == 400
    assert "Choose a new time" in words(page)
    assert fresh(paid).starts_at == START


def test_a_late_move_says_what_it_costs(paid):
    _, to_move = links_of(paid)

    with clock.frozen(START - 3 * HOUR):
        page = words(visit(to_move))
        press(to_move, to=(START + DAY).isoformat())
        after = words(visit(links_of(paid, "booking_rescheduled")[0]))

    assert "should you cancel afterwards, at most 50 % comes back" in page
    assert "₦2,500.00 is kept" in after


def test_too_late_to_move_is_said_before_a_button_is_pressed(db):
    world = make_world(business={"notice_min": 240})
    booking = world.paid()
    _, to_move = links_of(booking)

    with clock.frozen(START - 3 * HOUR):
        page = visit(to_move)

    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert "<form" not in page.content.decode()


def test_a_declined_booking_is_given_up_by_the_link_with_all_money_back(world, paid):
    to_cancel, to_move = links_of(paid)
    decline(paid)

    page = words(visit(to_cancel))
    moving = visit(to_move).content.decode()
    press(to_cancel)

    assert "All of it comes back to you." in page
    assert "<form" not in moving
    assert fresh(paid).status == "CANCELLED_BY_SYSTEM"


@pytest.mark.parametrize("end", [
    lambda world, booking: operations.cancel_booking(booking_id=booking.pk, by=world.owner, at=NOW),
    lambda world, booking: operations.start_booking(booking_id=booking.pk, by=world.performer, at=NOW),
])  # fmt: skip
def test_links_end_with_the_booking_whoever_ends_it(world, paid, end):
    to_cancel, to_move = links_of(paid)
    end(world, paid)

    assert [press(to_cancel).status_code, visit(to_move).status_code] == [410, 410]
    assert ActionLink.objects.filter(booking=paid, revoked_at=NOW).count() == 2


def test_a_free_booking_speaks_of_no_money(db):
    world = make_world(service={"price_minor": 0})
    booking = world.book()

    page = words(visit(links_of(booking)[0]))

    assert "paid" not in page.partition("<main>")[2]
    assert press(links_of(booking)[0]).status_code == 200


def test_seats_move_to_another_session(world):
    other = session(world, start=START + DAY)
    booking = seat(world, session(world), "Ada")
    token = link_to(booking, LinkAction.RESCHEDULE)
    offered = re.findall(r'name="to" value="([^"]+)"', visit(token).content.decode())

    assert offered == [str(other.pk)]
    assert press(token, to=offered[0]).status_code == 200
    assert fresh(booking).slot_id == other.pk


def test_links_do_not_pay(world):
    booking = world.book()
    token = link_to(booking, LinkAction.RESCHEDULE)

    assert press(token, do="pay").status_code == 400
    assert "sandbox/checkout" not in words(visit(token))


def test_the_page_speaks_french(paid):
    to_cancel, _ = links_of(paid)
    reader = Client(headers={"Accept-Language": "fr"})

    page = words(reader.get(PAGE, {"token": to_cancel}))
    reader.post(PAGE, {"token": to_cancel})
    after = words(reader.get(PAGE, {"token": to_cancel}))

    assert '<html lang="fr">' in page
    assert "vendredi 20 novembre 2026" in page
    assert "Ce lien a été utilisé" in after


def test_the_address_stays_between_the_reader_and_us(paid):
    page = visit(links_of(paid)[0])

    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page.content.decode()


def test_what_is_shown_is_written_safely(world, paid):
    world.business.name = "<script>alert(1)</script>"
    world.business.save()

    assert "<script>alert" not in visit(links_of(paid)[0]).content.decode()


def test_a_page_costs_few_queries(paid, count_queries):
    to_cancel, _ = links_of(paid)

    with count_queries() as counted:
        visit(to_cancel)

    assert len(counted) == 1
    assert Booking.objects.count() == 1
