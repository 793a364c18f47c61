"""A clinic in Accra: nothing is confirmed unasked, nothing completed without its checklist, and some of it is by video."""

from decimal import Decimal

import pytest

from apps.catalog.tests.factories import ExtraFactory, ServiceFactory
from tests.stories.weeks.places import desk, open_business, performer

pytestmark = pytest.mark.story
CHECKLIST = [
    {"id": "identity", "label": "Identity checked", "required": True},
    {"id": "consent", "label": "Consent signed", "required": True},
    {"id": "leaflet", "label": "Leaflet given", "required": False},
]


class Clinic:
    """A consultation of an hour costs GH₵ 200, here or by video."""

    def __init__(self, week):
        self.week = week
        self.business = open_business(
            week, name="Ridge Clinic", owner="Abena", address="12 Ridge Street", currency="GHS", auto_confirm=False,
            country="GH", city="Accra",
        )  # fmt: skip
        self.owner = week.people["Abena"]
        self.desk = desk(week, self.business, "Efua")
        self.doctor = performer(week, self.business, "Mensah")
        self.consultation = ServiceFactory(
            business=self.business, title="Consultation", price_minor=20_000, performers=[self.doctor],
            places=["AT_BUSINESS", "VIRTUAL"], sop_template=CHECKLIST,
        )  # fmt: skip
        self.test = ExtraFactory(service=self.consultation, name="Blood test", price_minor=6_000, duration_min=0)
        self.vitamins = ExtraFactory(service=self.consultation, name="Vitamins", price_minor=3_000, duration_min=0)
        week.customers("Ama", "Kofi", "Kwame", "Esi", "Yaw")

    def __getitem__(self, name):
        return self.week.people[name]

    def wanted(self, name, start, **more):
        """The patient has asked and paid; the doctor's word is awaited."""
        patient = self[name]
        asked = patient.pays(patient.books(self.consultation, start, **more))
        assert (patient.look(asked)["status"], patient.look(asked)["payment_status"]) == ("PENDING", "HELD")
        return asked


def test_week_of_a_clinic(week):
    clinic = Clinic(week("Africa/Accra"))
    visit, by_video, after_it = monday(clinic)
    tuesday(clinic, visit)
    wednesday(clinic, visit, by_video, after_it)
    thursday(clinic)


def monday(clinic):
    """Ama is approved, Kofi rejected with a reason; Kwame will hear nothing before his start."""
    week = clinic.week
    week.go("Mon 08:00")
    visit = clinic.wanted("Ama", "Tue 11:00")
    full = clinic.wanted("Kofi", "Tue 14:00")
    unheard = clinic.wanted("Kwame", "Mon 16:00")
    by_video = clinic.wanted("Esi", "Wed 10:00", virtual=True)
    after_it = clinic.wanted("Yaw", "Wed 11:15")

    clinic["Ama"].act(visit, "approve", refused="action_not_allowed")
    assert clinic["Mensah"].act(visit, "approve")["status"] == "CONFIRMED"
    clinic.desk.act(full, "reject", refused="invalid")
    rejected = clinic.desk.act(full, "reject", {"reason": "The doctor operates that afternoon."})
    assert (rejected["status"], rejected["rejection_reason"]) == ("REJECTED", "The doctor operates that afternoon.")
    assert clinic.owner.act(by_video, "approve")["place"] == "VIRTUAL"
    clinic.desk.act(after_it, "approve")
    week.go("Mon 15:55")
    assert clinic["Kwame"].look(unheard)["status"] == "PENDING"
    week.go("Mon 16:05")
    lapsed = clinic["Kwame"].look(unheard)
    assert (lapsed["status"], lapsed["refunded"]["amount"]) == ("CANCELLED_BY_SYSTEM", "200.00")
    clinic.desk.act(unheard, "approve", refused="wrong_state")
    week.go("Mon 20:00")
    week.evening("""
    Abena: booking_awaits_approval DEP ×5, booking_cancelled_business DEP ×2, booking_created_business DEP ×5
    Ama: booking_approved DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Efua: booking_awaits_approval DEP ×5
    Esi: booking_approved DEP, booking_created DEP, payment_received DE
    Kofi: booking_created DEP, booking_rejected DEP, payment_received DE
    Kwame: booking_cancelled DEP, booking_created DEP, payment_received DE
    Mensah: booking_awaits_approval DEP ×5, booking_cancelled_business DEP ×2, booking_confirmed_business DEP ×3, booking_reminder_business DE
    Yaw: booking_approved DEP, booking_created DEP, payment_received DE
    = Abena: pending_escrow 570.00
    = Efua: pending_escrow 570.00
    = Kofi: wallet 200.00
    = Kwame: wallet 200.00
    """)
    return visit, by_video, after_it


def tuesday(clinic, visit):
    """The checklist holds Ama's visit open; a blood test and vitamins are added, and she refuses the vitamins."""
    week, doctor, ama = clinic.week, clinic["Mensah"], clinic["Ama"]
    week.go("Tue 11:00")
    doctor.act(visit, "start")
    doctor.act(visit, "complete", refused="sop_incomplete")
    doctor.patch(f"/bookings/{visit['id']}/sop/", {"items": [{"id": "identity", "done": True}]})
    doctor.act(visit, "complete", refused="sop_incomplete")
    doctor.patch(f"/bookings/{visit['id']}/sop/", {"items": [{"id": "consent", "done": True}]})
    items = [{"type": "EXTRA", "id": str(each.pk)} for each in (clinic.test, clinic.vitamins)]
    grown = doctor.patch(f"/bookings/{visit['id']}/add-extra/", {"items": items})
    assert (grown["total"]["amount"], grown["extras_total"]["amount"]) == ("290.00", "90.00")
    (vitamins,) = [each for each in ama.look(visit)["extras"] if each["name"] == "Vitamins"]
    assert ama.act(visit, f"extras/{vitamins['id']}/refuse")["total"]["amount"] == "260.00"
    week.go("Tue 11:50")
    assert doctor.act(visit, "complete")["status"] == "COMPLETED"
    assert {each["name"]: each["state"] for each in ama.look(visit)["extras"]} == {
        "Blood test": "DUE", "Vitamins": "REFUSED",
    }  # fmt: skip
    expected = [(24 * 60, "E"), (60, "EP"), (30, "P")]
    assert (week.reminders(ama, visit), week.reminders(doctor, visit)) == (expected, expected)
    week.go("Tue 20:00")
    week.evening("""
    Abena: booking_completed_business DEP, extra_refused DEP
    Ama: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, extra_added DEP, payment_required DEP, review_request DE
    Esi: booking_reminder DE
    Mensah: booking_reminder_business DE ×2, booking_reminder_business DEP, booking_reminder_business DP, extra_refused DEP
    Yaw: booking_reminder DE
    = Abena: pending_escrow 570.00
    = Efua: pending_escrow 570.00
    = Kofi: wallet 200.00
    = Kwame: wallet 200.00
    """)


def wednesday(clinic, visit, by_video, after_it):
    """The video consultation runs over into Yaw's; Ama pays for her blood test."""
    week, doctor, ama = clinic.week, clinic["Mensah"], clinic["Ama"]
    week.go("Wed 09:00")
    (test,) = [each for each in ama.look(visit)["extras"] if each["state"] == "DUE"]
    ama.pays(test, "EXTRA")
    week.go("Wed 10:00")
    ticks = {"items": [{"id": "identity", "done": True}, {"id": "consent", "done": True}]}
    doctor.act(by_video, "start")
    doctor.patch(f"/bookings/{by_video['id']}/sop/", ticks)
    week.go("Wed 11:20")
    doctor.act(after_it, "start", refused="person_busy")
    doctor.act(by_video, "complete")
    week.go("Wed 11:36")
    doctor.act(after_it, "start")
    doctor.patch(f"/bookings/{after_it['id']}/sop/", ticks)
    week.go("Wed 12:30")
    doctor.act(after_it, "complete")
    week.go("Wed 20:00")
    week.evening("""
    Abena: booking_completed_business DEP ×2, booking_overrun_business DEP
    Ama: payment_received DE
    Efua: booking_overrun_business DEP
    Esi: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Mensah: booking_reminder_business DEP ×2, booking_reminder_business DP ×2
    Yaw: booking_completed DEP, booking_overrun DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    = Abena: available_payout 190.00, pending_escrow 437.00, total_revenue 190.00
    = Efua: pending_escrow 437.00
    = Kofi: wallet 200.00
    = Kwame: wallet 200.00
    """)


def thursday(clinic):
    """All that was earned is there to be paid out; both refunds are in the patients' wallets."""
    clinic.week.go("Thu 20:00")
    clinic.week.evening("""
    = Abena: available_payout 627.00, total_revenue 627.00
    = Kofi: wallet 200.00
    = Kwame: wallet 200.00
    """)
    earned = [
        Decimal(200),  # Ama's visit
        Decimal(60),  # her blood test, without the vitamins
        Decimal(200),  # Esi by video
        Decimal(200),  # Yaw
    ]
    clinic.week.ends()
    assert clinic.week.payout(clinic.owner) == sum(earned) * Decimal("0.95")
