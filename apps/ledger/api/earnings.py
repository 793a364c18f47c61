"""What owners and performers earn: job by job, by period, and line by line."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.errors import BusinessNotFound
from apps.catalog.models import Business
from apps.core.api.fields import DayField, MinorMoneyField
from apps.core.api.pagination import CursorPagination
from apps.core.api.permissions import IsStaff
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainView
from apps.core.money import CURRENCIES
from apps.ledger import earnings, queries, scope
from apps.ledger.api.serializers import TransactionOut, TransactionQuery
from apps.ledger.api.views import WalletTransactions
from apps.ledger.states import HoldState

WHO = "Owners see their businesses and their own tips, staff their own tips. Employees are refused."
_NAIRA = {"amount": "47500.00", "currency": "NGN"}
_DAY = timedelta(days=1)


class EarningsQuery(InputSerializer):
    """Filters of earnings; ``from`` and ``to`` are days on which things were paid for, both included."""

    business = serializers.UUIDField(required=False)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False)
    state = serializers.ChoiceField(choices=HoldState.choices, required=False)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language, so it is named here."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="from_day"),
            "to": DayField(required=False, source="to_day"),
        }


class SummaryQuery(EarningsQuery):
    """As for the list, and by which periods."""

    period = serializers.ChoiceField(choices=[(name, name) for name in earnings.PERIODS], required=False)


class EarningOut(OutputSerializer):
    """One thing paid for, and whose its money is."""

    id: Any = serializers.UUIDField()
    business: Any = serializers.UUIDField(source="business_id")
    unit_type: Any = serializers.CharField(help_text="Such as BOOKING.")
    unit_id: Any = serializers.UUIDField()
    state: Any = serializers.ChoiceField(choices=HoldState.choices)
    gross: Any = MinorMoneyField(source="gross_minor")
    refunded: Any = MinorMoneyField(source="refunded_minor")
    commission: Any = MinorMoneyField(source="commission_minor")
    commission_percent: Any = serializers.SerializerMethodField()
    commission_rule: Any = serializers.CharField()
    net: Any = MinorMoneyField(source="net_minor")
    paid_at: Any = serializers.DateTimeField(source="funded_at")
    release_due_at: Any = serializers.DateTimeField(allow_null=True)
    settled_at: Any = serializers.DateTimeField(allow_null=True)

    def get_commission_percent(self, hold: Any) -> str:
        """The rate that was frozen when it was paid for."""
        return f"{hold.commission_rate_bp // 100}.{hold.commission_rate_bp % 100:02d}"


class EarnedOut(OutputSerializer):
    """Sums of one currency; ``net`` is what is left of ``gross`` after refunds and commission, wherever it lies now."""

    currency: Any = serializers.CharField()
    starts_on: Any = serializers.DateField(allow_null=True, help_text="The period's first day; null for all of them.")
    jobs: Any = serializers.IntegerField(help_text="Paid for and not given back.")
    gross: Any = MinorMoneyField(source="gross_minor")
    refunded: Any = MinorMoneyField(source="refunded_minor")
    commission: Any = MinorMoneyField(source="commission_minor")
    net: Any = MinorMoneyField(source="net_minor")
    waiting: Any = MinorMoneyField(source="waiting_minor", help_text="Net of work that is not done yet.")
    clearing: Any = MinorMoneyField(source="clearing_minor", help_text="Net of work whose money clears.")
    frozen: Any = MinorMoneyField(source="frozen_minor", help_text="Net of what is disputed.")
    released: Any = MinorMoneyField(source="released_minor", help_text="Net of what was released to the business.")
    tips: Any = MinorMoneyField(source="tips_minor", help_text="The caller's own.")


class SummaryOut(OutputSerializer):
    """All of it, and by period where one was asked for."""

    time_zone: Any = serializers.CharField(help_text="By whose clock the periods begin.")
    totals: Any = EarnedOut(many=True)
    periods: Any = EarnedOut(many=True)


class EarningsPagination(CursorPagination):
    """By when things were paid for."""

    ordering = ("-funded_at", "-id")


_FILTERS = [
    OpenApiParameter("business", UUID),
    OpenApiParameter("currency", str),
    OpenApiParameter("state", str, enum=HoldState.values),
    OpenApiParameter("from", OpenApiTypes.DATE),
    OpenApiParameter("to", OpenApiTypes.DATE),
]


class _Earning(DomainView):
    permission_classes = [IsStaff]

    def businesses(self, asked: dict[str, Any]) -> list[UUID]:
        """The caller's own, or the one asked for. Raises: BusinessNotFound."""
        owned = scope.owned_businesses(self.request.user)
        chosen = asked.get("business")
        if chosen is None:
            return owned
        if chosen not in owned:
            raise BusinessNotFound
        return [chosen]

    def zone(self, businesses: list[UUID]) -> ZoneInfo:
        """The clock of the one business, or of the caller."""
        person: Any = self.request.user
        names = Business.all_objects.filter(pk__in=businesses[:1] if len(businesses) == 1 else [])
        return ZoneInfo(names.values_list("time_zone", flat=True).first() or person.time_zone or "UTC")


class EarningsView(_Earning):
    pagination_class = EarningsPagination

    @documented(
        summary="What was earned, job by job",
        description="Each thing paid for at the caller's businesses, newest first, by an opaque cursor, with its commission.",
        permissions=WHO,
        responses=EarningOut(many=True),
        parameters=_FILTERS,
        errors=[BusinessNotFound],
        operation_id="practitioner_earnings_list",
    )
    def get(self, request: Request) -> Response:
        asked = self.read_query(EarningsQuery)
        businesses = self.businesses(asked)
        found = _filtered(earnings.earnings_of(businesses), asked, "funded_at", self.zone(businesses))
        pages = self.pagination_class()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(EarningOut(page, many=True).data)


class EarningsSummaryView(_Earning):
    @documented(
        summary="What was earned, summed up",
        description=(
            "Gross, refunds, commission and net by currency, and by day, week or month where `period` says so, by the clock "
            "of the business asked for or the only one, else of the caller. Tips are the caller's own."
        ),
        permissions=WHO,
        responses=SummaryOut,
        parameters=[*_FILTERS, OpenApiParameter("period", str, enum=list(earnings.PERIODS))],
        errors=[BusinessNotFound],
        response_example={
            "time_zone": "Africa/Lagos",
            "totals": [
                {"currency": "NGN", "starts_on": None, "jobs": 10, "gross": _NAIRA, "net": _NAIRA, "released": _NAIRA}
            ],
            "periods": [],
        },
    )
    def get(self, request: Request) -> Response:
        asked = self.read_query(SummaryQuery)
        businesses = self.businesses(asked)
        zone = self.zone(businesses)
        person: Any = request.user
        holds = _filtered(earnings.earnings_of(businesses), asked, "funded_at", zone)
        tips = _filtered(earnings.tips_of(person.pk), {**asked, "state": None}, "created_at", zone)
        period = asked.get("period")
        totals = earnings.by_period(holds=holds, tips=tips, period=None, zone=zone)
        periods = earnings.by_period(holds=holds, tips=tips, period=period, zone=zone) if period else []
        return Response(SummaryOut({"time_zone": str(zone), "totals": totals, "periods": periods}).data)


class PractitionerTransactions(WalletTransactions):
    permission_classes = [IsStaff]

    def lines_of(self, person: Any) -> QuerySet[Any]:
        """What the caller earns, and what becomes of it."""
        return queries.entries_of_practitioner(person.pk, scope.owned_businesses(person))

    @documented(
        summary="Statement lines of a practitioner",
        description=(
            "What moved in the caller's businesses and in their own tips, newest first, by an opaque cursor. `?format=csv` "
            "gives the same lines, up to 50,000, as a spreadsheet."
        ),
        permissions=WHO,
        parameters=[TransactionQuery, OpenApiParameter("format", str, enum=["json", "csv"])],
        responses={(200, "application/json"): TransactionOut(many=True), (200, "text/csv"): OpenApiTypes.STR},
        operation_id="practitioner_transactions_list",
    )
    def get(self, request: Request) -> Any:
        return self.answer(request)


def _filtered(rows: QuerySet[Any], asked: dict[str, Any], moment: str, zone: ZoneInfo) -> QuerySet[Any]:
    chosen = {name: asked[name] for name in ("currency", "state") if asked.get(name)}
    if "from_day" in asked:
        chosen[f"{moment}__gte"] = datetime.combine(asked["from_day"], time.min, zone).astimezone(UTC)
    if "to_day" in asked:
        chosen[f"{moment}__lt"] = datetime.combine(asked["to_day"] + _DAY, time.min, zone).astimezone(UTC)
    return rows.filter(**chosen)
