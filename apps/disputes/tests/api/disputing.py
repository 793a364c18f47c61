"""What customers, sides and operations do in tests of disputes, over HTTP."""

from datetime import timedelta

from apps.bookings.models import Booking
from apps.disputes.tests.conftest import BODY
from apps.ledger import addresses, queries
from apps.ledger.models import Account, EscrowHold
from apps.ledger.states import AccountKind
from apps.notifications.models import Notification

URL = "/api/v1/disputes/"

DAY = timedelta(days=1)

FILE = {"title": "The kitchen", "file_name": "disputes/kitchen.jpg"}


def naira(amount):
    return {"amount": amount, "currency": "NGN"}


def opened(client, booking, **more):
    return client.post(f"/api/v1/bookings/{booking.pk}/dispute/", {**BODY, **more})


def decide(client, dispute, decision, **more):
    return client.post(f"{URL}{dispute.pk}/decide/", {"decision": decision, "reason": "We looked.", **more})


def names(answer, *, enabled=True):
    return [each["name"] for each in answer.json()["data"]["available_actions"] if each["enabled"] == enabled]


def told(kind):
    rows = Notification.objects.filter(notification_type=kind)
    return set(rows.values_list("user_id", flat=True))


def money(world):
    """What is whose: the business's, the platform's, the customer's."""
    revenue = Account.objects.filter(kind=AccountKind.PLATFORM_REVENUE, currency="NGN").first()
    return (
        queries.available_to_business(world.business.pk, "NGN"),
        queries.derived_balance(revenue.pk) if revenue else 0,
        queries.balance(addresses.wallet(world.customer.pk, "NGN")),
    )


def holds():
    return list(EscrowHold.objects.order_by("pk").values_list("state", flat=True))


def detail(client, booking):
    return client.get(f"/api/v1/bookings/{booking.pk}/").json()["data"]


def fresh_booking(dispute):
    return Booking.objects.with_people().get(pk=dispute.unit_id)
