"""The life of a bought package or bundle, and of each of its uses.

Purchase
    PENDING ──its money comes──▶ ACTIVE          (when its time has run out it shows as EXPIRED)

Use
    AWAITED ──paid──▶ OPEN ──a booking spends it──▶ SPENT ──the booking gives it back──▶ OPEN
                       │                               │
                       ├──given back──▶ RETURNING ──▶ REFUNDED   (or OPEN again, where the refund did not work out)
                       ├──refunded by operations─────▶ REFUNDED ◀── (SPENT as well: as any booking's money)
                       └──its time runs out──▶ EXPIRED ─────────▶ REFUNDED

The money of each use waits in a hold of its own: one that was spent clears with the booking, one that ran out clears
to the business.
"""

from django.db import models


class PurchaseStatus(models.TextChoices):
    PENDING = "PENDING", "awaiting payment"
    ACTIVE = "ACTIVE", "paid"


# As what it is bought and paid for, and how its status shows
PACKAGE, BUNDLE = "PACKAGE", "BUNDLE"
PURCHASE_KINDS = [(PACKAGE, "a package"), (BUNDLE, "a bundle")]
EXPIRED = "EXPIRED"
SHOWN_STATUSES = [*PurchaseStatus.choices, (EXPIRED, "its time has run out")]


class UseState(models.TextChoices):
    """Where one use stands."""

    AWAITED = "AWAITED", "awaiting payment"
    OPEN = "OPEN", "can be used"
    SPENT = "SPENT", "a booking has it"
    RETURNING = "RETURNING", "its money is on the way back"
    REFUNDED = "REFUNDED", "its money went back"
    EXPIRED = "EXPIRED", "ran out unused"


P = PurchaseStatus
PURCHASE_MOVES: list[tuple[PurchaseStatus, PurchaseStatus]] = [(P.PENDING, P.ACTIVE)]

U = UseState
USE_MOVES: list[tuple[UseState, UseState]] = [
    (U.AWAITED, U.OPEN),
    (U.OPEN, U.SPENT),
    (U.SPENT, U.OPEN),
    (U.OPEN, U.RETURNING),
    (U.RETURNING, U.OPEN),
    (U.RETURNING, U.REFUNDED),
    (U.OPEN, U.REFUNDED),
    (U.SPENT, U.REFUNDED),
    (U.OPEN, U.EXPIRED),
    (U.EXPIRED, U.REFUNDED),
]


class Buyer(models.TextChoices):
    """As whom somebody acts on a purchase."""

    CUSTOMER = "CUSTOMER", "the customer"
    DESK = "DESK", "the business's desk"
    OPS = "OPS", "the marketplace's operations"
