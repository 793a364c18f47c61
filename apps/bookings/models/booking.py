from decimal import Decimal
from typing import Any
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.bookings.models.courses import PART_TRIGGERS
from apps.bookings.models.customer import CUSTOMER_STAYS
from apps.bookings.models.history import HISTORY_TRIGGER
from apps.bookings.models.life import BookingLife
from apps.bookings.models.links import LINKS_TRIGGERS
from apps.bookings.models.queryset import BookingQuerySet
from apps.bookings.models.seats import SEATS_TRIGGER
from apps.bookings.models.use import USE_TRIGGER
from apps.bookings.states import ACTIVE, MOVES, RECOVERING, SEATLESS, BookingStatus, PaymentStatus, Place
from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import SoftDeleteManager

S = BookingStatus
M = PaymentStatus


# Cash is not the escrow's: what was taken so stays so, and what the escrow has or had does not turn into it.
_CASH_IS_CASH = """
    IF OLD.payment_status = 'CASH' OR OLD.payment_status IS DISTINCT FROM 'PENDING_PAYMENT' THEN
        RAISE EXCEPTION 'the cash of booking % stays as it was noted', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_cash_stays';
    END IF;
    RETURN NEW;
"""
_COSTS_MORE = """
    RAISE EXCEPTION 'booking % would cost more with another person', NEW.reference
        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_never_costs_more';
"""


# The detail tells what to pay; whoever catches the violation passes it on.
_OWES = """
    SELECT jsonb_agg(jsonb_build_object('extra', e.id, 'booking', b.reference, 'name', e.name,
            'amount_minor', e.amount_minor, 'currency', e.currency) ORDER BY e.due_at, e.id) INTO owed
        FROM bookings_addedextra AS e JOIN bookings_booking AS b ON b.id = e.booking_id
        WHERE e.customer_id = NEW.customer_id AND e.state = 'DUE' AND e.block_at <= NEW.created_at;
    IF owed IS NOT NULL THEN
        RAISE EXCEPTION 'the customer of booking % owes for extras', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_customer_owes_nothing', DETAIL = owed::text;
    END IF;
    RETURN NEW;
"""


class Booking(BookingLife):
    """Somebody's time for a customer: what was agreed is frozen in the row, price and cancellation policy included."""

    reference = models.CharField(max_length=8)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    business = models.ForeignKey("catalog.Business", on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+")
    staff_member = models.ForeignKey(
        "catalog.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    crew = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="Everybody who does it, where it takes several people."
    )
    slot = models.ForeignKey(
        "availability.CapacitySlot", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False, help_text="The session of which it has seats.",
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey(
        "bookings.CourseBooking", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", db_index=False,
        help_text="The booking of a course of which it is one session.",
    )  # fmt: skip
    series = models.UUIDField(null=True, blank=True, help_text="Shared by those that were booked in one go.")
    time_zone = models.CharField(max_length=64, help_text="The business's when it was made.")
    place = models.CharField(max_length=12, choices=Place.choices, default=Place.AT_BUSINESS)
    address = models.CharField(max_length=300, blank=True)
    location = PointField(geography=True, null=True, blank=True, spatial_index=False)
    special_requests = models.TextField(blank=True)
    owner_notes = models.TextField(blank=True, help_text="Seen by the business alone.")
    sop_checklist = models.JSONField(default=list, blank=True)
    # Money, frozen
    currency = CurrencyField()
    base_minor = MinorUnitsField()
    owner_premium = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1))
    total_minor = MinorUnitsField()
    price_lines = models.JSONField(default=list)
    cancellation_policy = models.JSONField(default=dict)
    package_use = models.ForeignKey(
        "packages.Use", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="The use of a package that pays for the service.",
    )  # fmt: skip
    covered_minor = MinorUnitsField(default=0, help_text="What the use is worth; its money is in a hold of its own.")
    use_returned_at = models.DateTimeField(null=True, blank=True, help_text="When the use could be used again.")
    pay_with = models.JSONField(
        default=dict, blank=True, help_text="The credits and code with which its customer wanted to pay."
    )
    # Money, as it goes
    extras_minor = MinorUnitsField(default=0, help_text="What was added while it ran; paid apart from the rest.")
    payment_status = models.CharField(max_length=20, choices=M.choices, null=True, blank=True)
    refunded_minor = MinorUnitsField(default=0)
    release_due_at = models.DateTimeField(null=True, blank=True, help_text="When its money goes to the business.")
    cash_at = models.DateTimeField(null=True, blank=True, help_text="When the business took the money in cash.")
    cash_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: Any = SoftDeleteManager.from_queryset(BookingQuerySet)()
    all_objects: Any = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["reference"], name="booking_reference_once"),
            UniqueConstraint(
                fields=["staff_member"],
                condition=Q(status=S.IN_PROGRESS, slot__isnull=True),
                name="booking_one_job_in_progress",
            ),
            CheckConstraint(
                condition=Q(seats=1) | Q(seats__gt=1, slot__isnull=False), name="booking_seats_are_of_a_slot"
            ),
            UniqueConstraint(
                fields=["parent", "slot"],
                condition=Q(parent__isnull=False) & ~Q(status__in=SEATLESS),
                name="booking_one_of_a_course_in_a_slot",
            ),
            CheckConstraint(condition=Q(status__in=S.values), name="booking_status_known"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_in_order"),
            CheckConstraint(condition=Q(total_minor__gte=0, base_minor__gte=0), name="booking_price_not_negative"),
            CheckConstraint(condition=Q(owner_premium__gte=1), name="booking_premium_at_least_one"),
            CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor") + F("covered_minor")),
                name="booking_refunds_at_most_its_price",
            ),
            CheckConstraint(
                condition=Q(total_minor=0, package_use__isnull=True, payment_status__isnull=True)
                | (
                    (Q(total_minor__gt=0) | Q(package_use__isnull=False))
                    & Q(payment_status__in=M.values, payment_status__isnull=False)
                ),
                name="booking_free_needs_no_payment",
            ),
            UniqueConstraint(
                fields=["package_use"], condition=Q(use_returned_at__isnull=True), name="booking_use_spent_once"
            ),
            CheckConstraint(
                condition=Q(package_use__isnull=True, covered_minor=0, use_returned_at__isnull=True)
                | Q(package_use__isnull=False, covered_minor__gt=0),
                name="booking_covered_by_its_use",
            ),
            CheckConstraint(
                condition=Q(
                    payment_status=M.CASH,
                    payment_status__isnull=False,
                    cash_at__isnull=False,
                    cash_by__isnull=False,
                    refunded_minor=0,
                    release_due_at__isnull=True,
                )
                | ~Q(payment_status=M.CASH) & Q(cash_at__isnull=True, cash_by__isnull=True),
                name="booking_cash_has_no_escrow",
            ),
            CheckConstraint(
                condition=~Q(status=S.PENDING, payment_status=M.PENDING_PAYMENT) | Q(expires_at__isnull=False),
                name="booking_unpaid_runs_out",
            ),
            CheckConstraint(
                condition=~Q(status__in=[S.CONFIRMED, S.IN_PROGRESS, S.COMPLETED, S.NO_SHOW])
                | (
                    Q(confirmed_at__isnull=False)
                    & (Q(payment_status__isnull=True) | ~Q(payment_status=M.PENDING_PAYMENT))
                ),
                name="booking_unpaid_work_does_not_start",
            ),
            CheckConstraint(
                condition=~Q(status__in=[S.IN_PROGRESS, S.COMPLETED]) | Q(actual_start_time__isnull=False),
                name="booking_started_has_its_moment",
            ),
            CheckConstraint(
                condition=~Q(status=S.COMPLETED)
                | Q(
                    actual_end_time__isnull=False,
                    duration_minutes__isnull=False,
                    actual_end_time__gte=F("actual_start_time"),
                ),
                name="booking_completed_has_its_moment",
            ),
            CheckConstraint(
                condition=~Q(status__in=[S.CANCELLED, S.CANCELLED_BY_SYSTEM]) | Q(cancelled_at__isnull=False),
                name="booking_cancelled_has_its_moment",
            ),
            CheckConstraint(
                condition=~Q(status=S.REJECTED) | (Q(rejected_at__isnull=False) & ~Q(rejection_reason="")),
                name="booking_rejected_says_why",
            ),
            CheckConstraint(
                condition=~Q(status=S.EXPIRED) | Q(expired_at__isnull=False), name="booking_expired_has_its_moment"
            ),
            CheckConstraint(
                condition=~Q(status__in=[S.DECLINED, S.DECLINED_WITH_OPTION]) | Q(declined_at__isnull=False),
                name="booking_declined_has_its_moment",
            ),
            CheckConstraint(
                condition=Q(status=S.DECLINED_WITH_OPTION, replacement__isnull=False)
                | (~Q(status=S.DECLINED_WITH_OPTION) & Q(replacement__isnull=True)),
                name="booking_option_names_its_person",
            ),
            CheckConstraint(
                condition=~Q(status=S.NO_SHOW) | Q(no_show_at__isnull=False), name="booking_no_show_has_its_moment"
            ),
            CheckConstraint(
                condition=Q(ask_at__isnull=True) | Q(status__in=[S.CONFIRMED, S.IN_PROGRESS]),
                name="booking_asks_while_it_is_on",
            ),
            CheckConstraint(
                condition=Q(remind_at__isnull=True) | Q(status=S.CONFIRMED), name="booking_reminds_while_confirmed"
            ),
        ]
        indexes = [
            Index(fields=["customer", "-starts_at", "-id"], name="booking_of_customer"),
            Index(fields=["business", "-starts_at", "-id"], name="booking_of_business"),
            Index(fields=["staff_member", "-starts_at", "-id"], name="booking_of_staff"),
            Index(fields=["-starts_at", "-id"], name="booking_by_start"),
            GinIndex(fields=["crew"], condition=~Q(crew=[]), name="booking_of_crew"),
            Index(
                fields=["expires_at", "id"],
                condition=Q(status=S.PENDING, payment_status=M.PENDING_PAYMENT),
                name="booking_to_expire",
            ),
            Index(fields=["starts_at", "id"], condition=Q(status=S.PENDING), name="booking_to_approve"),
            Index(fields=["starts_at", "id"], condition=Q(status__in=RECOVERING), name="booking_to_recover"),
            Index(fields=["series", "starts_at"], condition=Q(series__isnull=False), name="booking_of_series"),
            Index(fields=["parent", "starts_at"], condition=Q(parent__isnull=False), name="booking_of_course"),
            Index(fields=["slot", "id"], condition=Q(slot__isnull=False), name="booking_of_slot"),
            Index(fields=["ask_at", "id"], condition=Q(ask_at__isnull=False), name="booking_to_ask_about"),
            Index(fields=["remind_at", "id"], condition=Q(remind_at__isnull=False), name="booking_to_remind"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="booking_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in MOVES],
                condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
            ),
            pgtrigger.Protect(name="booking_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="booking_agreed_terms",
                fields=[
                    "id", "reference", "business", "service", "parent", "currency", "cancellation_policy", "created_at",
                    "package_use", "covered_minor",
                ],
            ),
            pgtrigger.Trigger(
                name="booking_never_costs_more",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("staff_member_id", "crew"),
                condition=pgtrigger.Condition(
                    "((OLD.staff_member_id, OLD.crew) IS DISTINCT FROM (NEW.staff_member_id, NEW.crew)"
                    " AND NEW.total_minor > OLD.total_minor)"
                ),
                func=_COSTS_MORE,
            ),
            pgtrigger.Trigger(
                name="booking_customer_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("customer_id"),
                condition=pgtrigger.Condition("(OLD.customer_id IS DISTINCT FROM NEW.customer_id)"),
                func=CUSTOMER_STAYS,
            ),
            pgtrigger.Trigger(
                name="booking_cash_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("payment_status", "cash_at", "cash_by_id"),
                condition=pgtrigger.Condition(
                    "((OLD.payment_status, OLD.cash_at, OLD.cash_by_id)"
                    " IS DISTINCT FROM (NEW.payment_status, NEW.cash_at, NEW.cash_by_id)"
                    " AND 'CASH' IN (OLD.payment_status, NEW.payment_status))"
                ),
                func=_CASH_IS_CASH,
            ),
            SEATS_TRIGGER,
            USE_TRIGGER,
            *LINKS_TRIGGERS,
            *PART_TRIGGERS,
            pgtrigger.Trigger(
                name="booking_customer_owes_nothing",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("owed", "jsonb")],
                func=_OWES,
            ),
            HISTORY_TRIGGER,
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    @property
    def bill_minor(self) -> int:
        """What it costs with what was added while it ran."""
        return int(self.total_minor + self.extras_minor)

    @property
    def worth_minor(self) -> int:
        """What it brings: what was paid for it, and what its use of a package is worth."""
        return int(self.total_minor + self.covered_minor)

    @property
    def has_use(self) -> bool:
        """Whether a use of a package is spent on it."""
        return self.package_use_id is not None and self.use_returned_at is None

    @property
    def is_active(self) -> bool:
        """Whether it takes somebody's time."""
        return self.status in ACTIVE

    @property
    def extra_ids(self) -> list[UUID]:
        """The extras that were chosen with it."""
        return [UUID(line["extra_id"]) for line in self.price_lines if "extra_id" in line]

    @property
    def performer_ids(self) -> list[Any]:
        """Everybody who does it."""
        return list(self.crew) or ([self.staff_member_id] if self.staff_member_id else [])
