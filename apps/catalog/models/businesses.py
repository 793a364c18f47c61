from datetime import datetime
from decimal import Decimal
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django_fsm import FSMField, transition

from apps.catalog.models.people import Membership
from apps.catalog.states import VERIFICATION_MOVES, HorizonKind, VerificationStatus
from apps.core.fields import CurrencyField, EncryptedTextField
from apps.core.models import BaseModel, BaseQuerySet, SoftDeleteManager, SoftDeleteModel


class BusinessQuerySet(BaseQuerySet):
    def public(self) -> "BusinessQuerySet":
        """Those that everybody may see and book: verified and active."""
        return self.filter(verification_status=VerificationStatus.VERIFIED, is_active=True)

    def featured(self) -> "BusinessQuerySet":
        """Those that are featured, by the marketplace's choice or by their plan."""
        return self.filter(models.Q(is_featured=True) | models.Q(plan_is_featured=True))

    def member_of(self, user: Any, *kinds: str) -> "BusinessQuerySet":
        """Those that the person owns, or works for in one of ``kinds`` (all kinds where none is named)."""
        memberships = Membership.objects.active().of_user(user)
        if kinds:
            memberships = memberships.filter(kind__in=kinds)
        return self.filter(pk__in=memberships.values("business"))

    def visible_to(self, user: Any) -> "BusinessQuerySet":
        """In the desk's views: every business for ops, one's own for members, none for others."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_ops else self.member_of(user)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=[
        "name",
        "owner",
        "verification_status",
        "is_active",
        "is_featured",
        "owner_premium",
        "works_alone",
        "commission_override_bp",
        "plan_code",
        "plan_commission_bp",
        "plan_is_featured",
        "staff_seats",
        "cancellation_policy",
        "papers_lapsed_at",
    ],
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_of"),
    model_name="BusinessHistory",
    append_only=True,
)
class Business(SoftDeleteModel):
    """A seller with a place, opening hours, services and products. Unverified, it can neither be booked nor be paid."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    about = models.TextField(blank=True)
    logo_url = models.CharField(max_length=500, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, default="NG", help_text="ISO 3166-1 alpha-2")
    location = PointField(geography=True, null=True, blank=True, spatial_index=False)
    service_radius_m = models.PositiveIntegerField(default=10_000)
    time_zone = models.CharField(max_length=64, default="Africa/Lagos")
    currency = CurrencyField(default="NGN")
    categories: Any = models.ManyToManyField("catalog.Category", related_name="businesses", blank=True)
    verification_status = FSMField(
        max_length=10, choices=VerificationStatus.choices, default=VerificationStatus.UNVERIFIED
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verification_reason = models.TextField(blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    papers_lapsed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when a paper that the verification rests on has been out of date."
    )
    is_active = models.BooleanField(default=True)
    is_featured = models.BooleanField(default=False)
    auto_confirm = models.BooleanField(default=True)
    works_alone = models.BooleanField(default=False, help_text="A practitioner who works alone asks no owner premium.")
    owner_premium = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("1.50"))
    cancellation_policy = models.JSONField(default=dict, blank=True)
    buffer_before_min = models.PositiveSmallIntegerField(default=0)
    buffer_after_min = models.PositiveSmallIntegerField(default=15)
    grid_min = models.PositiveSmallIntegerField(default=15)
    notice_min = models.PositiveIntegerField(default=0)
    horizon_kind = models.CharField(max_length=14, choices=HorizonKind.choices, default=HorizonKind.CALENDAR_DAYS)
    horizon_days = models.PositiveSmallIntegerField(default=60)
    travel_min = models.PositiveSmallIntegerField(default=0, help_text="On the road before and after a job elsewhere.")
    commission_override_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_code = models.CharField(max_length=20, default="BASIC", help_text="What follows from it is in the next three.")
    plan_commission_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_is_featured = models.BooleanField(default=False)
    staff_seats = models.PositiveIntegerField(
        null=True, blank=True, default=100, help_text="How many people can be given jobs at once; empty for any number."
    )
    cac_number = EncryptedTextField(blank=True)
    bank_details = EncryptedTextField(blank=True)
    rating_average = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(0))
    rating_count = models.PositiveIntegerField(default=0)
    jobs_completed = models.PositiveIntegerField(default=0)

    objects: Any = SoftDeleteManager.from_queryset(BusinessQuerySet)()
    all_objects: Any = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "businesses"
        indexes = [
            GinIndex(fields=["name"], name="business_name_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["owner"], name="business_owner"),
            models.Index(fields=["-id"], condition=models.Q(verification_status="PENDING"), name="business_to_verify"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="business_name_search"),
            GistIndex(
                fields=["location"],
                name="business_bookable_place",
                condition=models.Q(verification_status="VERIFIED", is_active=True, is_deleted=False),
            ),
            models.Index(
                models.F("rating_average").desc(),
                models.F("id"),
                name="business_best_rated",
                condition=models.Q(verification_status="VERIFIED", is_active=True, is_deleted=False),
            ),
            models.Index(
                Lower("city"),
                models.F("rating_average").desc(),
                models.F("id"),
                name="business_best_rated_in_city",
                condition=models.Q(verification_status="VERIFIED", is_active=True, is_deleted=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(owner_premium__gte=1), name="business_premium_at_least_one"),
            models.CheckConstraint(
                condition=models.Q(rating_average__gte=0, rating_average__lte=5), name="business_rating_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(commission_override_bp__isnull=True) | models.Q(commission_override_bp__lte=10_000),
                name="business_commission_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(plan_commission_bp__isnull=True) | models.Q(plan_commission_bp__lte=10_000),
                name="business_plan_commission_in_range",
            ),
            models.CheckConstraint(
                condition=~models.Q(verification_status="VERIFIED") | models.Q(verified_at__isnull=False),
                name="business_verified_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(verification_status="PENDING") | models.Q(applied_at__isnull=False),
                name="business_pending_has_applied",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="business_verification_moves", field="verification_status", transitions=VERIFICATION_MOVES
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_bookable(self) -> bool:
        """Whether customers may book here."""
        return self.is_active and not self.is_deleted and self.verification_status == VerificationStatus.VERIFIED

    @property
    def may_be_paid(self) -> bool:
        """Whether money may be taken for it and paid out to it; one that has closed itself still has its bookings paid."""
        return not self.is_deleted and self.verification_status == VerificationStatus.VERIFIED

    @property
    def is_shown_featured(self) -> bool:
        """Whether it is featured, by the marketplace's choice or by its plan."""
        return self.is_featured or self.plan_is_featured

    @property
    def owner_multiplier(self) -> Decimal:
        """What the base price is multiplied by where the customer chooses the owner; who works alone asks no more."""
        return Decimal("1.00") if self.works_alone else self.owner_premium

    @transition(
        field=verification_status,
        source=[VerificationStatus.UNVERIFIED, VerificationStatus.REJECTED],
        target=VerificationStatus.PENDING,
    )
    def submit(self, *, at: datetime) -> None:
        """The file waits for a decision."""
        self.applied_at, self.verification_reason = at, ""

    @transition(
        field=verification_status,
        source=[VerificationStatus.PENDING, VerificationStatus.SUSPENDED],
        target=VerificationStatus.VERIFIED,
    )
    def verify(self, *, reason: str, at: datetime) -> None:
        """Customers may book and money may be taken."""
        self.verified_at, self.verification_reason = at, reason

    @transition(field=verification_status, source=VerificationStatus.PENDING, target=VerificationStatus.REJECTED)
    def reject(self, *, reason: str) -> None:
        """The owner may send a better file."""
        self.verification_reason = reason

    @transition(field=verification_status, source=VerificationStatus.VERIFIED, target=VerificationStatus.SUSPENDED)
    def suspend(self, *, reason: str) -> None:
        """No new job can be booked, until it is verified again."""
        self.verification_reason = reason


class Branch(BaseModel):
    """A further place of a business."""

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="branches")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)
    location = PointField(geography=True, null=True, blank=True, spatial_index=False)
    phone = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name_plural = "branches"

    def __str__(self) -> str:
        return self.name


class BusinessPhoto(BaseModel):
    """A picture on the business's page."""

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="photos")
    url = models.CharField(max_length=500)
    caption = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.caption or self.url
