"""Acts of money that comes back after its release."""

from apps.core.ids import new_id
from apps.ledger import addresses, operations, queries
from apps.ledger.states import OwnerType, RefundDestination, ReleaseReason

WALLET, BUSINESS = RefundDestination.WALLET, OwnerType.BUSINESS


def release(hold, at):
    return operations.release_hold(hold_id=hold.pk, reason=ReleaseReason.CUSTOMER_CONFIRMED, by=None, at=at).hold


def recover(hold, amount_minor, at, key=None, destination=WALLET):
    return operations.recover_hold(
        hold_id=hold.pk, amount_minor=amount_minor, destination=destination, reason="Not as agreed", by=None, at=at,
        idempotency_key=key or str(new_id()),
    )  # fmt: skip


def standing(business_id):
    """What a business can withdraw, and what it owes."""
    return queries.available_to_business(business_id, "NGN"), queries.owes(BUSINESS, business_id, "NGN")


def withdraw(business_id, amount_minor, at):
    operations.post_transfer(
        kind="PAYOUT", idempotency_key=str(new_id()), at=at,
        legs=[
            operations.Leg(address=addresses.business_available(business_id, "NGN"), amount_minor=-amount_minor),
            operations.Leg(address=addresses.payouts_in_transit("NGN"), amount_minor=amount_minor),
        ],
    )  # fmt: skip
