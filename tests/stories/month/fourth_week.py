"""The last week: a break is found and resolved by two, codes and points and a wallet pay, and the month ends."""

from tests.stories.month.month import naira
from tests.stories.month.plans import a_follower, renewed_late
from tests.stories.month.second_week import banks_have_it


def fourth_week(month, places):
    saturday(month, places)
    monday(month, places)
    tuesday(month, places)
    thursday(month, places)
    the_end(month, places)


def saturday(month, places):
    """What Paystack kept too much is a cost: one proposes so, another resolves it. Wale's code takes 2,000 off."""
    month.beat("20 09:00")
    (found,) = month.ops.get("/reconciliation/breaks/", state="OPEN")["results"]
    assert (found["kind"], found["here"], found["there"]) == ("FEE", "fee 150.00 NGN", "fee 175.00 NGN")
    legs = [
        {"account": "SYSTEM::GATEWAY_FEES:NGN", "side": "DEBIT", "amount": naira("25.00")},
        {"account": "SYSTEM::GATEWAY_CLEARING/paystack:NGN", "side": "CREDIT", "amount": naira("25.00")},
    ]
    path = f"/reconciliation/breaks/{found['id']}"
    reason = "Paystack's invoice has it: a card from abroad."
    month.ops.post(f"{path}/propose/", {"resolution": "CORRECTED", "reason": reason, "legs": legs})
    month.ops.post(f"{path}/resolve/", refused="permission_denied")
    month.admin.post(f"{path}/resolve/")
    reduced = month.wale.books(places.silk, "20 16:00", staff=str(places.bisi.pk))
    month.wale.pays(reduced, promo="first20")
    month.performed(month.veras, by=month.chidi, starts="20 14:00", ends="20 15:00")
    month.vera.act(month.veras, "confirm-release")
    month.performed(reduced, by=month.bisi, starts="20 16:00", ends="20 17:00")
    month.night(20)


def monday(month, places):
    """Payouts; and Quinn makes credits of points, and pays with them."""
    month.beat("22 12:30")
    banks_have_it(month)
    assert month.quinn.get("/loyalty/")["points"] == 6_100
    month.quinn.post("/loyalty/redeem/", {"points": 1_000, "currency": "USD"})
    month.pointed = month.quinn.books(places.cut, "23 16:00")
    month.quinn.pays(month.pointed, credits=True)
    month.night(22)


def tuesday(month, places):
    """Nneka follows Yemi; Quinn's cut; Xena's money goes back to her card, though Stripe answers 500 after having done it."""
    month.go("23 09:00")
    a_follower(month, places)
    xenas = month.xena.buys(places.cut, "26 16:00")
    (proposed,) = month.ops.post(
        f"/payments/{xenas['payment']['id']}/refunds/", {"destination": "GATEWAY", "reason": "Hank is away that day."}
    )
    month.gateways.goes_wrong("stripe", "ERROR_AFTER", matching="/v1/refunds", times=3)
    month.admin.post(f"/refunds/{proposed['id']}/approve/")
    month.performed(month.pointed, by=month.hank, starts="23 16:00", ends="23 17:00")
    month.quinn.act(month.pointed, "confirm-release")
    month.night(23)


def thursday(month, places):
    """Dami pays with the wallet alone."""
    month.go("25 09:00")
    last = month.dami.books(places.silk, "25 12:00", staff=str(places.bisi.pk))
    assert month.dami.opens(last, wallet=True)["status"] == "SUCCEEDED"
    month.performed(last, by=month.bisi, starts="25 12:00", ends="25 13:00")
    month.dami.act(last, "confirm-release")
    month.gateways.paystack.control("settle")
    month.gateways.stripe.control("settle")
    month.night(25)


def the_end(month, places):
    """Everything is told once more, and nothing changes; on the first of March the month is told, and all is paid out."""
    month.go("28 12:00")
    month.gateways.repeat()
    month.work()
    month.night(28)
    renewed_late(month, places)
    month.beat("29 12:30")
    banks_have_it(month)
    month.night(29)
