"""The words of loyalty: points come with completed trades, go back with refunds, and are redeemed as credits.

The tier is by what was earned in the last 365 days; a higher one earns more for the same trade.
"""

from django.db import models


class PointKind(models.TextChoices):
    """Why points came or went."""

    EARNED = "EARNED", "Earned by a completed trade"
    RETURNED = "RETURNED", "Gone back with a refund"
    REDEEMED = "REDEEMED", "Redeemed as credits"


class Tier(models.TextChoices):
    """How loyal somebody is."""

    MEMBER = "MEMBER", "Member"
    SILVER = "SILVER", "Silver"
    GOLD = "GOLD", "Gold"
