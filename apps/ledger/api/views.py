from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.envelope import EnvelopeRenderer
from apps.core.api.fields import money_out
from apps.core.api.files import CsvRenderer, FileView
from apps.core.api.pagination import CursorPagination
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.ledger import queries, scope, wallets
from apps.ledger.api.serializers import BalanceOut, BalanceQuery, TransactionOut, TransactionQuery
from apps.ledger.api.statements import lines

_CSV_ROWS = 50_000
_DAY = timedelta(days=1)
_NAIRA = {"amount": "5000.00", "currency": "NGN"}


class WalletBalance(DomainView):
    permission_classes = [IsAuthenticated]

    @documented(
        summary="What is in the wallet",
        description=(
            "By role: staff get `tips_only`; owners get `total_revenue`, `pending_escrow` and `available_payout`; "
            "employees `pending_escrow` only; everybody else `wallet` and `credits`. Whoever performs jobs sees `tips` "
            "too. Amounts are in the currency with most in it, or the one asked for; the rest is in `other_currencies`."
        ),
        parameters=[BalanceQuery],
        responses=BalanceOut,
        response_example={
            "currency": "NGN",
            "total_revenue": _NAIRA,
            "pending_escrow": _NAIRA,
            "available_payout": _NAIRA,
            "other_currencies": [],
        },
    )
    def get(self, request: Request) -> Response:
        view = wallets.wallet_view(request.user)
        currencies = view.currencies()
        chosen = self.read_query(BalanceQuery).get("currency", currencies[0])
        return Response(
            {
                **_in_currency(view, chosen),
                "other_currencies": [_in_currency(view, each) for each in currencies if each != chosen],
            }
        )


class WalletTransactions(FileView):
    permission_classes = [IsAuthenticated]
    pagination_class = CursorPagination
    renderer_classes = [EnvelopeRenderer, CsvRenderer]

    @documented(
        summary="Statement lines",
        description=(
            "What moved in the caller's own accounts and in those of the businesses they own, newest first, by an opaque "
            "cursor. `?format=csv` gives the same lines, up to 50,000, as a spreadsheet."
        ),
        parameters=[TransactionQuery, OpenApiParameter("format", str, enum=["json", "csv"])],
        responses={(200, "application/json"): TransactionOut(many=True), (200, "text/csv"): OpenApiTypes.STR},
        operation_id="wallet_transactions_list",
    )
    def get(self, request: Request) -> Any:
        return self.answer(request)

    def lines_of(self, person: Any) -> QuerySet[Any]:
        """What the caller may see here."""
        return queries.entries_of_user(person.pk, scope.owned_businesses(person))

    def answer(self, request: Request) -> Any:
        """The lines asked for, as a page or as a spreadsheet."""
        entries = _filtered(self.lines_of(request.user), self.read_query(TransactionQuery))
        if request.accepted_renderer.format == CsvRenderer.format:
            newest = entries.order_by("-created_at", "-id")[:_CSV_ROWS]
            return StreamingHttpResponse(
                lines(newest.iterator(chunk_size=2_000)),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": 'attachment; filename="transactions.csv"'},
            )
        pages = self.pagination_class()
        page = pages.paginate_queryset(entries, request, view=self)
        return pages.get_paginated_response(TransactionOut(page, many=True).data)


def _in_currency(view: wallets.WalletView, currency: str) -> dict[str, Any]:
    named = {name: money_out(amount_minor, currency) for name, amount_minor in view.in_currency(currency).items()}
    return {"currency": currency, **named}


def _filtered(entries: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    lookups = {
        "kind": "transfer__kind",
        "account": "account__kind",
        "currency": "currency",
        "business": "account__owner_id",
    }
    chosen = {lookup: asked[name] for name, lookup in lookups.items() if name in asked}
    if "direction" in asked:
        chosen["amount__gt" if asked["direction"] == "in" else "amount__lt"] = 0
    if "from_day" in asked:
        chosen["created_at__gte"] = datetime.combine(asked["from_day"], time.min, UTC)
    if "to_day" in asked:
        chosen["created_at__lt"] = datetime.combine(asked["to_day"], time.min, UTC) + _DAY
    return entries.filter(**chosen)
