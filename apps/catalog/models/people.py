from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.db import models

from apps.catalog.states import MembershipKind, MembershipState
from apps.core.models import BaseModel, SoftDeleteModel


class Membership(BaseModel):
    """That a person owns, runs the desk of, or performs jobs for one business; what one may do there follows from it."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=MembershipKind.choices)
    state = models.CharField(max_length=10, choices=MembershipState.choices, default=MembershipState.INVITED)
    invited_email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invitation_expires_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "user", "kind"],
                condition=models.Q(state="ACTIVE"),
                name="membership_active_once",
            ),
            models.UniqueConstraint(
                fields=["business"],
                condition=models.Q(state="ACTIVE", kind="OWNER"),
                name="membership_one_owner",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ACTIVE") | models.Q(user__isnull=False), name="membership_active_has_user"
            ),
        ]
        indexes = [models.Index(fields=["user", "state"], name="membership_user")]

    def __str__(self) -> str:
        return f"{self.user or self.invited_email} — {self.get_kind_display()} of {self.business}"


class StaffMember(SoftDeleteModel):
    """A person who performs services at one business; with ``has_public_page``, a practitioner."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(max_length=120)
    bio = models.TextField(blank=True)
    years_of_experience = models.PositiveSmallIntegerField(default=0)
    certifications = models.JSONField(default=list, blank=True)
    specializations = models.JSONField(default=list, blank=True)
    skills: Any = models.ManyToManyField("catalog.Category", related_name="+", blank=True)
    has_public_page = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    is_featured = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="The business's where empty.")
    location = PointField(geography=True, null=True, blank=True)
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(0))
    rating_count = models.PositiveIntegerField(default=0)
    jobs_completed = models.PositiveIntegerField(default=0)
    maestro_score = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.500"))
    ranking_review_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "user"], condition=models.Q(is_deleted=False), name="staff_once_per_business"
            ),
            models.CheckConstraint(
                condition=models.Q(rating_average__gte=0, rating_average__lte=5), name="staff_rating_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(maestro_score__gte=0, maestro_score__lte=1), name="staff_maestro_score_in_range"
            ),
        ]
        indexes = [models.Index(fields=["user"], name="staff_user")]

    def __str__(self) -> str:
        return self.display_name
