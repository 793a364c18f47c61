"""A salon in Lagos from Monday to Saturday: who is told what, and where every kobo goes."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from apps.catalog.tests.factories import PackageFactory, ServiceFactory
from tests.stories.weeks.places import desk, open_business, performer

pytestmark = pytest.mark.story


@pytest.fixture
def salon(week):
    return Salon(week("Africa/Lagos"))


class Salon:
    """A silk press costs ₦10,000, and the marketplace keeps a twentieth of it."""

    def __init__(self, week):
        self.week = week
        self.business = open_business(week, name="Adunni Hair", owner="Folake", address="14 Admiralty Way")
        self.owner = week.people["Folake"]
        self.desk = desk(week, self.business, "Eki")
        self.staff = {name: performer(week, self.business, name) for name in ("Bisi", "Chidi", "Dayo", "Emeka")}
        self.staff["Folake"] = performer(week, self.business, "Folake", user=self.owner.user)
        self.silk = ServiceFactory(
            business=self.business, title="Silk press", price_minor=1_000_000, performers=self.staff.values()
        )
        self.package = PackageFactory(
            business=self.business, title="Three presses", services={self.silk: 3}, valid_days=60
        )
        week.customers("Ada", "Bola", "Chika", "Dami", "Efe", "Femi", "Gbenga", "Hauwa", "Ife", "Jide")

    def __getattr__(self, name):
        return self.week.people[name.title()]

    def booked(self, customer, start, staff=None, **more):
        """The customer has booked that person, or anybody, and paid."""
        chosen = {} if staff is None else {"staff": str(self.staff[staff].pk)}
        return customer.pays(customer.books(self.silk, start, **chosen, **more))

    def performed(self, booking, *, by, starts, ends):
        """The job has been done."""
        worker = self.week.people[by]
        self.week.go(starts)
        worker.act(booking, "start")
        self.week.go(ends)
        return worker.act(booking, "complete")


def test_week_of_a_salon(salon):
    monday(salon)
    tuesday(salon)
    moved, sick = wednesday(salon)
    thursday(salon, moved, sick)
    friday(salon)
    saturday(salon)


def monday(salon):
    """Anybody for Ada, the owner at a premium for Bola, a package for Chika, cash from somebody who walks in."""
    week = salon.week
    week.go("Mon 08:00")
    any_staff = salon.booked(salon.ada, "Mon 10:00")
    picked = salon.ada.look(any_staff)["staff"]["name"]
    assert picked in {"Bisi", "Chidi", "Dayo", "Emeka"}
    premium = salon.booked(salon.bola, "Mon 12:00", "Folake")
    assert premium["total"] == {"amount": "15000.00", "currency": "NGN"}
    late = salon.booked(salon.efe, "Tue 17:00", "Dayo")
    bought = salon.chika.pays(salon.chika.post(f"/packages/{salon.package.pk}/buy/"), "PACKAGE")
    first_use = salon.chika.books(salon.silk, "Mon 14:00", package=bought["id"], staff=str(salon.staff["Chidi"].pk))
    assert first_use["total"] == {"amount": "0.00", "currency": "NGN"}
    walk_in = salon.desk.post(
        f"/businesses/{salon.business.pk}/bookings/",
        {
            "service": str(salon.silk.pk), "start": week.moment("Mon 16:00").isoformat(),
            "staff": str(salon.staff["Emeka"].pk), "paid_in_cash": True,
            "customer": {"name": "Ngozi", "phone": "+2348031112222"},
        },
    )  # fmt: skip
    assert (walk_in["status"], walk_in["payment_status"]) == ("CONFIRMED", "CASH")

    salon.performed(any_staff, by=picked, starts="Mon 10:00", ends="Mon 10:55")
    salon.ada.act(any_staff, "confirm-release")
    tip = salon.ada.act(any_staff, "tip", {"amount": {"amount": "1000.00", "currency": "NGN"}})
    salon.ada.pays(tip, "TIP")
    salon.performed(premium, by="Folake", starts="Mon 12:00", ends="Mon 13:00")
    salon.performed(first_use, by="Chidi", starts="Mon 14:00", ends="Mon 15:00")
    salon.performed(walk_in, by="Emeka", starts="Mon 16:00", ends="Mon 17:00")

    salon.late, salon.bought = late, bought
    week.evening("""
    Ada: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE ×2, review_request DE
    Bisi: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP, tip_received DEP
    Bola: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, payment_received DE, review_request DE
    Chidi: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP
    Chika: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, package_bought DEP, payment_received DE, review_request DE
    Dayo: booking_confirmed_business DEP, booking_reminder_business DE
    Efe: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Emeka: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP
    Folake: booking_completed_business DEP ×4, booking_confirmed_business DEP ×5, booking_created_business DEP ×5, booking_reminder_business DEP, booking_reminder_business DP, package_sold DEP
    Ngozi: booking_completed DS, booking_confirmed DS, booking_created DS, booking_reminder D, booking_reminder DS, booking_started D, review_request D
    = Bisi: tips 1000.00, tips_only 1000.00
    = Eki: pending_escrow 49400.00
    = Folake: available_payout 9500.00, pending_escrow 49400.00, total_revenue 9500.00
    """)


def tuesday(salon):
    """Chika's second use; Efe cancels too late, and pays half."""
    week = salon.week
    week.go("Tue 09:00")
    use = salon.chika.books(salon.silk, "Tue 11:00", package=salon.bought["id"], staff=str(salon.staff["Bisi"].pk))
    salon.performed(use, by="Bisi", starts="Tue 11:00", ends="Tue 12:00")
    cancelled = salon.efe.act(salon.late, "cancel", {"reason": "My flight leaves earlier."})
    assert cancelled["status"] == "CANCELLED"
    week.go("Tue 20:00")
    week.evening("""
    Bisi: booking_confirmed_business DEP, booking_reminder_business DEP, booking_reminder_business DP
    Chika: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Dayo: booking_cancelled_business DEP
    Efe: booking_cancelled DEP
    Folake: booking_cancelled_business DEP, booking_completed_business DEP, booking_confirmed_business DEP, booking_created_business DEP
    = Bisi: tips 1000.00, tips_only 1000.00
    = Efe: wallet 5000.00
    = Eki: pending_escrow 21850.00
    = Folake: available_payout 32300.00, pending_escrow 21850.00, total_revenue 32300.00
    """)


def wednesday(salon):
    """Femi does not come; Gbenga's job changes hands three times; Dami moves by a letter's link; Bisi will be sick tomorrow."""
    week = salon.week
    week.go("Wed 08:00")
    missed = salon.booked(salon.femi, "Wed 11:00", "Bisi")
    handed = salon.booked(salon.gbenga, "Wed 15:00", "Bisi")
    sick = [
        salon.booked(customer, start, "Bisi")
        for customer, start in ((salon.hauwa, "Thu 10:00"), (salon.ife, "Thu 12:00"), (salon.jide, "Thu 16:00"))
    ]
    moved = salon.booked(salon.dami, "Thu 17:00", "Chidi")
    moves_by_link(salon, moved)
    performers = ["Bisi"]
    for number in range(3):
        week.people[performers[-1]].act(handed, "decline", {"reason_code": "OVERBOOKED"})
        offered = salon.gbenga.look(handed)
        assert offered["status"] == "DECLINED_WITH_OPTION"
        performers.append(offered["replacement"]["name"])
        assert salon.gbenga.act(handed, "accept-replacement")["status"] == "CONFIRMED"
        assert len(set(performers)) == number + 2
    assert set(performers) == {"Bisi", "Chidi", "Dayo", "Emeka"}

    week.go("Wed 11:10")
    salon.desk.act(missed, "no-show", refused="too_early")
    week.go("Wed 11:20")
    salon.desk.act(missed, "no-show")
    salon.performed(handed, by=performers[-1], starts="Wed 15:00", ends="Wed 16:00")
    week.go("Wed 20:00")
    week.evening("""
    Bisi: booking_cancelled_business DEP, booking_confirmed_business DEP ×5, booking_reminder_business DE ×3, booking_reminder_business DEP, booking_reminder_business DP, booking_taken_off DEP
    Chidi: booking_confirmed_business DEP, booking_handed_over_business DEP, booking_reminder_business DEP, booking_reminder_business DP, booking_rescheduled_business DEP
    Dami: booking_confirmed DEP, booking_created DEP, booking_rescheduled DEP, payment_received DE
    Dayo: booking_handed_over_business DEP, booking_taken_off DEP
    Emeka: booking_handed_over_business DEP, booking_taken_off DEP
    Femi: booking_cancelled DEP, booking_confirmed DEP, booking_created DEP, booking_reminder DEP, booking_reminder DP, payment_received DE
    Folake: booking_cancelled_business DEP, booking_completed_business DEP, booking_confirmed_business DEP ×6, booking_created_business DEP ×6, booking_declined_business DEP ×3, booking_handed_over_business DEP ×3, booking_rescheduled_business DEP
    Gbenga: booking_completed DEP, booking_confirmed DEP, booking_created DEP, booking_handed_over DEP ×3, booking_reminder DEP, booking_reminder DP, booking_replacement_offered DEP ×3, booking_started DP, payment_received DE, review_request DE
    Hauwa: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Ife: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    Jide: booking_confirmed DEP, booking_created DEP, booking_reminder DE, payment_received DE
    = Bisi: tips 1000.00, tips_only 1000.00
    = Efe: wallet 5000.00
    = Eki: pending_escrow 60800.00
    = Femi: wallet 5000.00
    = Folake: available_payout 45600.00, pending_escrow 60800.00, total_revenue 45600.00
    """)
    return moved, sick


def moves_by_link(salon, booking):
    """Dami opens her letter's link, which changes nothing, and presses the button for Friday."""
    address, browser = salon.dami.link(booking, "Move it to another time"), Client()
    page, _, token = address.partition("?token=")
    assert browser.get(address).status_code == 200
    assert salon.dami.look(booking)["starts_at"] == booking["starts_at"]
    wanted = salon.week.moment("Fri 15:00")
    assert browser.post(page, {"token": token, "to": wanted.isoformat()}).status_code == 200
    salon.week.work()
    assert datetime.fromisoformat(salon.dami.look(booking)["starts_at"]) == wanted
    assert browser.post(page, {"token": token, "to": wanted.isoformat()}).status_code == 410


def thursday(salon, moved, sick):
    """Bisi is sick: Hauwa takes the replacement, Ife chooses for herself, Jide says nothing."""
    week, (takes, chooses, silent) = salon.week, sick
    week.go("Thu 07:00")
    leave = f"/businesses/{salon.business.pk}/staff/{salon.staff['Bisi'].pk}/sick-leave/"
    span = {"from": week.moment("Thu 07:00").isoformat(), "to": week.moment("Thu 23:00").isoformat()}
    hit = salon.desk.get(leave, **span)["results"]
    assert [each["id"] for each in hit] == [each["id"] for each in sick]
    salon.desk.post(leave, {**span, "note": "Flu."})
    assert [each.look(job)["status"] for each, job in zip((salon.hauwa, salon.ife, salon.jide), sick, strict=True)] == [
        "DECLINED_WITH_OPTION", "DECLINED_WITH_OPTION", "DECLINED_WITH_OPTION",
    ]  # fmt: skip

    replacement = salon.hauwa.act(takes, "accept-replacement")["staff"]["name"]
    choice = {"staff": str(salon.staff["Folake"].pk), "start": week.moment("Thu 13:00").isoformat()}
    assert salon.ife.act(chooses, "choose-staff", choice)["total"]["amount"] == "10000.00"
    week.go("Thu 09:05")
    assert week.words("booking_at_risk", salon.owner) == [
        f"Job #{silent['reference']} at risk: Customer hasn't responded to replacement."
    ]
    salon.performed(takes, by=replacement, starts="Thu 10:00", ends="Thu 11:00")
    salon.performed(chooses, by="Folake", starts="Thu 13:00", ends="Thu 14:00")
    week.go("Thu 20:00")
    assert salon.jide.look(silent)["status"] == "CANCELLED_BY_SYSTEM"
    salon.moved = moved
    week.evening("""
    Bisi: booking_taken_off DEP ×3
    Chidi: booking_reminder_business DE
    Dami: booking_reminder DE
    Dayo: booking_handed_over_business DEP, booking_reminder_business DEP, booking_reminder_business DP
    Folake: booking_at_risk DEP, booking_cancelled_business DEP, booking_completed_business DEP ×2, booking_declined_business DEP ×3, booking_handed_over_business DEP ×2, booking_reminder_business DEP, booking_reminder_business DP
    Hauwa: booking_completed DEP, booking_handed_over DEP, booking_reminder DEP, booking_reminder DP, booking_replacement_offered DEP, booking_started DP, review_request DE
    Ife: booking_completed DEP, booking_handed_over DEP, booking_reminder DEP, booking_reminder DP, booking_replacement_offered DEP, booking_started DP, review_request DE
    Jide: booking_cancelled DEP, booking_replacement_offered DEP
    = Bisi: tips 1000.00, tips_only 1000.00
    = Efe: wallet 5000.00
    = Eki: pending_escrow 37050.00
    = Femi: wallet 5000.00
    = Folake: available_payout 59850.00, pending_escrow 37050.00, total_revenue 59850.00
    = Jide: wallet 10000.00
    """)


def friday(salon):
    """Nothing but Dami's press."""
    salon.performed(salon.moved, by="Chidi", starts="Fri 15:00", ends="Fri 16:00")
    salon.week.go("Fri 20:00")
    salon.week.evening("""
    Chidi: booking_reminder_business DEP, booking_reminder_business DP
    Dami: booking_completed DEP, booking_reminder DEP, booking_reminder DP, booking_started DP, review_request DE
    Folake: booking_completed_business DEP
    = Bisi: tips 1000.00, tips_only 1000.00
    = Efe: wallet 5000.00
    = Eki: pending_escrow 18050.00
    = Femi: wallet 5000.00
    = Folake: available_payout 78850.00, pending_escrow 18050.00, total_revenue 78850.00
    = Jide: wallet 10000.00
    """)


def saturday(salon):
    """All of the week's money is where it belongs."""
    salon.week.go("Sat 20:00")
    salon.week.evening("""
    = Bisi: tips 1000.00, tips_only 1000.00
    = Efe: wallet 5000.00
    = Eki: pending_escrow 8550.00
    = Femi: wallet 5000.00
    = Folake: available_payout 88350.00, pending_escrow 8550.00, total_revenue 88350.00
    = Jide: wallet 10000.00
    """)
    earned = [
        Decimal(10_000),  # Ada
        Decimal(15_000),  # Bola, of the owner
        Decimal(9_000),  # Chika's first use: a third of ₦30,000 less a tenth
        Decimal(9_000),  # Chika's second
        Decimal(5_000),  # Efe, half of what was cancelled too late
        Decimal(5_000),  # Femi, half of what nobody came to
        Decimal(10_000),  # Gbenga
        Decimal(10_000),  # Hauwa
        Decimal(10_000),  # Ife, of the owner and yet at the old price
        Decimal(10_000),  # Dami
    ]
    salon.week.ends()
    assert salon.week.payout(salon.owner) == sum(earned) * Decimal("0.95")
