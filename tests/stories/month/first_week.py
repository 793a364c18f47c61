"""The first week: cards, a package, too little and too much, four purses in one payment, late money, a gateway down."""

from apps.core import clock
from tests.stories.month.gateways import late
from tests.stories.month.month import naira
from tests.stories.month.places import know_person
from tests.stories.month.plans import on_pro

RETURN_URL = "https://guild.example/payout-accounts"


def first_week(month, places):
    monday(month, places)
    tuesday(month, places)
    wednesday(month, places)
    thursday(month, places)
    friday(month, places)
    saturday_and_sunday(month, places)


def monday(month, places):
    """Everybody says where they are paid; three pay by card, one for a package; the first money is released."""
    month.go("1 08:00")
    payout_accounts(month, places)
    on_pro(month, places)
    bola = month.registers("Bola Ige", month.ada.post("/credits/referral/")["code"])
    know_person(month, "Bola", bola)
    first = month.ada.buys(places.silk, "1 14:00", places.bisi)
    brought = bola.buys(places.silk, "1 15:30", places.bisi)
    package = month.chika.post(f"/packages/{places.three_presses.pk}/buy/")
    month.chika.pays(package, kind="PACKAGE")
    month.package = package
    cut = month.quinn.buys(places.cut, "1 17:00")
    month.performed(first, by=month.bisi, starts="1 14:00", ends="1 15:00")
    month.ada.act(first, "confirm-release")
    month.ada.tips(first, "1000.00")
    month.performed(brought, by=month.bisi, starts="1 15:30", ends="1 16:30")
    month.performed(cut, by=month.hank, starts="1 17:00", ends="1 18:00")
    month.quinn.act(cut, "confirm-release")
    month.night(1)


def payout_accounts(month, places):
    """Bank accounts in Lagos, whose names the bank confirms; Connect accounts in New York."""
    for owner, business, number, holder in (
        (month.folake, places.salon, "0123450001", "ADUNNI HAIR"),
        (month.ngozi, places.studio, "0123450002", "LEKKI STUDIO"),
        (month.bisi, None, "0123450003", "BISI"),
    ):
        bank_account(month, owner, number, holder, **({} if business is None else {"business": str(business.pk)}))
    for owner, more in ((month.grace, {"business": str(places.barbers.pk)}), (month.hank, {})):
        wish = {"currency": "USD", "country": "US", "return_url": RETURN_URL, **more}
        asked = owner.post("/payout-accounts/onboarding/", wish)
        assert asked["account"]["state"] == "PENDING"
        (account, *_) = month.gateways.stripe._of("account")
        month.gateways.stripe.control("onboard", account_id=account["id"])
        month.work()
        (known,) = owner.get("/payout-accounts/")["results"]
        assert known["state"] == "VERIFIED"


def bank_account(month, owner, number, holder, **more):
    month.gateways.paystack.control("name_account", number=number, holder=holder)
    wish = {"account_number": number, "bank_code": "058", "currency": "NGN", **more}
    assert owner.post("/payout-accounts/", wish)["state"] == "VERIFIED"


def tuesday(month, places):
    """Two things in one payment; too little for a third, too much for a fourth."""
    month.go("2 09:00")
    today, later = (month.dami.books(places.silk, start, staff=str(places.bisi.pk)) for start in ("2 12:00", "5 12:00"))
    month.dami.pays(today, later)
    month.twice = later
    short = month.efe.books(places.silk, "3 10:00", staff=str(places.bisi.pk))
    payment = month.efe.pays(short, amount=900_000)
    assert month.efe.status_of(payment) == "NEEDS_REVIEW"
    month.generous = month.gbenga.books(places.silk, "3 14:00", staff=str(places.chidi.pk))
    payment = month.gbenga.pays(month.generous, amount=1_200_000)
    assert month.gbenga.status_of(payment) == "SUCCEEDED"
    month.performed(today, by=month.bisi, starts="2 12:00", ends="2 13:00")
    month.night(2)


def wednesday(month, places):
    """A code, bought credits, the wallet and a card pay for one press; a use of the package is spent."""
    month.go("3 09:00")
    gbenga = month.gbenga
    gbenga.post("/credits/promo/", {"code": "welcome"})
    gbenga.pays(gbenga.post("/credits/purchase/", {"amount": naira("4000.00")}), kind="CREDITS")
    month.mixed = gbenga.books(places.silk, "10 10:00", staff=str(places.bisi.pk))
    payment = gbenga.pays(month.mixed, credits=True, wallet=True)
    parts = {name: each["amount"] for name, each in payment["parts"].items()}
    assert parts == {"gateway": "1000.00", "wallet": "2000.00", "credits": "4000.00", "promotions": "3000.00"}
    month.performed(month.generous, by=month.chidi, starts="3 14:00", ends="3 15:00")
    use = month.chika.books(places.silk, "3 16:00", package=month.package["id"], staff=str(places.bisi.pk))
    month.performed(use, by=month.bisi, starts="3 16:00", ends="3 17:00")
    month.night(3)


def thursday(month, places):
    """Money that comes late finds its time free, or gone; a payment in four parts goes back to where each came from."""
    month.go("4 09:00")
    revived = month.hauwa.books(places.silk, "5 15:00", staff=str(places.chidi.pk))
    slow = month.hauwa.opens(revived)
    month.beat("4 09:45")
    assert month.hauwa.look(revived)["status"] == "EXPIRED"
    month.card(slow)
    assert month.hauwa.look(revived)["status"] == "CONFIRMED"
    month.revived = revived
    month.go("4 10:00")
    gone = month.ife.books(places.silk, "6 10:00", staff=str(places.bisi.pk))
    slower = month.ife.opens(gone)
    month.beat("4 10:40")
    month.gateways.goes_wrong("paystack", "HOLD_BACK", matching="charge.success")
    month.taken = month.jide.buys(places.silk, "6 10:00", places.bisi)
    month.go("4 10:45")
    month.card(slower)
    assert month.ife.look(gone)["status"] == "EXPIRED"
    month.gbenga.act(month.mixed, "cancel", {"reason": "My flight leaves earlier."})
    month.gbenga.post("/credits/gift/", {"amount": naira("1500.00"), "email": month.hauwa.user.email})
    month.night(4)
    assert month.jide.look(month.taken)["status"] == "CONFIRMED"


def friday(month, places):
    """A web hook never comes; a gateway is down for an hour, and answers 500 after having acted; hooks are forged."""
    month.go("5 09:00")
    month.gateways.goes_wrong("paystack", "DROP", matching="charge.success")
    month.unheard = month.kemi.buys(places.silk, "8 10:00", places.bisi)
    assert month.kemi.look(month.unheard)["status"] == "PENDING"
    month.beat("5 09:10")
    assert month.kemi.look(month.unheard)["status"] == "CONFIRMED"
    month.after_the_hour = down_for_an_hour(month, places)
    month.gateways.goes_wrong("paystack", "ERROR_AFTER", matching="/transaction/initialize")
    month.acted = month.musa.books(places.silk, "8 14:00", staff=str(places.chidi.pk))
    month.musa.opens(month.acted, refused="gateway_unavailable")
    month.acted["payment"] = month.musa.pays(month.acted)
    month.gateways.knock("paystack", month.gateways.paystack.hooks.sent[-1], forged=True, answer=400)
    month.performed(month.twice, by=month.bisi, starts="5 12:00", ends="5 13:00")
    words = {"reason": "POOR_WORK", "note": "It came loose on the way home."}
    month.first_dispute = month.dami.act(month.twice, "dispute", words)
    month.performed(month.revived, by=month.chidi, starts="5 15:00", ends="5 16:00")
    month.gateways.paystack.control("settle")
    month.gateways.stripe.control("settle")
    month.night(5)


def down_for_an_hour(month, places):
    """Whoever pays meanwhile is told to try again, at last without the gateway being asked; after the hour all is well."""
    paystack, lami = month.gateways.paystack, month.lami
    month.gateways.goes_wrong("paystack", "DOWN", times=1_000)
    waiting = lami.books(places.silk, "8 12:00", staff=str(places.bisi.pk))
    for _ in range(5):
        lami.opens(waiting, refused="gateway_unavailable")
    assert month.gateways.breaker("paystack").is_open
    asked = sum(fault.times for fault in paystack.faults.planned)
    lami.opens(waiting, refused="gateway_unavailable")
    assert sum(fault.times for fault in paystack.faults.planned) == asked
    month.go("5 10:10")
    paystack.faults.clear()
    month.go("5 10:15")
    return lami.buys(places.silk, "8 12:00", places.bisi)


def saturday_and_sunday(month, places):
    """Operations decide: all back, and a part of it; what was held back comes, and everything comes once more."""
    month.performed(month.taken, by=month.bisi, starts="6 10:00", ends="6 11:00")
    month.go("6 12:00")
    wish = {"decision": "REFUND", "reason": "The photographs show it."}
    month.ops.post(f"/disputes/{month.first_dispute['id']}/decide/", wish)
    words = {"reason": "POOR_WORK", "note": "One side was left out.", "amount": naira("5000.00")}
    second = month.jide.act(month.taken, "dispute", words)
    month.night(6)
    month.go("7 12:00")
    wish = {"decision": "SPLIT", "refund": naira("4000.00"), "reason": "Both are right, in part."}
    month.ops.post(f"/disputes/{second['id']}/decide/", wish)
    late(month.gateways.paystack)
    month.work()
    month.gateways.repeat()
    month.work()
    clock.forget_offset()
    month.night(7)
