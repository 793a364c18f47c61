"""Months that go by for a business, and their statements."""

from datetime import UTC, datetime

from apps.core import clock
from apps.ledger import operations as ledger
from apps.ledger.models import Account, EscrowHold
from apps.ledger.states import ReleaseReason
from apps.payments import operations as payments
from apps.payments.states import RefundDestination
from apps.statements import operations
from apps.statements.models import Statement

OCTOBER, NOVEMBER = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (10, 11))


class Month:
    """What happens to a business, each at a moment of its own."""

    def __init__(self, desk, business, customer, ops, admin):
        self.desk, self.business, self.customer, self.ops, self.admin = desk, business, customer, ops, admin

    def paid(self, at, amount_minor=500_000):
        """A payment for something of the business's."""
        with clock.frozen(at):
            sold = self.desk.trade.sell(self.customer, amount_minor, business_id=self.business.pk)
            return self.desk.pay(self.customer, sold)

    def sale(self, at, amount_minor=500_000):
        """Paid for, done, and confirmed by the customer."""
        payment = self.paid(at, amount_minor)
        hold = EscrowHold.objects.get(payment_id=payment.pk)
        with clock.frozen(at):
            ledger.start_clearance(unit_type=hold.unit_type, unit_id=hold.unit_id, at=at)
            ledger.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=at)
        return payment

    def give_back(self, payment, at, amount_minor):
        """After its release, by operations."""
        with clock.frozen(at):
            (refund,) = payments.propose_refund(
                payment_id=payment.pk,
                amount_minor=amount_minor,
                destination=RefundDestination.WALLET,
                reason="Late.",
                by=self.ops,
                at=at,
            )
            payments.approve_refund(refund_id=refund.pk, by=self.admin, at=at)
            payments.carry_out_due_refunds(at, 10)


def account_of(owner_id, kind="AVAILABLE", currency="NGN"):
    return Account.objects.get(owner_id=owner_id, kind=kind, currency=currency)


def told(owner_id, until, at, **which):
    """The statements of the account up to that month, made at that moment."""
    with clock.frozen(at):
        return operations.issue_statements(account_id=account_of(owner_id, **which).pk, until=until, at=at)


def all_of(business):
    return list(Statement.objects.filter(business=business).order_by("month"))
