"""What a busy block stands for, and why somebody is away."""

from django.db import models


class BlockKind(models.TextChoices):
    BOOKING = "BOOKING", "booking"
    REPLACEMENT_HOLD = "REPLACEMENT_HOLD", "held for a customer who was offered this replacement"
    MANUAL = "MANUAL", "taken by hand"
    SESSION = "SESSION", "a session with seats"
    IMPORTED = "IMPORTED", "from another calendar"


class TimeOffReason(models.TextChoices):
    HOLIDAY = "HOLIDAY", "holiday"
    SICK = "SICK", "sick"
    TRAINING = "TRAINING", "training"
    OTHER = "OTHER", "other"
