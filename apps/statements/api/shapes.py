"""Statements in requests and answers."""

from typing import Any

from rest_framework import serializers

from apps.core import clock
from apps.core.api.fields import DayField, MoneyField, money_out
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.invoices.states import InvoiceKind
from apps.statements.models import CommissionInvoice, Statement
from apps.statements.rules import totals
from apps.statements.states import LineKind


class StatementsQuery(InputSerializer):
    business = serializers.UUIDField(required=False)
    month = DayField(required=False, help_text="Any day of it.")
    currency = serializers.CharField(required=False, max_length=3)


class TotalsOut(OutputSerializer):
    kind: Any = serializers.ChoiceField(choices=LineKind.choices)
    count: Any = serializers.IntegerField()
    gross: Any = MoneyField(help_text="Of sales and their refunds: what customers paid, or had back.")
    commission: Any = MoneyField(help_text="Of sales and their refunds: what the platform kept, or gave back.")
    amount: Any = MoneyField(help_text="What the balance changed by.")


class LineOut(OutputSerializer):
    at: Any = serializers.DateTimeField()
    kind: Any = serializers.ChoiceField(choices=LineKind.choices)
    description: Any = serializers.CharField()
    reference: Any = serializers.CharField(allow_blank=True, help_text="Of the payment or payout.")
    gross: Any = MoneyField()
    commission: Any = MoneyField()
    amount: Any = MoneyField()
    owed: Any = MoneyField(help_text="By how much what is owed became less; below zero where it became more.")
    balance: Any = MoneyField(help_text="After it.")
    transfer: Any = serializers.UUIDField()


class StatementOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    reference: Any = serializers.CharField()
    business: Any = serializers.UUIDField(allow_null=True, help_text="Null of one's own tips.")
    currency: Any = serializers.CharField()
    month: Any = serializers.DateField(help_text="Its first day.")
    time_zone: Any = serializers.CharField()
    starts_at: Any = serializers.DateTimeField()
    ends_at: Any = serializers.DateTimeField()
    opening: Any = MoneyField()
    closing: Any = MoneyField()
    opening_owed: Any = MoneyField(help_text="What was owed to the marketplace.")
    closing_owed: Any = MoneyField()
    totals: Any = TotalsOut(many=True)
    commission_invoice: Any = serializers.UUIDField(allow_null=True)
    issued_at: Any = serializers.DateTimeField()


class StatementWithLinesOut(StatementOut):
    lines: Any = LineOut(many=True)


class CommissionInvoiceOut(OutputSerializer):
    id: Any = serializers.UUIDField()
    kind: Any = serializers.ChoiceField(choices=InvoiceKind.choices)
    reference: Any = serializers.CharField(help_text="A series, and a number that has no gap in it.")
    business: Any = serializers.UUIDField()
    statement: Any = serializers.UUIDField()
    month: Any = serializers.DateField()
    sales: Any = MoneyField(help_text="What the commission was charged on.")
    gross: Any = MoneyField(help_text="The commission, tax included.")
    net: Any = MoneyField()
    vat: Any = MoneyField()
    vat_rate_bp: Any = serializers.IntegerField()
    issued_at: Any = serializers.DateTimeField()


def shown(statement: Statement) -> dict[str, Any]:
    """One statement without its lines."""
    currency = statement.currency
    invoice = getattr(statement, "commission_invoice", None)
    return {
        "id": str(statement.pk),
        "reference": statement.reference,
        "business": str(statement.business_id) if statement.business_id else None,
        "currency": currency,
        "month": statement.month.isoformat(),
        "time_zone": statement.time_zone,
        "starts_at": clock.iso(statement.starts_at),
        "ends_at": clock.iso(statement.ends_at),
        "opening": money_out(statement.opening_minor, currency),
        "closing": money_out(statement.closing_minor, currency),
        "opening_owed": money_out(-statement.opening_owed_minor, currency),
        "closing_owed": money_out(-statement.closing_owed_minor, currency),
        "totals": [
            {
                "kind": str(each.kind),
                "count": each.count,
                "gross": money_out(each.gross_minor, currency),
                "commission": money_out(each.commission_minor, currency),
                "amount": money_out(each.amount_minor, currency),
            }
            for each in totals(statement.lines)
        ],
        "commission_invoice": str(invoice.pk) if invoice else None,
        "issued_at": clock.iso(statement.issued_at),
    }


def with_lines(statement: Statement) -> dict[str, Any]:
    """One statement, whole."""
    currency, balance, lines = statement.currency, statement.opening_minor, []
    for line in statement.lines:
        balance += line["amount_minor"]
        lines.append({
            **{name: line[name] for name in ("at", "kind", "description", "reference", "transfer")},
            **{name: money_out(line[f"{name}_minor"], currency) for name in ("gross", "commission", "amount", "owed")},
            "balance": money_out(balance, currency),
        })  # fmt: skip
    return {**shown(statement), "lines": lines}


def invoice_shown(invoice: CommissionInvoice) -> dict[str, Any]:
    """One commission invoice."""
    currency = invoice.currency
    return {
        "id": str(invoice.pk),
        "kind": invoice.kind,
        "reference": invoice.reference,
        "business": str(invoice.business_id),
        "statement": str(invoice.statement_id),
        "month": invoice.month.isoformat(),
        "sales": money_out(invoice.sales_minor, currency),
        "gross": money_out(invoice.gross_minor, currency),
        "net": money_out(invoice.net_minor, currency),
        "vat": money_out(invoice.vat_minor, currency),
        "vat_rate_bp": invoice.vat_rate_bp,
        "issued_at": clock.iso(invoice.issued_at),
    }
