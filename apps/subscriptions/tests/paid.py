"""Businesses on plans and followers of practitioners, by the real operations, and the passing of their months."""

from datetime import timedelta

from apps.bookings.tests.world import let_through
from apps.catalog.tests.factories import UserFactory
from apps.core import clock
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.operations import Leg
from apps.ledger.queries import balance
from apps.ledger.states import TransferKind
from apps.payments import operations as payments
from apps.payments.models import Payment, SavedMethod
from apps.payments.operations import ItemToPay
from apps.subscriptions import operations
from apps.subscriptions.models import Bill, PractitionerPlan, Subscription
from apps.subscriptions.states import PayFrom

PRO, PREMIUM = 1_500_000, 4_500_000
DAY = timedelta(days=1)


def fresh(row):
    """The row as it is now."""
    if isinstance(row, Subscription):
        return Subscription.objects.with_names().get(pk=row.pk)
    return type(row)._default_manager.get(pk=row.pk)


def has_available(world, amount_minor, *, key="earned", currency="NGN"):
    """The business has earned so much before, as an adjustment from suspense books it."""
    ledger.post_transfer(
        kind=TransferKind.ADJUSTMENT,
        legs=[
            Leg(address=addresses.suspense(currency), amount_minor=-amount_minor),
            Leg(address=addresses.business_available(world.business.pk, currency), amount_minor=amount_minor),
        ],
        idempotency_key=f"{key}:{world.business.pk}",
        at=clock.now(),
    )


def available(world):
    return balance(addresses.business_available(world.business.pk, "NGN"))


def revenue():
    return balance(addresses.platform_revenue("NGN"))


def chosen(world, plan="PRO", pay_from=PayFrom.CARD, *, at=None):
    """The business has chosen a plan; by card it is still to be paid."""
    return operations.subscribe(
        business_id=world.business.pk, plan_code=plan, pay_from=pay_from, by=world.owner, at=at or clock.now()
    )


def due(subscription):
    return Bill.objects.filter(subscription=subscription, state="DUE").order_by("-id").first()


def checkout(bill, payer, *, at=None, **more):
    """The payer has begun to pay the bill."""
    item = ItemToPay(item_type="SUBSCRIPTION", item_id=bill.pk)
    return payments.initialize_payment(items=[item], payer=payer, at=at or clock.now(), **more)


def by_card(world, plan="PRO", **more):
    """The business is on the plan, paid by a card that was saved."""
    subscription = chosen(world, plan, **more)
    let_through(checkout(due(subscription), world.owner))
    return fresh(subscription)


def from_available(world, plan="PRO", *, amount_minor=PRO):
    """The business is on the plan, paid from what it had to withdraw."""
    has_available(world, amount_minor)
    return fresh(chosen(world, plan, PayFrom.AVAILABLE))


def declines(payer):
    """The payer's saved cards are declined from now on."""
    for method in SavedMethod.objects.filter(owner=payer):
        method.token = "declined"
        method.save()


def renew(at):
    """The sweep has run at that moment, until nothing is due."""
    with clock.frozen(at):
        while operations.renew_due(at, 10):
            pass


def offer(world, *, price_minor=250_000):
    """The performer has a public page and offers followers a plan."""
    world.staff.has_public_page = world.staff.is_verified = True
    world.staff.save()
    return PractitionerPlan.objects.create(
        practitioner=world.staff, name="Inner circle", currency="NGN", price_minor=price_minor
    )


def joined(world, *, member=None, pay_from=PayFrom.CARD, plan=None):
    """Somebody has joined the plan; it is still to be paid."""
    plan = plan or offer(world)
    return operations.join(plan_id=plan.pk, pay_from=pay_from, by=member or UserFactory(), at=clock.now())


def member_by_card(world, **more):
    membership = joined(world, **more)
    let_through(checkout(due(membership), membership.payer))
    return fresh(membership)


def payments_of(subscription):
    items = Bill.objects.filter(subscription=subscription).values("pk")
    return Payment.objects.filter(allocations__item_id__in=items).order_by("pk")
