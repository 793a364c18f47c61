"""A technician in Port Harcourt, who works at the customer's: where that is, who may know it, and who comes to help."""

from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point

from apps.catalog.tests.factories import ServiceFactory
from tests.stories.weeks.places import desk, open_business, performer

pytestmark = pytest.mark.story
WORKSHOP = Point(7.0134, 4.8156, srid=4326)
NEAR = {"address": "5 Aba Road, Port Harcourt", "lat": 4.8300, "lng": 7.0200}
FAR = {"address": "Owerri", "lat": 5.4836, "lng": 7.0333}


class Technician:
    """A repair of an hour costs ₦8,000 within ten kilometres."""

    def __init__(self, week):
        self.week = week
        self.business = open_business(
            week, name="Tonye Repairs", owner="Tonye", location=WORKSHOP, service_radius_m=10_000,
            city="Port Harcourt",
        )  # fmt: skip
        self.owner = week.people["Tonye"]
        self.desk = desk(week, self.business, "Ibiso")
        self.staff = performer(week, self.business, "Preye")
        self.preye = week.people["Preye"]
        self.repair = ServiceFactory(
            business=self.business, title="Repair", price_minor=800_000, performers=[self.staff],
            places=["AT_CUSTOMER"],
        )  # fmt: skip
        week.customers("Boma", "Dokubo", "Ene")

    def __getitem__(self, name):
        return self.week.people[name]

    def paid(self, name, start):
        return self[name].pays(self[name].books(self.repair, start, **NEAR))


def test_week_of_a_technician(week):
    technician = Technician(week("Africa/Lagos"))
    monday(technician)
    tuesday(technician)
    leaky = wednesday(technician)
    thursday(technician, leaky)
    friday(technician)
    saturday(technician)


def monday(technician):
    """Owerri is too far; Boma's door is known while the job is on, each tap is logged, and she releases the money."""
    week, preye, boma = technician.week, technician.preye, technician["Boma"]
    week.go("Mon 08:00")
    start = {"service": str(technician.repair.pk), "start": week.moment("Mon 10:00").isoformat()}
    boma.post("/bookings/", {**start, **FAR}, refused="out_of_reach")
    boma.post("/bookings/", start, refused="address_missing")
    asked = boma.books(technician.repair, "Mon 10:00", **NEAR)
    assert (asked["place"], asked["total"]["amount"]) == ("AT_CUSTOMER", "8000.00")
    assert (preye.look(asked)["contact"], preye.look(asked)["address"]) == (None, None)
    preye.act(asked, "contact", {"channel": "CALL"}, refused="wrong_state")

    boma.pays(asked)
    assert preye.act(asked, "contact", {"channel": "CALL"})["value"] == boma.user.phone
    assert technician.desk.act(asked, "contact", {"channel": "ADDRESS"})["value"] == NEAR["address"]
    week.go("Mon 10:00")
    preye.act(asked, "start")
    points = [
        {"lat": 4.8300 + number / 1000, "lng": 7.0200, "at": week.moment(f"Mon 10:0{number}").isoformat()}
        for number in range(4)
    ]
    week.go("Mon 10:10")
    assert preye.act(asked, "positions", {"points": points})["kept"] == 4
    assert preye.act(asked, "positions", {"points": points[:2]})["kept"] == 2
    assert len(technician.desk.get(f"/bookings/{asked['id']}/positions/")["results"]) == 4
    week.go("Mon 11:00")
    preye.act(asked, "complete")
    seen = preye.look(asked)
    assert (seen["contact"], seen["address"]) == (None, None)
    preye.act(asked, "contact", {"channel": "CALL"}, refused="wrong_state")
    assert boma.act(asked, "confirm-release")["payment_status"] == "RELEASED"
    boma.act(asked, "confirm-release", refused="wrong_state")
    taps = [each for each in boma.get(f"/bookings/{asked['id']}/timeline/")["results"] if each["what"] == "contact"]
    assert len(taps) == 2
    week.go("Mon 20:00")
    week.evening("""
    Boma: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE, review_request DE
    Preye: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP
    Tonye: booking_completed_business DEP, booking_confirmed_business DEP, booking_created_business DEP
    = Tonye: available_payout 7600.00, total_revenue 7600.00
    """)


def tuesday(technician):
    """Preye calls for help at Dokubo's; nobody answers the first time, then the desk does."""
    week, preye, dokubo = technician.week, technician.preye, technician["Dokubo"]
    week.go("Tue 08:00")
    job = technician.paid("Dokubo", "Tue 12:00")
    preye.act(job, "sos", {"lat": 4.83, "lng": 7.02}, refused="wrong_state")
    week.go("Tue 12:00")
    preye.act(job, "start")
    week.go("Tue 12:20")
    alarm = preye.act(job, "sos", {"lat": 4.83, "lng": 7.02, "accuracy": 8, "note": "He has locked the door."})
    assert alarm["is_new"]
    assert not preye.act(job, "sos", {"lat": 4.831, "lng": 7.02})["is_new"]
    dokubo.act(job, f"sos/{alarm['id']}/acknowledge", refused="action_not_allowed")
    week.go("Tue 12:23")
    seen = technician.desk.act(job, f"sos/{alarm['id']}/acknowledge")
    assert (seen["rounds"], len(seen["positions"]), seen["acknowledged_by"]) == (2, 2, "Ibiso")
    week.go("Tue 12:50")
    preye.act(job, "complete")
    week.go("Tue 20:00")
    week.evening("""
    Dokubo: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE, review_request DE
    Ibiso: sos DPS, sos_unanswered DEPS
    Ops: sos DP, sos_unanswered DEP
    Preye: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP, sos_acknowledged DP
    Tonye: booking_completed_business DEP, booking_confirmed_business DEP, booking_created_business DEP, sos DPS, sos_unanswered DEPS
    = Ibiso: pending_escrow 7600.00
    = Tonye: available_payout 7600.00, pending_escrow 7600.00, total_revenue 7600.00
    """)


def wednesday(technician):
    """A job that runs over keeps its time: nobody else has Preye before it is done and the way is behind him."""
    week, preye, ene = technician.week, technician.preye, technician["Ene"]
    week.go("Wed 08:00")
    job = technician.paid("Ene", "Wed 10:00")
    week.go("Wed 10:00")
    preye.act(job, "start")
    week.go("Wed 11:30")
    wish = {"service": str(technician.repair.pk), **NEAR}
    boma = technician["Boma"]
    boma.post("/bookings/", {**wish, "start": week.moment("Wed 11:40").isoformat()}, refused="slot_taken")
    assert ene.look(job)["timer"]["is_running"]
    preye.act(job, "complete")
    next_job = technician.paid("Boma", "Wed 12:00")
    week.go("Wed 12:00")
    preye.act(next_job, "start")
    week.go("Wed 13:00")
    preye.act(next_job, "complete")
    week.go("Wed 20:00")
    week.evening("""
    Boma: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_started DP, payment_received DE, review_request DE
    Ene: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE, review_request DE
    Preye: booking_confirmed_business DEP ×2, booking_reminder_business DEP, booking_reminder_business DP
    Tonye: booking_completed_business DEP ×2, booking_confirmed_business DEP ×2, booking_created_business DEP ×2
    = Ibiso: pending_escrow 15200.00
    = Tonye: available_payout 15200.00, pending_escrow 15200.00, total_revenue 15200.00
    """)
    return job


def thursday(technician, leaky):
    """Ene objects within the day: her money stands still while Boma's is released; both sides say what they saw."""
    week, ene, tonye = technician.week, technician["Ene"], technician.owner
    week.go("Thu 09:00")
    wish = {"reason": "POOR_WORK", "note": "The tap drips again.", "amount": {"amount": "4000.00", "currency": "NGN"}}
    technician["Boma"].act(leaky, "dispute", wish, refused="booking_not_found")
    dispute = ene.act(leaky, "dispute", wish)
    assert ene.look(leaky)["payment_status"] == "FROZEN"
    ene.act(leaky, "confirm-release", refused="wrong_state")
    tonye.post(f"/disputes/{dispute['id']}/messages/", {"words": "The washer was hers, and it was old."})
    ene.post(
        f"/disputes/{dispute['id']}/decide/", {"decision": "REFUND", "reason": "Mine."}, refused="permission_denied"
    )
    week.go("Thu 20:00")
    week.evening("""
    Ene: dispute_message DEP, dispute_opened DEP
    Ibiso: dispute_opened DEP
    Ops: dispute_opened_ops DE
    Tonye: dispute_opened DEP
    = Ibiso: pending_escrow 7600.00
    = Tonye: available_payout 22800.00, pending_escrow 7600.00, total_revenue 22800.00
    """)


def friday(technician):
    """Operations give a quarter back, with a reason; the rest is Tonye's at once."""
    week, ene = technician.week, technician["Ene"]
    week.go("Fri 10:00")
    (dispute,) = week.ops.get("/disputes/")["results"]
    half = {"decision": "SPLIT", "refund": {"amount": "2000.00", "currency": "NGN"}, "reason": "The washer was old."}
    decided = week.ops.post(f"/disputes/{dispute['id']}/decide/", half)
    assert (decided["state"], decided["refund"]["amount"]) == ("DECIDED", "2000.00")
    assert ene.get(f"/disputes/{dispute['id']}/")["decided_reason"] == half["reason"]
    week.go("Fri 20:00")
    week.evening("""
    Ene: dispute_decided DEP
    Ibiso: dispute_decided DEP
    Tonye: dispute_decided DEP
    = Ene: wallet 2000.00
    = Tonye: available_payout 28500.00, total_revenue 28500.00
    """)


def saturday(technician):
    """What nobody released was released by the clock, and nothing is left to wait for."""
    technician.week.go("Sat 20:00")
    technician.week.evening("""
    = Ene: wallet 2000.00
    = Tonye: available_payout 28500.00, total_revenue 28500.00
    """)
    jobs = [Decimal(8_000)] * 3 + [Decimal(6_000)]
    technician.week.ends()
    assert technician.week.payout(technician.owner) == sum(jobs) * Decimal("0.95")
