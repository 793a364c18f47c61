"""Refunds that one person proposes and another approves."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.core import clock
from apps.core.models import AuditEntry
from apps.payments import operations
from apps.payments.errors import (
    NotRefundable,
    RefundDecided,
    RefundNotFound,
    RefundTooLarge,
    SecondPersonNeeded,
)
from apps.payments.states import RefundDestination, RefundStatus
from apps.payments.tests.conftest import make_user, wallet_of

pytestmark = pytest.mark.django_db
WALLET = RefundDestination.WALLET


def request(payment, **wish):
    return operations.request_refund(payment_id=payment.pk, reason="CANCELLED", at=clock.now(), **wish)


def propose(payment, by, amount_minor=None, **wish):
    wish.setdefault("destination", WALLET)
    (refund,) = operations.propose_refund(
        payment_id=payment.pk, amount_minor=amount_minor, reason="Late", by=by, at=clock.now(), **wish
    )
    return refund


def approve(refund, by):
    return operations.approve_refund(refund_id=refund.pk, by=by, at=clock.now())


def test_proposal_waits_for_an_administrator(desk, ada, ops, admin, drain_outbox):
    payment = desk.pay(ada)
    refund = propose(payment, ops, 100_000)
    drain_outbox()
    assert (refund.status, wallet_of(ada)) == (RefundStatus.PROPOSED, 0)

    approve(refund, admin)
    drain_outbox()

    refund.refresh_from_db()
    assert (refund.status, refund.decided_by_id, wallet_of(ada)) == (RefundStatus.SUCCEEDED, admin.pk, 100_000)
    noted = AuditEntry.objects.filter(action__startswith="payments.refund_").values_list("action", flat=True)
    assert sorted(noted) == ["payments.refund_approved", "payments.refund_proposed"]


def test_denied_proposal_moves_nothing_and_cannot_be_decided_again(desk, ada, ops, admin, drain_outbox):
    refund = propose(desk.pay(ada), ops)
    operations.deny_refund(refund_id=refund.pk, by=admin, at=clock.now(), reason="The work was done")
    drain_outbox()

    for decide in (
        approve,
        lambda refund, by: operations.deny_refund(refund_id=refund.pk, by=by, at=clock.now(), reason=""),
    ):
        with pytest.raises(RefundDecided):
            decide(refund, admin)
    assert wallet_of(ada) == 0


def test_above_the_limit_nobody_approves_what_they_proposed(desk, ada, admin, settings):
    payment = desk.pay(ada, desk.trade.sell(ada, 10_000_001))
    large, small = propose(payment, admin, 5_000_001), propose(payment, admin, 5_000_000)

    with pytest.raises(SecondPersonNeeded):
        approve(large, admin)
    assert approve(small, admin).status == RefundStatus.APPROVED
    assert approve(large, make_user("another", "ADMIN")).status == RefundStatus.APPROVED


def test_proposals_that_exceed_what_is_left_are_refused_when_approved(desk, ada, ops, admin):
    payment = desk.pay(ada)
    first, second = propose(payment, ops, 300_000), propose(payment, ops, 300_000)
    approve(first, admin)

    with pytest.raises(RefundTooLarge):
        approve(second, admin)
    with pytest.raises(RefundTooLarge):
        propose(payment, ops, 200_001)


def test_proposal_where_nothing_is_left_is_refused(desk, ada, ops, drain_outbox):
    payment = desk.pay(ada)
    request(payment)
    drain_outbox()

    with pytest.raises(NotRefundable):
        propose(payment, ops)


def test_unknown_refund_is_not_found(db, admin):
    with pytest.raises(RefundNotFound):
        operations.approve_refund(refund_id=uuid4(), by=admin, at=clock.now())
