from datetime import datetime
from decimal import Decimal
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models.functions import Lower
from django_fsm import FSMField, transition

from apps.catalog.states import MEMBERSHIP_MOVES, MembershipKind, MembershipState
from apps.core.models import BaseModel, BaseQuerySet, SoftDeleteManager, SoftDeleteModel


class MembershipQuerySet(BaseQuerySet):
    def active(self) -> "MembershipQuerySet":
        """Those that hold now."""
        return self.filter(state=MembershipState.ACTIVE)

    def of_user(self, user: Any) -> "MembershipQuerySet":
        """Those of one person."""
        return self.filter(user_id=user.pk)

    def desk(self) -> "MembershipQuerySet":
        """Those who run the desk: owners and employees."""
        return self.filter(kind__in=[MembershipKind.OWNER, MembershipKind.EMPLOYEE])


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["business", "user", "kind", "state"],
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_of"),
    model_name="MembershipHistory",
    append_only=True,
)
class Membership(BaseModel):
    """That a person owns, runs the desk of, or performs jobs for one business; what one may do there follows from it."""

    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=MembershipKind.choices)
    state = FSMField(max_length=10, choices=MembershipState.choices, default=MembershipState.INVITED)
    invited_email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invitation_expires_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: Any = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "business",
                Lower("invited_email"),
                "kind",
                condition=models.Q(state="INVITED"),
                name="membership_invited_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="INVITED")
                | (~models.Q(invited_email="") & models.Q(invitation_expires_at__isnull=False)),
                name="membership_invited_has_address",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["LEFT", "REMOVED"]) | models.Q(ended_at__isnull=False),
                name="membership_ended_has_moment",
            ),
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
                condition=~models.Q(state="ACTIVE") | models.Q(user__isnull=False, joined_at__isnull=False),
                name="membership_active_has_user",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "state"], name="membership_user"),
            models.Index(Lower("invited_email"), condition=models.Q(state="INVITED"), name="membership_invited_email"),
        ]
        triggers = [pgtrigger.FSM(name="membership_moves", field="state", transitions=MEMBERSHIP_MOVES)]

    def __str__(self) -> str:
        return f"{self.user or self.invited_email} — {self.get_kind_display()} of {self.business}"

    @transition(field=state, source=MembershipState.INVITED, target=MembershipState.ACTIVE)
    def accept(self, *, user: Any, at: datetime) -> None:
        """The person belongs to the business."""
        self.user, self.joined_at = user, at

    @transition(field=state, source=[MembershipState.INVITED, MembershipState.ACTIVE], target=MembershipState.LEFT)
    def leave(self, *, at: datetime) -> None:
        """The person has declined, or gone."""
        self.ended_at = at

    @transition(field=state, source=[MembershipState.INVITED, MembershipState.ACTIVE], target=MembershipState.REMOVED)
    def remove(self, *, at: datetime) -> None:
        """The business has withdrawn the invitation, or let the person go."""
        self.ended_at = at


# Under the lock of the business's row two cannot take the last seat. Only who comes is counted: a smaller plan sends nobody
# away.
_WITHIN_SEATS = """
    SELECT b.staff_seats INTO seats FROM catalog_business b WHERE b.id = NEW.business_id FOR NO KEY UPDATE;
    IF seats IS NOT NULL AND seats <= (
        SELECT count(*) FROM catalog_staffmember s
        WHERE s.business_id = NEW.business_id AND s.is_active AND NOT s.is_deleted AND s.id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'all % seats of the business are taken', seats
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_within_seats';
    END IF;
    RETURN NEW;
"""


class StaffQuerySet(BaseQuerySet):
    def assignable(self) -> "StaffQuerySet":
        """Those to whom new jobs can be given."""
        return self.filter(is_active=True)

    def at_public_businesses(self) -> "StaffQuerySet":
        """Those who can be given jobs, at businesses that everybody may see."""
        return self.filter(
            is_active=True,
            business__verification_status="VERIFIED",
            business__is_active=True,
            business__is_deleted=False,
        )

    def public(self) -> "StaffQuerySet":
        """Practitioners: those with a public page, at businesses that everybody may see."""
        return self.at_public_businesses().filter(has_public_page=True)

    def with_featured(self) -> "StaffQuerySet":
        """With ``counts_featured``: whether the person is featured, or the business by its plan."""
        featured = models.Q(is_featured=True) | models.Q(business__plan_is_featured=True)
        return self.annotate(counts_featured=models.ExpressionWrapper(featured, models.BooleanField()))


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
    page_applied_at = models.DateTimeField(null=True, blank=True)
    is_verified = models.BooleanField(default=False)
    is_featured = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="The business's where empty.")
    location = PointField(geography=True, null=True, blank=True, spatial_index=False)
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(0))
    rating_count = models.PositiveIntegerField(default=0)
    jobs_completed = models.PositiveIntegerField(default=0)
    maestro_score = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.500"))
    ranking_review_since = models.DateTimeField(null=True, blank=True)

    objects: Any = SoftDeleteManager.from_queryset(StaffQuerySet)()
    all_objects: Any = StaffQuerySet.as_manager()

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
        triggers = [
            pgtrigger.Trigger(
                name="staff_within_seats",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__is_active=True, new__is_deleted=False),
                declare=[("seats", "integer")],
                func=_WITHIN_SEATS,
            ),
            pgtrigger.Trigger(
                name="staff_comes_back_within_seats",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("is_active", "is_deleted"),
                condition=pgtrigger.Condition(
                    "NEW.is_active AND NOT NEW.is_deleted AND NOT (OLD.is_active AND NOT OLD.is_deleted)"
                ),
                declare=[("seats", "integer")],
                func=_WITHIN_SEATS,
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_shown_featured(self) -> bool:
        """Whether the person is featured, by the marketplace's choice or by the business's plan; reads the business."""
        return self.is_featured or self.business.plan_is_featured


class PractitionerLocation(BaseModel):
    """Where a practitioner works: one primary place, further ones, or by video."""

    staff = models.ForeignKey("catalog.StaffMember", on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300, blank=True)
    location = PointField(geography=True, null=True, blank=True, spatial_index=False)
    is_virtual = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(is_primary=True), name="practitioner_one_primary_location"
            ),
            models.CheckConstraint(
                condition=models.Q(is_virtual=True) | ~models.Q(address=""), name="practitioner_location_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return self.name
