"""What can be paid for: one function per item type, on one page; connected when Django starts."""

from apps.bookings import operations as bookings
from apps.packages import operations as packages
from apps.payments import payables
from apps.payments.operations import quote_credits
from apps.payments.payables import Payables
from apps.subscriptions import operations as subscriptions

PAYABLES: Payables = {
    "BOOKING": bookings.quote_payable,
    "EXTRA": bookings.quote_extra,
    "PACKAGE": packages.quote_purchase,
    "BUNDLE": packages.quote_purchase,
    "TIP": bookings.quote_tip,
    "CREDITS": quote_credits,
    "SUBSCRIPTION": subscriptions.quote_bill,
}


def connect() -> None:
    """Every trade's things can be paid for."""
    payables.connect(PAYABLES)
