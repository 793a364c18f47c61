"""The words of credits, and the life of each use of one.

Use
    RESERVED ──the payment is captured──▶ SPENT      (what is refunded of it is counted in ``returned_minor``)
       └──it fails, is abandoned or its item ends──▶ FREED
    A use by a gift is SPENT from the start. A customer's bank that claims the payment by which credits were bought has what
    is unspent of them RESERVED, and then FREED; what it takes, or went back at the gateway, is a use SPENT from the start.

Purchase
    PENDING ──its money comes──▶ PAID

Redemption
    TAKEN ◀──▶ RETURNED      (its payment did not come about, or all of the discount came back; late money takes it again)
"""

from django.db import models

ITEM_TYPE = "CREDITS"


class Source(models.TextChoices):
    """Where credits come from."""

    PURCHASE = "PURCHASE", "Bought"
    REFUND = "REFUND", "Given for a refund"
    PROMOTION = "PROMOTION", "Promotion"
    LOYALTY = "LOYALTY", "Loyalty"
    REFERRAL = "REFERRAL", "Referral"


# In the books as the customer's own money, and never run out.
REAL_SOURCES = (Source.PURCHASE, Source.REFUND)
# Paid by the platform at the moment they are spent.
PROMISED_SOURCES = (Source.PROMOTION, Source.LOYALTY, Source.REFERRAL)


class UseState(models.TextChoices):
    """Where one use of a grant stands."""

    RESERVED = "RESERVED", "Set aside"
    SPENT = "SPENT", "Spent"
    FREED = "FREED", "Set free"


USE_MOVES: list[tuple[UseState, UseState]] = [
    (UseState.RESERVED, UseState.SPENT),
    (UseState.RESERVED, UseState.FREED),
]


class LineKind(models.TextChoices):
    """What changed what can be spent."""

    GRANTED = "GRANTED", "Received"
    USED = "USED", "Set aside or spent"
    FREED = "FREED", "Set free"
    RETURNED = "RETURNED", "Came back with a refund"
    GIVEN = "GIVEN", "Given away"
    CLAIMED = "CLAIMED", "Claimed by your bank"
    TAKEN = "TAKEN", "Went back to your bank or card"
    EXPIRED = "EXPIRED", "Ran out"


class PurchaseStatus(models.TextChoices):
    """Whether credits that somebody means to buy are paid."""

    PENDING = "PENDING", "awaiting payment"
    PAID = "PAID", "paid"


class CodeKind(models.TextChoices):
    """What a promo code does."""

    GRANT = "GRANT", "grants credits"
    DISCOUNT = "DISCOUNT", "lowers the price of a payment"


class RedemptionState(models.TextChoices):
    """Whether a code counts as used."""

    TAKEN = "TAKEN", "used"
    RETURNED = "RETURNED", "can be used again"


REDEMPTION_MOVES: list[tuple[RedemptionState, RedemptionState]] = [
    (RedemptionState.TAKEN, RedemptionState.RETURNED),
    (RedemptionState.RETURNED, RedemptionState.TAKEN),
]
