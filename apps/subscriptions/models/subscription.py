"""A subscription: a business's to a plan of the platform, or a follower's to a plan of a practitioner."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django_fsm import FSMField, transition

from apps.catalog.operations import PlanEffects
from apps.core.fields import CurrencyField, MinorUnitsField, user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet
from apps.subscriptions.models.plan import Plan, PractitionerPlan
from apps.subscriptions.states import BUSINESS_PAYS, GIVING, LIVING, MEMBER_PAYS, SUBSCRIPTION_MOVES, EndReason, PayFrom
from apps.subscriptions.states import SubscriptionState as S


class SubscriptionQuerySet(BaseQuerySet):
    def living(self) -> Self:
        """Those that have not ended."""
        return self.filter(state__in=LIVING)

    def due(self, at: datetime) -> Self:
        """Those for which something is to be done now, the longest due first."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def with_names(self) -> Self:
        """With all that is shown of them."""
        return self.select_related("business", "plan", "next_plan", "offer", "practitioner__business", "payer")


class Subscription(BaseModel):
    """Month by month, from its anchor on; each month has one bill, and is paid for once."""

    business = models.ForeignKey(
        "catalog.Business", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    next_plan = models.ForeignKey(
        Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="What it goes on with after the month that is paid for.",
    )  # fmt: skip
    practitioner = models.ForeignKey(
        "catalog.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    offer = models.ForeignKey(PractitionerPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payer = user_foreign_key(db_index=False, help_text="Who chose it: the owner of the business, or the follower.")
    currency = CurrencyField()
    price_minor = MinorUnitsField(help_text="What a month costs.")
    next_price_minor = MinorUnitsField(null=True, blank=True, help_text="What a month costs from then on.")
    next_price_from = models.DateTimeField(null=True, blank=True)
    pay_from = models.CharField(max_length=10, choices=PayFrom.choices)
    state = FSMField(max_length=10, choices=S.choices, default=S.INCOMPLETE, protected=False)
    cancels_at_end = models.BooleanField(default=False)
    anchor_at = models.DateTimeField(null=True, blank=True, help_text="When its first month began.")
    months_paid = models.PositiveIntegerField(default=0)
    period_starts_at = models.DateTimeField(null=True, blank=True)
    period_ends_at = models.DateTimeField(null=True, blank=True)
    past_due_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When something is to be done for it next.")
    problem = models.CharField(max_length=300, blank=True, default="")
    gateway = models.CharField(max_length=20, blank=True, default="", help_text="Which renews it by itself.")
    gateway_subscription_id = models.CharField(max_length=120, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=12, choices=EndReason.choices, blank=True, default="")

    objects: Any = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(
                    business__isnull=False, plan__isnull=False, practitioner=None, offer=None, pay_from__in=BUSINESS_PAYS
                )
                | Q(
                    business=None, plan=None, next_plan=None, practitioner__isnull=False, offer__isnull=False,
                    pay_from__in=MEMBER_PAYS,
                ),
                name="subscription_of_a_business_or_a_follower",
            ),
            UniqueConstraint(
                fields=["business"],
                condition=Q(business__isnull=False, state__in=LIVING),
                name="subscription_one_living_per_business",
            ),
            UniqueConstraint(
                fields=["payer", "practitioner"],
                condition=Q(practitioner__isnull=False, state__in=LIVING),
                name="subscription_one_living_per_follower",
            ),
            UniqueConstraint(
                fields=["gateway", "gateway_subscription_id"],
                condition=~Q(gateway_subscription_id=""),
                name="subscription_gateway_id_once",
            ),
            CheckConstraint(condition=Q(price_minor__gt=0), name="subscription_price_positive"),
            CheckConstraint(
                condition=Q(next_price_minor=None, next_price_from=None)
                | Q(next_price_minor__gt=0, next_price_from__isnull=False),
                name="subscription_next_price_has_a_moment",
            ),
            CheckConstraint(
                condition=Q(state__in=[S.INCOMPLETE, S.ENDED])
                | Q(
                    anchor_at__isnull=False, months_paid__gt=0, period_starts_at__isnull=False,
                    period_ends_at__gt=F("period_starts_at"),
                ),
                name="subscription_running_has_its_month",
            ),
            CheckConstraint(
                condition=Q(state=S.PAST_DUE, past_due_since__isnull=False)
                | Q(past_due_since=None) & ~Q(state=S.PAST_DUE),
                name="subscription_past_due_has_a_moment",
            ),
            CheckConstraint(
                condition=Q(state=S.ENDED, ended_at__isnull=False, due_at=None) & ~Q(end_reason="")
                | Q(ended_at=None, end_reason="", due_at__isnull=False) & ~Q(state=S.ENDED),
                name="subscription_ended_or_not_forgotten",
            ),
        ]  # fmt: skip
        indexes = [
            Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="subscription_due"),
            Index(fields=["business", "-id"], condition=Q(business__isnull=False), name="subscription_of_business"),
            Index(fields=["payer", "-id"], name="subscription_of_payer"),
            Index(
                fields=["practitioner", "state"], condition=Q(practitioner__isnull=False), name="subscription_followers"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="subscription_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="subscription_moves",
                field="state",
                transitions=[(source.value, target.value) for source, target in SUBSCRIPTION_MOVES],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.ReadOnly(
                name="subscription_terms",
                fields=["id", "business", "practitioner", "offer", "payer", "currency", "created_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_name} of {self.holder_name}"

    @property
    def plan_name(self) -> str:
        """What it is called; reads the plan."""
        return str(self.plan or self.offer)

    @property
    def holder_name(self) -> str:
        """Whose it is; reads the business or the follower."""
        return str(self.business) if self.business else self.payer.name

    @property
    def gives(self) -> bool:
        """Whether it gives what its plan says."""
        return self.state in GIVING

    @property
    def month(self) -> tuple[datetime, datetime]:
        """From when until when it is paid for. Raises: RuntimeError before its first month."""
        if self.period_starts_at is None or self.period_ends_at is None:
            raise RuntimeError(f"subscription {self.pk} has no month yet")
        return self.period_starts_at, self.period_ends_at

    def price_at(self, starts_at: datetime) -> int:
        """What a month that begins then costs."""
        has_changed = self.next_price_from is not None and starts_at >= self.next_price_from
        return self.next_price_minor if has_changed and self.next_price_minor is not None else self.price_minor

    @transition(field=state, source=[S.INCOMPLETE, S.ACTIVE, S.PAST_DUE], target=S.ACTIVE)
    def begin_month(self, *, starts_at: datetime, ends_at: datetime) -> None:
        """The month is paid for."""
        self.months_paid += 1
        self.anchor_at = self.anchor_at or starts_at
        self.period_starts_at, self.period_ends_at, self.due_at = starts_at, ends_at, ends_at
        self.past_due_since, self.problem = None, ""

    @transition(field=state, source=S.ACTIVE, target=S.PAST_DUE)
    def fall_behind(self, *, since: datetime) -> None:
        """The next month is not paid for."""
        self.past_due_since = since

    @transition(field=state, source=list(LIVING), target=S.ENDED)
    def end(self, *, reason: EndReason, at: datetime) -> None:
        """It gives nothing any more."""
        self.ended_at, self.end_reason = at, reason
        self.due_at = self.past_due_since = self.next_plan = None
        self.next_price_minor = self.next_price_from = None


def effects_of(plan: Plan) -> PlanEffects:
    """What a plan of the platform gives a business."""
    return PlanEffects(
        plan_code=plan.code, commission_bp=plan.commission_bp, is_featured=plan.is_featured,
        staff_seats=plan.staff_seats,
    )  # fmt: skip
