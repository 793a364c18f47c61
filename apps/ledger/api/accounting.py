"""The books as the marketplace's own people read them over HTTP: past balances, statements, the trial balance."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.envelope import EnvelopeRenderer
from apps.core.api.fields import DayField, MomentField, MoneyField, money_out
from apps.core.api.files import CsvRenderer, FileView
from apps.core.api.permissions import IsOpsReader
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.errors import NotFound
from apps.ledger import accounting, queries
from apps.ledger.api.statements import statement_lines, trial_lines
from apps.ledger.models import Account
from apps.ledger.states import TransferKind

_PAGE = 100
_WHO = "OPS, ADMIN and VIEWER."


class NoSuchAccount(NotFound):
    """The books have no such account."""

    code = "account_not_found"
    default_message = "The books have no such account."


class BalanceAtQuery(InputSerializer):
    """At which moment; now, if none is given."""

    at = MomentField(required=False)


class StatementQuery(InputSerializer):
    """Which days, both included; today, if none are given. ``after`` is ``next_after`` of the page before."""

    kind = serializers.ChoiceField(choices=TransferKind.choices, required=False, default="")
    after = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language, so it is named here."""
        return {
            **super().get_fields(),
            "from": DayField(required=False, source="since"),
            "to": DayField(required=False, source="until"),
        }


class TrialQuery(InputSerializer):
    """At the end of which day; today, if none is given."""

    on = DayField(required=False)


class PastBalanceOut(OutputSerializer):
    account: Any = serializers.CharField(help_text="The account's address.")
    at: Any = serializers.DateTimeField()
    balance: Any = MoneyField(help_text="Credit above zero.")


class AccountLineOut(OutputSerializer):
    id: Any = serializers.CharField()
    at: Any = serializers.DateTimeField()
    kind: Any = serializers.CharField()
    amount: Any = MoneyField()
    balance: Any = MoneyField(allow_null=True, help_text="After it; null where entries are left out.")
    transfer: Any = serializers.UUIDField()
    cause_type: Any = serializers.CharField()
    cause_id: Any = serializers.UUIDField(allow_null=True)


class AccountStatementOut(OutputSerializer):
    account: Any = serializers.CharField()
    opening: Any = MoneyField()
    closing: Any = MoneyField()
    lines: Any = AccountLineOut(many=True)
    next_after: Any = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """As in the query."""
        return {**super().get_fields(), "from": serializers.DateField(), "to": serializers.DateField()}


class TrialLineOut(OutputSerializer):
    owner_type: Any = serializers.CharField()
    kind: Any = serializers.CharField()
    gateway: Any = serializers.CharField()
    accounts: Any = serializers.IntegerField()
    debit: Any = MoneyField()
    credit: Any = MoneyField()


class TrialBalanceOut(OutputSerializer):
    currency: Any = serializers.CharField()
    debit: Any = MoneyField()
    credit: Any = MoneyField()
    balanced: Any = serializers.BooleanField()
    lines: Any = TrialLineOut(many=True)


class TrialBalancesOut(OutputSerializer):
    on: Any = serializers.DateField()
    currencies: Any = TrialBalanceOut(many=True)


class _BooksView(FileView):
    permission_classes = [IsOpsReader]
    renderer_classes = [EnvelopeRenderer, CsvRenderer]

    def account(self, account_id: UUID) -> Account:
        """The account. Raises: NoSuchAccount."""
        found = accounting.account_with(account_id)
        if found is None:
            raise NoSuchAccount
        return found


class PastBalance(_BooksView):
    renderer_classes = [EnvelopeRenderer]

    @documented(
        summary="What was in an account at a moment",
        description="All that was booked before it, by the daily totals and the entries since.",
        permissions=_WHO,
        parameters=[BalanceAtQuery],
        responses=PastBalanceOut,
        errors=[NoSuchAccount],
        operation_id="ledger_account_balance",
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        account, at = self.account(account_id), self.read_query(BalanceAtQuery).get("at") or clock.now()
        balance = money_out(queries.balance_before(account.pk, at), account.currency)
        return success({"account": account.address, "at": at.isoformat().replace("+00:00", "Z"), "balance": balance})


class AccountStatement(_BooksView):
    @documented(
        summary="The statement of an account",
        description=(
            "Opening balance, entries in the order of their moments with the balance after each, closing balance; 100 "
            "entries a page, by `after`. `?format=csv` gives all of them."
        ),
        permissions=_WHO,
        parameters=[StatementQuery, OpenApiParameter("format", str, enum=["json", "csv"])],
        responses={(200, "application/json"): AccountStatementOut, (200, "text/csv"): OpenApiTypes.STR},
        errors=[NoSuchAccount],
        operation_id="ledger_account_statement",
    )
    def get(self, request: Request, account_id: UUID) -> Any:
        account, asked = self.account(account_id), self.read_query(StatementQuery)
        until = asked.get("until") or clock.now().date()
        wish = {"since": asked.get("since") or until, "until": until, "kind": asked["kind"]}
        if request.accepted_renderer.format == CsvRenderer.format:
            return _spreadsheet(statement_lines(account, **wish), "statement.csv")
        page = accounting.statement(account, after_id=asked.get("after"), limit=_PAGE, **wish)
        return success({
            "account": account.address,
            "from": page.since.isoformat(),
            "to": page.until.isoformat(),
            "opening": money_out(page.opening_minor, account.currency),
            "closing": money_out(page.closing_minor, account.currency),
            "lines": [_line(line) for line in page.lines],
            "next_after": None if page.next_id is None else str(page.next_id),
        })  # fmt: skip


class TrialBalances(_BooksView):
    @documented(
        summary="The trial balance of a day",
        description="By currency and kind of account, at the end of the day, UTC: debits are credits.",
        permissions=_WHO,
        parameters=[TrialQuery, OpenApiParameter("format", str, enum=["json", "csv"])],
        responses={(200, "application/json"): TrialBalancesOut, (200, "text/csv"): OpenApiTypes.STR},
        operation_id="ledger_trial_balance",
    )
    def get(self, request: Request) -> Any:
        on = self.read_query(TrialQuery).get("on") or clock.now().date()
        balances = accounting.trial_balances(on)
        if request.accepted_renderer.format == CsvRenderer.format:
            return _spreadsheet(trial_lines(balances), "trial-balance.csv")
        return success({"on": on.isoformat(), "currencies": [_trial(each) for each in balances]})


def _spreadsheet(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _line(line: accounting.StatementLine) -> dict[str, Any]:
    entry = line.entry
    return {
        "id": str(entry.pk),
        "at": entry.created_at.isoformat().replace("+00:00", "Z"),
        "kind": entry.transfer.kind,
        "amount": money_out(entry.amount, entry.currency),
        "balance": money_out(line.balance_minor, entry.currency),
        "transfer": str(entry.transfer_id),
        "cause_type": entry.transfer.cause_type,
        "cause_id": None if entry.transfer.cause_id is None else str(entry.transfer.cause_id),
    }


def _trial(each: accounting.TrialBalance) -> dict[str, Any]:
    def both(thing: Any) -> dict[str, Any]:
        return {
            "debit": money_out(thing.debit_minor, each.currency),
            "credit": money_out(thing.credit_minor, each.currency),
        }

    return {
        "currency": each.currency,
        **both(each),
        "balanced": each.is_balanced,
        "lines": [
            {
                "owner_type": line.owner_type,
                "kind": line.kind,
                "gateway": line.gateway,
                "accounts": line.accounts,
                **both(line),
            }
            for line in each.lines
        ],
    }
