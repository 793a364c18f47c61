"""What the books have to show: claims of customers' banks, what a gateway's list says otherwise, a month that is over."""

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.bookings.models import Booking
from apps.bookings.states import BookingStatus
from apps.core import clock
from apps.core.money import Money
from apps.credits import operations as purse
from apps.credits.states import ITEM_TYPE
from apps.demo.operations.play_history import pay
from apps.ledger import addresses
from apps.payments import operations as payments
from apps.payments import queries as paid
from apps.payments.models import SandboxCharge
from apps.payments.operations import ItemToPay
from apps.payments.sandbox.disputes import decide_dispute, open_dispute
from apps.payments.sandbox.gateway import receive
from apps.reconciliation import operations as reconciliation
from apps.reconciliation.models import Break
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import Resolution
from apps.statements import operations as statements

GATEWAY = "sandbox"
DAY = timedelta(days=1)
# What each bank decides of the claims that there are: nothing yet, for its customer, for us.
DECISIONS: tuple[bool | None, ...] = (None, False, True)
WANTED_MINOR, SHORT_MINOR = 500_000, 5_000
STRAYS = (("DEMO-RENT", 2_500_000), ("DEMO-TEST", 10_000))


def play_books(*, customer: User, admin: User, ops: User, at: datetime) -> None:
    """Three chargebacks (open, lost, won), a payment too small for what it was for, which waits for somebody to say where
    its money goes, two breaks (open, resolved), and the statements of the month before.
    """
    _play_chargebacks(at=at)
    _play_too_little(customer, at=at - DAY / 4)
    _play_breaks(admin=admin, ops=ops, at=at)
    with clock.frozen(at):
        statements.issue_due_statements(at, 1_000)


def _play_chargebacks(*, at: datetime) -> None:
    coming = Booking.objects.filter(status=BookingStatus.CONFIRMED, slot=None, starts_at__gt=at + DAY)
    disputed = [
        payment
        for booking in coming.order_by("starts_at", "business__name")
        if (payment := paid.payment_that_paid(item_type="BOOKING", item_id=booking.pk)) is not None
        and payment.gateway == GATEWAY
        and payment.paid_at is not None
        and payment.paid_at < at - DAY
    ]
    for payment, won in zip(disputed, DECISIONS, strict=False):
        opened_at = at - DAY / 2
        with clock.frozen(opened_at):
            dispute = open_dispute(reference=payment.reference, at=opened_at)
            payments.refresh_dispute(gateway=GATEWAY, gateway_id=str(dispute.pk), at=opened_at)
        if won is not None:
            with clock.frozen(at):
                decide_dispute(reference=payment.reference, won=won, at=at)
                payments.refresh_dispute(gateway=GATEWAY, gateway_id=str(dispute.pk), at=at)


def _play_too_little(customer: User, *, at: datetime) -> None:
    with clock.frozen(at):
        bought = purse.buy(amount=Money(WANTED_MINOR, "NGN"), by=customer, at=at)
        pay(
            [ItemToPay(item_type=ITEM_TYPE, item_id=bought.pk)],
            customer,
            at=at,
            amount_minor=WANTED_MINOR - SHORT_MINOR,
        )


def _play_breaks(*, admin: User, ops: User, at: datetime) -> None:
    """Two charges at the gateway of which the marketplace knows nothing; somebody has said whose one of them is."""
    yesterday = at - DAY
    with clock.frozen(yesterday):
        for reference, amount_minor in STRAYS:
            charge = SandboxCharge.objects.create(
                reference=reference, amount_minor=amount_minor, currency="NGN", method="CARD", description="No booking"
            )
            receive(charge, at=yesterday)
    with clock.frozen(at):
        reconciliation.reconcile(gateway=GATEWAY, by=None, at=at)
        found = Break.objects.filter(subject=f"charge {STRAYS[0][0]}").order_by("pk").first()
        if found is None:
            return
        legs = [
            CorrectionLeg(address=addresses.gateway_clearing(GATEWAY, "NGN"), amount_minor=-found.net_gap_minor),
            CorrectionLeg(address=addresses.suspense("NGN"), amount_minor=found.net_gap_minor),
        ]
        reason = "Rent of the ground floor, paid to our account by mistake; goes back by hand."
        proposal = Proposal(resolution=Resolution.CORRECTED, reason=reason, legs=legs)
        reconciliation.propose_break(break_id=found.pk, proposal=proposal, by=ops, at=at)
        reconciliation.resolve_break(break_id=found.pk, by=admin, at=at)
