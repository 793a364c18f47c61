"""The life of a dispute, and the words for what is said in it.

    ── open ──▶ OPEN ──decide──▶ DECIDED
                 │ └──withdraw──▶ WITHDRAWN      the money clears again
                 └─────────────▶ OVERTAKEN      none of its money is frozen any more, for another reason

While it is open, all of its money is frozen; once it has ended, nothing of it stays frozen. A decision above the limit
for refunds is proposed by one person and made by another; the dispute is open meanwhile.
"""

from django.db import models


class DisputeState(models.TextChoices):
    OPEN = "OPEN", "Open"
    DECIDED = "DECIDED", "Decided"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by the customer"
    OVERTAKEN = "OVERTAKEN", "Its money went another way"


S = DisputeState
MOVES: list[tuple[DisputeState, DisputeState]] = [(S.OPEN, S.DECIDED), (S.OPEN, S.WITHDRAWN), (S.OPEN, S.OVERTAKEN)]


class DisputeReason(models.TextChoices):
    """What the customer objects to."""

    NOT_DONE = "NOT_DONE", "The work was not done"
    POOR_WORK = "POOR_WORK", "The work was done badly"
    DAMAGE = "DAMAGE", "Something was damaged"
    WRONG_AMOUNT = "WRONG_AMOUNT", "The amount is wrong"
    OTHER = "OTHER", "Another reason"


class Decision(models.TextChoices):
    """Where the frozen money goes."""

    RELEASE = "RELEASE", "All to the business"
    REFUND = "REFUND", "All back to the customer"
    SPLIT = "SPLIT", "A part back, the rest to the business"


class Side(models.TextChoices):
    """As whom somebody takes part in a dispute."""

    CUSTOMER = "CUSTOMER", "The customer"
    BUSINESS = "BUSINESS", "The business"
    OPS = "OPS", "The marketplace's operations"
