"""What can be done with bought packages and bundles. All are keyword-only; ``by`` is who does it, ``at`` when."""

from apps.packages.operations.buy import buy
from apps.packages.operations.expire import clear_unfrozen, expire_uses, warn_of_expiry
from apps.packages.operations.refund import (
    note_refund_failed,
    note_use_refunded,
    refund_returned,
    refund_share,
    refund_uses,
)
from apps.packages.operations.sell import quote_purchase, receive_money
from apps.packages.operations.spend import is_open, pick_use

__all__ = [
    "buy",
    "clear_unfrozen",
    "expire_uses",
    "is_open",
    "note_refund_failed",
    "note_use_refunded",
    "pick_use",
    "quote_purchase",
    "receive_money",
    "refund_returned",
    "refund_share",
    "refund_uses",
    "warn_of_expiry",
]
