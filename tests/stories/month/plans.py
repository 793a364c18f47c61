"""The studio's plan, by card: its first month, half a month of a larger one, a renewal that fails; and a follower."""

from tests.stories.month.month import naira


def on_pro(month, places):
    """The studio subscribes to PRO."""
    month.ngozi.post(_plan(places), {"plan": "PRO", "pay_from": "CARD"})
    month.plan_payment = _pays_what_is_due(month, places)
    assert _is(month, places) == ("PRO", "ACTIVE")


def on_premium(month, places):
    """After half of the month it goes over to PREMIUM, and the saved card is charged half of the difference."""
    month.beat("15 07:59")
    month.go("15 08:00")
    assert month.ngozi.post(f"{_plan(places)}change/preview/", {"plan": "PREMIUM"})["due"] == naira("15000.00")
    month.ngozi.post(f"{_plan(places)}change/", {"plan": "PREMIUM"})
    assert _is(month, places) == ("PREMIUM", "ACTIVE")


def a_follower(month, places):
    """Nneka joins Yemi's circle, and pays by card."""
    staff = places.yoga_host
    staff.has_public_page = staff.is_verified = True
    staff.save()
    circle = month.ngozi.post(f"/practitioners/{staff.pk}/plans/", {"name": "Circle", "price": naira("10000.00")})
    joined = month.nneka.post(f"/practitioners/plans/{circle['id']}/join/")
    month.nneka.pays(joined["due"], kind="SUBSCRIPTION")
    (membership,) = month.nneka.get("/practitioners/memberships/")["results"]
    assert membership["state"] == "ACTIVE"


def renewed_late(month, places):
    """The first of March: the saved card has been closed, so the second month is not paid, and the plan is kept; then it is."""
    month.gateways.paystack.control("close_card", reference=month.plan_payment["reference"])
    month.beat("29 08:30")
    assert _is(month, places) == ("PREMIUM", "PAST_DUE")
    month.go("29 09:00")
    _pays_what_is_due(month, places)
    assert _is(month, places) == ("PREMIUM", "ACTIVE")


def _plan(places):
    return f"/businesses/{places.studio.pk}/subscription/"


def _pays_what_is_due(month, places):
    return month.ngozi.pays(month.ngozi.get(_plan(places))["subscription"]["due"], kind="SUBSCRIPTION")


def _is(month, places):
    now = month.ngozi.get(_plan(places))
    return now["plan"]["code"], now["subscription"]["state"]
