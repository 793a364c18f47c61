"""What customers buy in tests of packages: by the real operations, paid by web hook."""

from apps.bookings.tests.world import let_through
from apps.catalog.models import Bundle, Package
from apps.catalog.tests.factories import BundleFactory, PackageFactory, ServiceFactory
from apps.core import clock
from apps.ledger.models import EscrowHold
from apps.packages import operations
from apps.packages.models import Purchase
from apps.payments import operations as payments
from apps.payments.operations import ItemToPay

USE = "PACKAGE_USE"


def facial(world, **fields):
    """A second service of the business, for 3,333.33."""
    told = {"title": "Facial", "price_minor": 333_333, "performers": [world.staff], **fields}
    return ServiceFactory(business=world.business, **told)


def unpaid(world, *, uses=3, customer=None, at=None, services=None, **fields):
    """Three massages with a tenth off, in the customer's basket."""
    parts = services or {world.service: uses}
    package = PackageFactory(business=world.business, title="Calm", services=parts, **fields)
    return operations.buy(kind=Package, deal_id=package.pk, by=customer or world.customer, at=at or clock.now())


def unpaid_bundle(world, **fields):
    services = {world.service: 1, facial(world): 1}
    bundle = BundleFactory(business=world.business, title="Day off", price_minor=700_000, services=services, **fields)
    return operations.buy(kind=Bundle, deal_id=bundle.pk, by=world.customer, at=clock.now())


def open_payment(purchase, *, at=None):
    item = ItemToPay(item_type=purchase.kind, item_id=purchase.pk)
    return payments.initialize_payment(items=[item], payer=purchase.customer, at=at or clock.now())


def pay(purchase):
    let_through(open_payment(purchase))
    return Purchase.objects.get(pk=purchase.pk)


def bought(world, **more):
    """The same, paid for."""
    return pay(unpaid(world, **more))


def states(purchase):
    return list(purchase.uses.order_by("number").values_list("state", flat=True))


def hold_of(use):
    return EscrowHold.objects.filter(unit_type=USE, unit_id=use.pk).order_by("-funded_at", "-pk").first()
