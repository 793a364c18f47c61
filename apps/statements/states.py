"""The words of statements. Neither they nor commission invoices have a life: each is issued once and never changes."""

from django.db import models


class LineKind(models.TextChoices):
    """What a line of a statement is about."""

    SALE = "SALE", "Sale"
    REFUND = "REFUND", "Refund after the release"
    PAYOUT = "PAYOUT", "Payout"
    PAYOUT_RETURNED = "PAYOUT_RETURNED", "Payout returned"
    NETTING = "NETTING", "Debt paid off"
    SUBSCRIPTION = "SUBSCRIPTION", "Subscription"
    TIP = "TIP", "Tip"
    OTHER = "OTHER", "Other"


# The names under which letters speak of the papers.
STATEMENT, COMMISSION = "statement", "commission"
