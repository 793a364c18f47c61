"""Money that tests move: a payment of one booking, unless they say otherwise."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core.ids import new_id
from apps.ledger import operations, soundness
from apps.ledger.models import EscrowHold
from apps.ledger.operations import FundAllocation, Unit
from apps.ledger.testing import assert_ledger_sound

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_desk_is_asked():
    """The ledger is proven by itself: no payment desk knows of the money that moves here."""
    before = soundness._desk
    soundness.connect(None)
    yield
    soundness.connect(before)


@pytest.fixture
def fund(now):
    """``fund(10_000)`` is a hold of 100.00 for a new booking, as it stands in the table."""

    def make(amount_minor=10_000, *, at=None, **named):
        unit = Unit(unit_type=named.pop("unit_type", "BOOKING"), unit_id=named.pop("unit_id", None) or new_id())
        allocation = FundAllocation(
            unit_type=unit.unit_type,
            unit_id=unit.unit_id,
            business_id=named.pop("business_id", None) or new_id(),
            customer_id=(customer_id := named.pop("customer_id", None) or new_id()),
            amount_minor=amount_minor,
            commission_rate_bp=named.pop("rate_bp", None),
            plan_rate_bp=named.pop("plan_rate_bp", None),
        )
        payment_id = named.pop("payment_id", None) or new_id()
        operations.fund_payment(
            payment_id=payment_id,
            gateway=named.pop("gateway", "paystack"),
            currency=named.pop("currency", "NGN"),
            amount_minor=named.pop("paid_minor", amount_minor),
            payer_id=customer_id,
            allocations=[allocation],
            idempotency_key=named.pop("idempotency_key", f"test:{uuid4()}"),
            at=at or now,
            **named,
        )
        return EscrowHold.objects.get(payment_id=payment_id)

    return make


@pytest.fixture
def cleared(fund, now):
    """``cleared(10_000)`` is a hold whose clearance started now."""

    def make(*arguments, **named):
        hold = fund(*arguments, **named)
        return operations.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=named.get("at") or now)

    return make


@pytest.fixture
def sound():
    """The books are sound before the test ends, whatever it did."""
    yield
    assert_ledger_sound()
