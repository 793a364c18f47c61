import pytest

from apps.bookings.tests.world import NOW
from apps.packages import operations
from apps.packages.profile_parts import export, objection_to_erasure
from apps.packages.tests.sold import bought, unpaid

pytestmark = pytest.mark.django_db


def test_the_export_tells_what_was_bought_and_how_each_use_stands(world):
    purchase = bought(world, uses=2)
    world.book(package_id=purchase.pk)

    [told] = export(world.customer)

    assert (told["title"], told["business"], told["services"]) == ("Calm", "Serenity Spa", "2 × Massage")
    assert (told["uses"], told["price"]) == (["SPENT", "OPEN"], {"amount": "9000.00", "currency": "NGN"})
    assert export(world.owner) == []


def test_unused_uses_are_spent_or_given_back_before_an_account_is_erased(world, drain_outbox):
    unpaid(world)
    assert objection_to_erasure(world.customer) is None
    purchase = bought(world)
    assert objection_to_erasure(world.customer) is not None

    operations.refund_uses(purchase_id=purchase.pk, by=world.customer, at=NOW)
    assert objection_to_erasure(world.customer) is not None
    drain_outbox()

    assert objection_to_erasure(world.customer) is None
