"""Declines, the replacements offered for them, and people who are away."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.bookings.states import CANNOT_COME, DeclineReason, OfferOutcome, Party
from apps.core.ids import new_id
from apps.core.models import BaseModel, BaseQuerySet, append_only_triggers

_DECLINED_IT = """
    IF EXISTS (SELECT FROM bookings_decline AS d
               WHERE d.booking_id = NEW.booking_id AND d.staff_member_id = NEW.staff_member_id) THEN
        RAISE EXCEPTION 'booking % is offered to somebody who has declined it', NEW.booking_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_never_to_who_declined';
    END IF;
    RETURN NEW;
"""


class SickLeave(BaseModel):
    """A person is away in a span, as the desk said, and their jobs in it look for somebody else."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+")
    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    time_off = models.ForeignKey(
        "availability.TimeOff", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Empty where the person came back earlier.",
    )  # fmt: skip
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_as = models.CharField(max_length=10, choices=Party.choices)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["staff_member", "starts_at", "ends_at"], name="sick_leave_reported_once"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sick_leave_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member} away from {self.starts_at:%Y-%m-%d}"


class Decline(models.Model):
    """Somebody did not do a job that was theirs: who, which time, why. It stays as it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="declines")
    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason_code = models.CharField(max_length=12, choices=DeclineReason.choices)
    note = models.TextField(blank=True, help_text="Seen by the business alone.")
    sick_leave = models.ForeignKey(
        SickLeave, null=True, blank=True, on_delete=models.PROTECT, related_name="declines",
        help_text="Taken off the person by the desk; these do not count for Ranking Review.",
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    acting_as = models.CharField(max_length=10, choices=Party.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            CheckConstraint(condition=Q(reason_code__in=DeclineReason.values), name="decline_reason_known"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="decline_in_order"),
        ]
        indexes = [
            Index(fields=["staff_member", "-at"], condition=Q(sick_leave__isnull=True), name="decline_that_counts"),
            Index(fields=["starts_at"], condition=Q(reason_code__in=CANNOT_COME), name="decline_by_who_cannot_come"),
        ]
        triggers = append_only_triggers("bookings_decline")

    def __str__(self) -> str:
        return f"{self.booking} declined by {self.staff_member}"


class OfferQuerySet(BaseQuerySet):
    def open(self) -> Self:
        """Those that the customer has not answered."""
        return self.filter(outcome=OfferOutcome.OPEN)

    def to_alert(self, at: datetime) -> Self:
        """Those about which the owner is to hear that nobody has answered."""
        return self.open().filter(alerted_at__isnull=True, alert_at__lte=at).order_by("alert_at", "pk")


class ReplacementOffer(BaseModel):
    """Somebody whose time is held for the customer of a declined booking. Nobody is offered twice for one booking."""

    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="offers", db_index=False)
    decline = models.ForeignKey(Decline, on_delete=models.PROTECT, related_name="offers")
    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    alert_at = models.DateTimeField(help_text="When the owner hears that the customer has not answered.")
    alerted_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OfferOutcome.choices, default=OfferOutcome.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: Any = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["booking", "staff_member"], name="offer_of_a_person_once"),
            UniqueConstraint(fields=["booking"], condition=Q(outcome=OfferOutcome.OPEN), name="offer_open_once"),
            CheckConstraint(
                condition=Q(outcome=OfferOutcome.OPEN, closed_at__isnull=True)
                | (~Q(outcome=OfferOutcome.OPEN) & Q(closed_at__isnull=False)),
                name="offer_closed_has_its_moment",
            ),
        ]
        indexes = [
            Index(
                fields=["alert_at", "id"],
                condition=Q(outcome=OfferOutcome.OPEN, alerted_at__isnull=True),
                name="offer_to_alert",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="offer_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="offer_terms", fields=["booking", "decline", "staff_member", "offered_at"]),
            pgtrigger.Trigger(
                name="offer_never_to_who_declined",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_DECLINED_IT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_member} for {self.booking}"
