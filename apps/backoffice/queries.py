"""Figures of the back office's front page. Each is counted from the base tables and answered by an index."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.bookings.models import Booking
from apps.bookings.states import BookingStatus, PaymentStatus
from apps.catalog.models import Business, VerificationPaper
from apps.catalog.states import PaperState, VerificationStatus
from apps.core.models import OutboxMessage, SweepHeartbeat
from apps.disputes import queries as disputes
from apps.ledger import queries as ledger
from apps.ledger.models import Account, EscrowHold
from apps.ledger.states import AccountKind, HoldState, OwnerType
from apps.notifications.models import DeliveryLog
from apps.notifications.states import DeliveryState
from apps.payments.models import Payment, Refund, WebhookEvent
from apps.payments.states import PaymentStatus as PaymentState
from apps.payments.states import RefundStatus, WebhookState
from apps.reconciliation import queries as reconciliation

_GONE = (
    BookingStatus.CANCELLED,
    BookingStatus.CANCELLED_BY_SYSTEM,
    BookingStatus.REJECTED,
    BookingStatus.EXPIRED,
)


@dataclass(frozen=True, kw_only=True)
class BookingFigures:
    """Bookings that take place on a day, that are under way, and paid ones that a business has yet to approve."""

    on_the_day: int
    under_way: int
    to_approve: int


@dataclass(frozen=True, kw_only=True)
class Attention:
    """What somebody of the marketplace has to look at."""

    businesses_to_verify: int
    papers_to_check: int
    refunds_to_decide: int
    disputes_to_decide: int
    payments_to_review: int
    holds_frozen: int
    breaks_to_resolve: int
    webhooks_parked: int
    deliveries_failed: int
    work_parked: int
    sweeps_failing: int


def booking_figures(day: tuple[datetime, datetime], *, business_ids: Collection[UUID] | None = None) -> BookingFigures:
    """The figures of the day, half-open; of all businesses, or of these."""
    rows: QuerySet[Booking] = Booking.objects.order_by()
    if business_ids is not None:
        rows = rows.filter(business_id__in=business_ids)
    starting = rows.filter(starts_at__gte=day[0], starts_at__lt=day[1]).exclude(status__in=_GONE)
    # A job that runs has started within the last days; without a bound every booking would be looked at.
    lately = rows.filter(starts_at__gte=day[0] - timedelta(days=7), starts_at__lt=day[1])
    waiting = rows.filter(status=BookingStatus.PENDING).exclude(payment_status=PaymentStatus.PENDING_PAYMENT)
    return BookingFigures(
        on_the_day=starting.count(),
        under_way=lately.filter(status=BookingStatus.IN_PROGRESS).count(),
        to_approve=waiting.count(),
    )


def bookings_by_day(
    first: datetime, days: int, *, business_ids: Collection[UUID] | None = None
) -> list[tuple[datetime, int]]:
    """How many bookings take place on each of the days from ``first`` on; days of 24 hours."""
    rows: QuerySet[Booking] = Booking.objects.order_by().exclude(status__in=_GONE)
    if business_ids is not None:
        rows = rows.filter(business_id__in=business_ids)
    starts = [first + timedelta(days=number) for number in range(days + 1)]
    rows = rows.filter(starts_at__gte=starts[0], starts_at__lt=starts[-1])
    counts = rows.aggregate(**{
        f"day_{number}": Count("pk", filter=Q(starts_at__gte=starts[number], starts_at__lt=starts[number + 1]))
        for number in range(days)
    })  # fmt: skip
    return [(starts[number], counts[f"day_{number}"]) for number in range(days)]


def escrow_held() -> dict[str, int]:
    """What the marketplace holds for others, by currency, from the books."""
    accounts = Account.objects.filter(owner_type=OwnerType.SYSTEM, kind=AccountKind.SYSTEM_ESCROW).order_by("currency")
    return {account.currency: ledger.derived_balance(account.pk) for account in accounts}


def attention(at: datetime) -> Attention:
    """What waits for a decision, and what has gone wrong; deliveries of the last seven days."""
    return Attention(
        businesses_to_verify=Business.objects.filter(verification_status=VerificationStatus.PENDING).count(),
        papers_to_check=VerificationPaper.objects.filter(state=PaperState.SUBMITTED).count(),
        refunds_to_decide=Refund.objects.filter(status=RefundStatus.PROPOSED).count(),
        disputes_to_decide=disputes.count_open(),
        payments_to_review=Payment.objects.filter(status=PaymentState.NEEDS_REVIEW).count(),
        holds_frozen=EscrowHold.objects.filter(state=HoldState.FROZEN).count(),
        breaks_to_resolve=reconciliation.count_live(),
        webhooks_parked=WebhookEvent.objects.filter(state=WebhookState.PARKED).count(),
        deliveries_failed=DeliveryLog.objects.filter(
            state=DeliveryState.DEAD, created_at__gte=at - timedelta(days=7)
        ).count(),
        work_parked=OutboxMessage.objects.filter(parked_at__isnull=False).count(),
        sweeps_failing=SweepHeartbeat.objects.exclude(last_error="").count(),
    )
