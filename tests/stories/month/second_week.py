"""The second week: payouts whose outcome nobody knows, a refund after the release, a bank's claim, too late and not at all."""

from tests.stories.month.first_week import bank_account
from tests.stories.month.month import intent_of, naira


def second_week(month, places):
    monday(month, places)
    tuesday(month, places)
    wednesday(month, places)
    thursday(month, places)
    friday(month, places)
    saturday(month, places)


def monday(month, places):
    """Everybody is paid out at six, and Paystack answers 500 after having sent it: asked by our reference, it knows."""
    month.beat("8 05:58")
    month.gateways.goes_wrong("paystack", "ERROR_AFTER", matching="/transfer", times=2)
    month.beat("8 06:01")
    payouts = [*_payouts(month.folake), *_payouts(month.bisi)]
    assert [(each["state"], each["outcome_unknown"], each["is_weekly"]) for each in payouts] == [
        ("IN_TRANSIT", True, True)
    ] * 2
    month.beat("8 06:20")
    assert [each["outcome_unknown"] for each in [*_payouts(month.folake), *_payouts(month.bisi)]] == [False, False]
    banks_have_it(month)
    assert [each["state"] for each in [*_payouts(month.folake), *_payouts(month.bisi)]] == ["PAID", "PAID"]
    month.go("8 08:00")
    bank_account(month, month.ife, "0123450004", "IFE BELLO")
    month.course = yoga(month, places)
    month.performed(month.unheard, by=month.bisi, starts="8 10:00", ends="8 11:00")
    words = {"reason": "OTHER", "note": "I had hoped for more."}
    month.third_dispute = month.kemi.act(month.unheard, "dispute", words)
    month.performed(month.after_the_hour, by=month.bisi, starts="8 12:00", ends="8 13:00")
    month.performed(month.acted, by=month.chidi, starts="8 14:00", ends="8 15:00")
    month.musa.act(month.acted, "confirm-release")
    month.night(8)
    assert [(each["state"], each["amount"]["amount"]) for each in _payouts(month.grace)] == [("PAID", "95.00")]


def _payouts(person):
    return person.get("/practitioner/payouts/")["results"]


def banks_have_it(month):
    """What is on its way at Paystack has arrived."""
    for reference, transfer in month.gateways.paystack.transfers.items():
        if transfer["status"] == "pending":
            month.gateways.paystack.control("settle_transfer", reference=reference, status="success")
    month.work()


def yoga(month, places):
    """Four evenings for ₦20,000 instead of 24,000: Nneka takes them all."""
    plan = {
        "date": "2027-02-09", "start_time": "18:00", "staff": str(places.yoga_host.pk),
        "rrule": "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4",
    }  # fmt: skip
    evenings = month.ngozi.post(f"/services/{places.yoga.pk}/schedule/", plan)["sessions"]
    offer = {
        "service": str(places.yoga.pk), "title": "Four evenings", "slots": [each["slot"] for each in evenings],
        "price": naira("20000.00"),
    }  # fmt: skip
    made = month.ngozi.post(f"/availability/businesses/{places.studio.pk}/courses/", offer)
    booked = month.nneka.post(f"/courses/{made['id']}/book/")
    (pay,) = [each for each in booked["available_actions"] if each["name"] == "pay"]
    month.card(month.nneka.post(pay["path"].removeprefix("/api/v1"), pay["body"]))
    return [each["slot"] for each in evenings]


def takes_place(month, evening, day):
    """One evening of the course."""
    month.go(f"{day} 18:00")
    month.yemi.post(f"/availability/slots/{evening}/start/")
    month.go(f"{day} 19:00")
    month.yemi.post(f"/availability/slots/{evening}/complete/")


def tuesday(month, places):
    """Operations find for the salon; the course begins."""
    month.go("9 10:00")
    wish = {"decision": "RELEASE", "reason": "It is what was ordered."}
    month.ops.post(f"/disputes/{month.third_dispute['id']}/decide/", wish)
    takes_place(month, month.course[0], 9)
    month.night(9)


def wednesday(month, places):
    """Released money goes back to the card, as one proposes and another approves; a use of the package is given back."""
    month.go("10 09:00")
    payment = month.acted["payment"]
    wish = {"destination": "GATEWAY", "reason": "It fell off the next day."}
    (proposed,) = month.ops.post(f"/payments/{payment['id']}/refunds/", wish)
    month.ops.post(f"/refunds/{proposed['id']}/approve/", refused="permission_denied")
    month.gateways.goes_wrong("paystack", "ERROR_AFTER", matching="/refund")
    month.admin.post(f"/refunds/{proposed['id']}/approve/")
    month.go("10 09:30")
    uses = month.chika.get(f"/packages/purchases/{month.package['id']}/")["uses"]
    open_use = next(each["id"] for each in uses if each["state"] == "OPEN")
    month.chika.post(f"/packages/purchases/{month.package['id']}/refund/", {"uses": [open_use]})
    month.film = month.quinn.buys(places.film, "11 16:00")
    month.night(10)


def thursday(month, places):
    """A day on set brings the barbers above $5,000: from then on they give 4 %."""
    month.go("11 09:00")
    month.ife.post("/wallet/withdraw/", {"amount": naira("10000.00")})
    banks_have_it(month)
    month.too_late = month.ada.buys(places.silk, "12 16:00", places.bisi)
    month.performed(month.film, by=month.hank, starts="11 16:00", ends="11 17:00")
    month.quinn.act(month.film, "confirm-release")
    month.rosas = month.rosa.buys(places.cut, "13 16:00")
    month.sams = month.sam.buys(places.cut, "18 16:00")
    takes_place(month, month.course[1], 11)
    month.night(11)


def friday(month, places):
    """Ada cancels too late, Bola does not come; a bank claims money that waits in escrow."""
    month.go("12 10:00")
    missed = month.bola.books(places.silk, "12 12:00", staff=str(places.chidi.pk))
    month.bola.pays(missed, credits=True)
    month.ada.act(month.too_late, "cancel", {"reason": "I am ill."})
    dispute = month.gateways.stripe.control("dispute", intent_id=intent_of(month.sams["payment"]))
    month.first_claim = dispute
    month.work()
    month.go("12 12:20")
    month.chidi.act(missed, "no-show", {})
    (refund,) = month.gateways.paystack.refunds
    month.gateways.paystack.control("settle_refund", refund_id=refund["id"], succeeded=True)
    month.gateways.paystack.control("settle")
    month.gateways.stripe.control("settle")
    month.work()
    month.night(12)


def saturday(month, places):
    """Rosa is content, tips Hank and confirms."""
    month.performed(month.rosas, by=month.hank, starts="13 16:00", ends="13 17:00")
    month.rosa.act(month.rosas, "confirm-release")
    month.rosa.tips(month.rosas, "10.00", "USD")
    month.night(13)
