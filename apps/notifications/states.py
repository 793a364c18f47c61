"""States of notifications and of their deliveries.

A delivery: ``PENDING → SENDING → SENT``. An attempt that failed is ``FAILED`` until the next one (``FAILED → SENDING``);
what cannot be sent is ``DEAD`` and ops hear of it; what must not be sent is ``SUPPRESSED``. Ops may put both back to
``PENDING``. ``DEAD → SENT`` is the late truth: the attempt that was given up for lost had succeeded.
"""

from django.db import models


class Channel(models.TextChoices):
    """How a notification reaches a person. The dashboard is the notification itself; the others are deliveries."""

    DASHBOARD = "DASHBOARD", "dashboard"
    EMAIL = "EMAIL", "e-mail"
    PUSH = "PUSH", "push"
    SMS = "SMS", "SMS"


class Priority(models.TextChoices):
    LOW = "LOW", "low"
    NORMAL = "NORMAL", "normal"
    HIGH = "HIGH", "high"
    URGENT = "URGENT", "urgent"


class Category(models.TextChoices):
    """Why a kind of notification is sent; safety and money cannot be muted on the dashboard."""

    TRANSACTIONAL = "TRANSACTIONAL", "transactional"
    SAFETY = "SAFETY", "safety"
    MONEY = "MONEY", "money"
    MARKETING = "MARKETING", "marketing"


class Audience(models.TextChoices):
    """For whom a kind is meant; decides which preferences a person is shown."""

    EVERYONE = "EVERYONE", "everyone"
    CUSTOMERS = "CUSTOMERS", "customers"
    BUSINESSES = "BUSINESSES", "businesses"
    OPS = "OPS", "operations"


class DeliveryState(models.TextChoices):
    PENDING = "PENDING", "pending"
    SENDING = "SENDING", "sending"
    SENT = "SENT", "sent"
    FAILED = "FAILED", "failed, will be tried again"
    DEAD = "DEAD", "failed for good"
    SUPPRESSED = "SUPPRESSED", "not sent on purpose"


class SuppressionReason(models.TextChoices):
    BOUNCE = "BOUNCE", "bounced"
    COMPLAINT = "COMPLAINT", "complained"
    OPS = "OPS", "by operations"


class TemplateSource(models.TextChoices):
    FILE = "FILE", "from the project's files"
    OPS = "OPS", "edited by operations"


DELIVERY_MOVES = [
    (DeliveryState.PENDING, DeliveryState.SENDING),
    (DeliveryState.FAILED, DeliveryState.SENDING),
    (DeliveryState.SENDING, DeliveryState.SENT),
    (DeliveryState.SENDING, DeliveryState.FAILED),
    (DeliveryState.SENDING, DeliveryState.DEAD),
    (DeliveryState.SENDING, DeliveryState.SUPPRESSED),
    (DeliveryState.SENDING, DeliveryState.PENDING),
    (DeliveryState.DEAD, DeliveryState.SENT),
    (DeliveryState.DEAD, DeliveryState.PENDING),
    (DeliveryState.SUPPRESSED, DeliveryState.PENDING),
]
