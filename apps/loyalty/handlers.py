"""What loyalty does when the ledger states a fact."""

from apps.ledger.events import EscrowRecovered, EscrowReleased
from apps.loyalty import operations
from apps.loyalty.operations import Trade


def earn_points(event: EscrowReleased) -> None:
    """Customers whose trades are complete have their points."""
    trades = [
        Trade(
            hold_id=release.hold_id, customer_id=release.customer_id,
            gross_minor=release.net_minor + release.commission_minor, currency=release.currency,
        )
        for release in event.releases
    ]  # fmt: skip
    operations.earn_points(trades=trades, at=event.released_at)


def return_points(event: EscrowRecovered) -> None:
    """Points go back with the money."""
    operations.return_points(
        hold_id=event.hold_id, transfer_id=event.transfer_id, amount_minor=event.amount_minor,
        left_minor=event.left_minor, at=event.recovered_at,
    )  # fmt: skip
