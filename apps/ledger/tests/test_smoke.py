import pytest
from apps.ledger import operations
from apps.ledger.models import *
from apps.ledger.states import *
from datetime import timedelta
pytestmark = pytest.mark.django_db
def test_x(fund, cleared, now, django_user_model):
    h = fund(10_000)
    print(vars(h))
    h = operations.start_clearance(unit_type=h.unit_type, unit_id=h.unit_id, at=now)
    r = operations.refund_hold(hold_id=h.pk, amount_minor=3000, destination=RefundDestination.WALLET, reason="x", by=None, at=now, idempotency_key="r1")
    print(r)
    r = operations.release_hold(hold_id=h.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=now)
    print(r.transfer_id, vars(r.hold))
    for i in range(5): cleared(5000)
    assert operations.release_due_holds(at=now+timedelta(hours=24), limit=10) == 5
    print(operations.post_tip(tip_id=h.pk, gateway="stripe", currency="USD", amount_minor=5, performer_id=h.pk, idempotency_key="t", at=now))
    for e in Entry.objects.select_related("account").order_by("pk"): print(e.transfer_id, e.account.address, e.amount)
    for b in Balance.objects.all(): print(b.account.address, b.posted)
    print(operations.take_snapshot(at=now), operations.seal_batch(at=now, limit=1000))
