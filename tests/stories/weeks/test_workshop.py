"""A pottery in Nairobi: seats of dated sessions, who came to them, who waits for them, one that is called off; a course."""

from decimal import Decimal

import pytest

from apps.catalog.tests.factories import ServiceFactory
from tests.stories.weeks.places import desk, open_business, performer

pytestmark = pytest.mark.story


class Pottery:
    """A seat at the wheel costs KSh 3,000; there are four."""

    def __init__(self, week):
        self.week = week
        self.business = open_business(
            week, name="Karura Pottery", owner="Wambui", address="Limuru Road", currency="KES", country="KE",
            city="Nairobi",
        )  # fmt: skip
        self.owner = week.people["Wambui"]
        self.desk = desk(week, self.business, "Njeri")
        self.host = performer(week, self.business, "Otieno")
        self.wheel = ServiceFactory(
            business=self.business, title="At the wheel", price_minor=300_000, performers=[self.host],
            service_type="WORKSHOP", max_participants=4, duration_min=120,
        )  # fmt: skip
        self.glaze = ServiceFactory(
            business=self.business, title="Glazing", price_minor=250_000, performers=[self.host],
            service_type="WORKSHOP", max_participants=3, duration_min=60,
        )  # fmt: skip
        week.customers("Amina", "Brian", "Chep", "Dede", "Eli", "Fay", "Gitau")

    def __getitem__(self, name):
        return self.week.people[name]

    def seats(self, name, session, *participants):
        """The customer has the seats, unpaid."""
        people = {"participants": [{"name": each} for each in participants]} if participants else {}
        return self[name].books(self.wheel, slot=session, **people)

    def paid(self, name, session, *participants):
        return self[name].pays(self.seats(name, session, *participants))

    def line(self, name, session):
        """Where the customer stands in the line."""
        (entry,) = self[name].get(f"/availability/slots/{session}/waitlist/")["results"]
        return entry["state"], entry["position"]


def test_week_of_a_workshop(week):
    pottery = Pottery(week("Africa/Nairobi"))
    first, second, third = pottery.first, pottery.second, pottery.third = sessions(pottery)
    evenings = pottery.evenings = course(pottery)
    monday(pottery, first, second, third)
    tuesday(pottery, first, evenings[0])
    wednesday(pottery, second)
    thursday(pottery, third)
    friday(pottery, evenings[1])


def sessions(pottery):
    """Tuesday, Thursday and Friday, at ten."""
    pottery.week.go("Mon 07:00")
    made = pottery.owner.post(
        f"/services/{pottery.wheel.pk}/schedule/",
        {
            "date": "2027-02-02", "start_time": "10:00", "staff": str(pottery.host.pk),
            "rrule": "FREQ=WEEKLY;BYDAY=TU,TH,FR;COUNT=3",
        },
    )  # fmt: skip
    assert made["created"] == 3
    return [each["slot"] for each in made["sessions"]]


def course(pottery):
    """Glazing, on Tuesday and on Friday at five: the two for KSh 4,000 instead of 5,000; Fay and Gitau take it whole."""
    plan = {
        "date": "2027-02-02", "start_time": "17:00", "staff": str(pottery.host.pk),
        "rrule": "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=2",
    }  # fmt: skip
    evenings = [each["slot"] for each in pottery.desk.post(f"/services/{pottery.glaze.pk}/schedule/", plan)["sessions"]]
    offer = {
        "service": str(pottery.glaze.pk), "title": "Glazing in two evenings", "slots": evenings,
        "price": {"amount": "4000.00", "currency": "KES"},
    }  # fmt: skip
    made = pottery.desk.post(f"/availability/businesses/{pottery.business.pk}/courses/", offer)
    pottery.fay, pottery.gitau = (takes(pottery[name], made) for name in ("Fay", "Gitau"))
    return evenings


def takes(customer, made):
    """The whole course is booked and paid for, in one payment for all of its evenings."""
    booked = customer.post(f"/courses/{made['id']}/book/")
    (pay,) = [each for each in booked["available_actions"] if each["name"] == "pay"]
    assert len(pay["body"]["items"]) == 2
    payment = customer.post(pay["path"].removeprefix("/api/v1"), pay["body"])
    assert payment["amount"]["amount"] == "4000.00"
    customer.post(f"/sandbox/checkout/{payment['reference']}/", {"act": "approve"})
    assert customer.get(f"/payments/verify/{payment['reference']}/")["status"] == "SUCCEEDED"
    return booked


def monday(pottery, first, second, third):
    """Tuesday's session fills, and two wait for it; Dede lets the seat that is offered lapse, Eli takes it."""
    week, line = pottery.week, f"/availability/slots/{first}/waitlist/"
    pottery.paid("Amina", first, "Amina", "Halima")
    leaves = pottery.paid("Brian", first)
    pottery["Dede"].post(line, refused="seats_free")
    pottery.paid("Chep", first)
    pottery["Dede"].post("/bookings/", {"service": str(pottery.wheel.pk), "slot": first}, refused="slot_full")
    pottery["Dede"].post(line)
    pottery["Eli"].post(line)
    pottery["Eli"].post(line, refused="already_waiting")
    forgotten = pottery.seats("Dede", second)
    pottery.paid("Brian", third)
    pottery["Fay"].post(f"/courses/bookings/{pottery.gitau['id']}/cancel/", refused="course_booking_not_found")
    pottery["Gitau"].post(f"/courses/bookings/{pottery.gitau['id']}/cancel/")
    assert pottery["Gitau"].get(f"/courses/bookings/{pottery.gitau['id']}/")["status"] == "CANCELLED"

    week.go("Mon 08:00")
    assert pottery["Dede"].look(forgotten)["status"] == "EXPIRED"
    pottery["Brian"].act(leaves, "cancel")
    back = pottery["Brian"].look(leaves)
    assert (back["status"], back["refunded"]["amount"]) == ("CANCELLED", "3000.00")
    assert (pottery.line("Dede", first), pottery.line("Eli", first)) == (("OFFERED", 1), ("WAITING", 2))
    pottery["Eli"].post(f"{line}accept/", refused="wrong_state")
    week.go("Mon 08:31")
    pottery["Dede"].post(f"{line}accept/", refused="waiting_entry_not_found")
    assert pottery.line("Eli", first) == ("OFFERED", 1)
    week.go("Mon 08:50")
    taken = pottery["Eli"].pays(pottery["Eli"].post(f"{line}accept/"))
    assert pottery["Eli"].look(taken)["status"] == "CONFIRMED"
    week.go("Mon 20:00")
    week.evening("""
    Amina: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Brian: booking_cancelled DEP, booking_confirmed DEP ×2, booking_created DEP ×2, payment_received DE ×2
    Chep: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Dede: booking_created DEP, booking_expired DEP, waiting_list_seat DEPS
    Eli: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE, waiting_list_seat DEPS
    Fay: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Gitau: booking_cancelled DEP, booking_confirmed DEP, booking_created DEP, payment_received DE
    Otieno: booking_cancelled_business DEP ×2, booking_confirmed_business DEP ×7, session_reminder DE ×2
    Wambui: booking_cancelled_business DEP ×2, booking_confirmed_business DEP ×7, booking_created_business DEP ×8, booking_expired_business DEP
    = Brian: wallet 3000.00
    = Gitau: wallet 4000.00
    = Njeri: pending_escrow 18050.00
    = Wambui: pending_escrow 18050.00
    """)


def tuesday(pottery, first, evening):
    """Amina's friend does not come, which costs nothing more; Chep does not either, and pays half. Fay glazes."""
    week, host = pottery.week, pottery["Otieno"]
    week.go("Tue 10:00")
    host.post(f"/availability/slots/{first}/start/")
    roster = host.get(f"/availability/slots/{first}/roster/")["participants"]
    people = {each["name"]: each["id"] for each in roster}
    assert sorted(people) == ["Amina", "Chep", "Eli", "Halima"]
    absent = {"Chep", "Halima"}
    marks = [{"id": key, "attendance": "ABSENT" if name in absent else "PRESENT"} for name, key in people.items()]
    host.patch(f"/availability/slots/{first}/attendance/", {"participants": marks})
    week.go("Tue 12:00")
    host.post(f"/availability/slots/{first}/complete/")
    pottery.paid("Amina", pottery.second, "Amina")
    takes_place(pottery, "Tue", evening)
    assert pottery["Fay"].get(f"/courses/bookings/{pottery.fay['id']}/")["status"] == "IN_PROGRESS"
    week.go("Tue 20:00")
    week.evening("""
    Amina: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE, review_request DE
    Chep: booking_cancelled DEP, booking_reminder DEP, booking_reminder DP, booking_started DP
    Eli: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Fay: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Otieno: booking_cancelled_business DEP, booking_confirmed_business DEP, session_reminder DEP ×2, session_reminder DP ×2
    Wambui: booking_cancelled_business DEP, booking_completed_business DEP ×3, booking_confirmed_business DEP, booking_created_business DEP
    = Brian: wallet 3000.00
    = Chep: wallet 1500.00
    = Gitau: wallet 4000.00
    = Njeri: pending_escrow 19475.00
    = Wambui: pending_escrow 19475.00
    """)


def takes_place(pottery, day, evening):
    pottery.week.go(f"{day} 17:00")
    pottery["Otieno"].post(f"/availability/slots/{evening}/start/")
    pottery.week.go(f"{day} 18:00")
    pottery["Otieno"].post(f"/availability/slots/{evening}/complete/")


def wednesday(pottery, second):
    """Thursday's session is called off: all of the money goes back, and nobody waits any more."""
    week = pottery.week
    week.go("Wed 09:00")
    pottery.paid("Chep", second, "Chep", "Ruto", "Kip")
    pottery["Dede"].post(f"/availability/slots/{second}/waitlist/")
    assert pottery.line("Dede", second) == ("WAITING", 1)
    pottery["Otieno"].post(f"/availability/slots/{second}/call-off/", refused="action_not_allowed")
    pottery.desk.post(f"/availability/slots/{second}/call-off/", {"reason": "The kiln is broken."})
    pottery["Eli"].post("/bookings/", {"service": str(pottery.wheel.pk), "slot": second}, refused="slot_closed")
    week.go("Wed 20:00")
    week.evening("""
    Amina: booking_cancelled DEP
    Chep: booking_cancelled DEP, booking_confirmed DEP, booking_created DEP, payment_received DE
    Otieno: booking_cancelled_business DEP ×2, booking_confirmed_business DEP
    Wambui: booking_cancelled_business DEP ×2, booking_confirmed_business DEP, booking_created_business DEP
    = Amina: wallet 3000.00
    = Brian: wallet 3000.00
    = Chep: wallet 10500.00
    = Gitau: wallet 4000.00
    = Njeri: pending_escrow 4750.00
    = Wambui: available_payout 11875.00, pending_escrow 4750.00, total_revenue 11875.00
    """)


def thursday(pottery, third):
    """Nothing takes place; Friday's session takes one more."""
    pottery.week.go("Thu 09:00")
    pottery.paid("Dede", third)
    pottery.week.go("Thu 20:00")
    pottery.week.evening("""
    Brian: booking_reminder DE
    Dede: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Fay: booking_reminder DE
    Otieno: booking_confirmed_business DEP, session_reminder DE ×2
    Wambui: booking_confirmed_business DEP, booking_created_business DEP
    = Amina: wallet 3000.00
    = Brian: wallet 3000.00
    = Chep: wallet 10500.00
    = Gitau: wallet 4000.00
    = Njeri: pending_escrow 7600.00
    = Wambui: available_payout 11875.00, pending_escrow 7600.00, total_revenue 11875.00
    """)


def friday(pottery, evening):
    """Brian and Dede are at the wheel, and Fay's course ends; by Saturday everything is there to be paid out."""
    week, host = pottery.week, pottery["Otieno"]
    week.go("Fri 10:00")
    host.post(f"/availability/slots/{pottery.third}/start/")
    week.go("Fri 12:00")
    host.post(f"/availability/slots/{pottery.third}/complete/")
    takes_place(pottery, "Fri", evening)
    assert pottery["Fay"].get(f"/courses/bookings/{pottery.fay['id']}/")["status"] == "COMPLETED"
    week.go("Sat 20:00")
    week.evening("""
    Brian: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Dede: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Fay: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Otieno: session_reminder DEP ×2, session_reminder DP ×2
    Wambui: booking_completed_business DEP ×3
    = Amina: wallet 3000.00
    = Brian: wallet 3000.00
    = Chep: wallet 10500.00
    = Gitau: wallet 4000.00
    = Wambui: available_payout 19475.00, total_revenue 19475.00
    """)
    earned = [
        Decimal(6_000),  # Amina's two seats, one of them empty
        Decimal(3_000),  # Eli, from the line
        Decimal(1_500),  # Chep, who did not come
        Decimal(3_000),  # Brian on Friday
        Decimal(3_000),  # Dede on Friday
        Decimal(4_000),  # Fay's course
    ]
    week.ends()
    assert week.payout(pottery.owner) == sum(earned) * Decimal("0.95")
