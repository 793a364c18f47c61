"""The third week: money that comes back days later, banks that win and lose, and who owes is paid off by later work."""

from tests.stories.month.month import intent_of, naira
from tests.stories.month.plans import on_premium
from tests.stories.month.second_week import banks_have_it, takes_place


def third_week(month, places):
    monday(month, places)
    tuesday(month, places)
    wednesday(month, places)
    thursday(month, places)
    friday(month, places)


def monday(month, places):
    """A refund to a card bounces five days later; a bank claims what has been paid out this morning. The studio grows."""
    on_premium(month, places)
    month.beat("15 14:00")
    banks_have_it(month)
    (refund,) = month.gateways.paystack.refunds
    month.gateways.paystack.control("settle_refund", refund_id=refund["id"], succeeded=False)
    month.work()
    month.second_claim = month.gateways.stripe.control("dispute", intent_id=intent_of(month.rosas["payment"]))
    month.work()
    month.night(15)


def tuesday(month, places):
    """Rosa's bank wins: the barbers owe what they had. Sam's bank loses."""
    month.go("16 10:00")
    close(month, month.second_claim, won=False)
    month.grace.post("/practitioner/payouts/request/", {"currency": "USD"}, refused="money_owed")
    month.go("16 12:00")
    close(month, month.first_claim, won=True)
    takes_place(month, month.course[2], 16)
    month.night(16)


def close(month, claim, *, won):
    """The bank has decided."""
    month.gateways.stripe.control("close_dispute", dispute_id=claim["id"], won=won)
    month.work()


def wednesday(month, places):
    """The studio's bank sends its payout back; Uma's cut pays off what the barbers owe."""
    month.go("17 09:00")
    (lekki,) = month.ngozi.get("/practitioner/payouts/")["results"]
    month.gateways.paystack.control("settle_transfer", reference=lekki["reference"], status="reversed")
    month.work()
    assert [each["state"] for each in month.ngozi.get("/practitioner/payouts/")["results"]] == ["REVERSED"]
    month.tolus = month.tolu.buys(places.silk, "20 10:00", places.bisi)
    cut = month.umas = month.uma.buys(places.cut, "17 16:00")
    month.performed(cut, by=month.hank, starts="17 16:00", ends="17 17:00")
    month.uma.act(cut, "confirm-release")
    month.night(17)


def thursday(month, places):
    """Two more claims: on a press in escrow, and on a cut whose money lies with the barbers. Folake asks for a payout."""
    month.go("18 09:00")
    paystack, stripe = month.gateways.paystack, month.gateways.stripe
    month.third_claim = paystack.control("dispute", reference=month.tolus["payment"]["reference"])
    month.fourth_claim = stripe.control("dispute", intent_id=intent_of(month.umas["payment"]))
    month.work()
    (claim,) = month.ops.get("/chargebacks/", payment=month.tolus["payment"]["id"])["results"]
    month.ops.post(f"/chargebacks/{claim['id']}/evidence/", {"words": "She booked and paid by herself."})
    month.folake.post("/practitioner/payouts/request/", {"amount": naira("6000.00")})
    banks_have_it(month)
    month.performed(month.sams, by=month.hank, starts="18 16:00", ends="18 17:00")
    month.sam.act(month.sams, "confirm-release")
    takes_place(month, month.course[3], 18)
    month.night(18)


def friday(month, places):
    """Both claims are lost. Paystack keeps 25 more of a payment than it said."""
    month.go("19 09:00")
    month.gateways.paystack.control("resolve_dispute", dispute_id=month.third_claim["id"], won=False)
    close(month, month.fourth_claim, won=False)
    month.gateways.paystack.control("settle")
    month.veras = month.vera.buys(places.silk, "20 14:00", places.chidi)
    month.gateways.paystack.transactions[month.veras["payment"]["reference"]]["fees"] += 2_500
    month.night(19)
