"""A month's statement, and the invoice of the commission in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.models import Business
from apps.core.ids import new_reference
from apps.invoices.queries import party_of, platform_seller, platform_vat_rate
from apps.invoices.rules import vat_within
from apps.invoices.states import InvoiceKind
from apps.ledger.models import Account
from apps.ledger.states import OwnerType
from apps.payouts.owners import Owner
from apps.payouts.queries import people_to_tell, zone_of
from apps.statements import notices
from apps.statements.models import CommissionInvoice, CommissionSeries, Statement
from apps.statements.queries import Books
from apps.statements.rules import bounds, month_after
from apps.statements.states import LineKind

_PREFIXES = {InvoiceKind.INVOICE: "COM", InvoiceKind.CREDIT_NOTE: "COMCN"}
_COMMISSIONED = {LineKind.SALE, LineKind.REFUND}


@transaction.atomic
def issue_statements(*, account_id: UUID, until: date, at: datetime) -> list[Statement]:
    """Every month of the account up to ``until`` has its statement, the commission in it is invoiced, its owner is told.

    The first statement of an account is that of ``until``: what was before is its opening balance. The account's row is
    locked, so that two workers do not tell the same month.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    owner = _owner_of(account)
    last = Statement.objects.of(owner.business_id, owner.user_id, account.currency).first()
    month = month_after(last.month) if last else until
    issued: list[Statement] = []
    while month <= until:
        last = _issue(account, owner, month, last, at=at)
        issued.append(last)
        month = month_after(month)
    return issued


def _owner_of(account: Account) -> Owner:
    is_business = account.owner_type == OwnerType.BUSINESS
    return Owner(business_id=account.owner_id) if is_business else Owner(user_id=account.owner_id)


def _issue(account: Account, owner: Owner, month: date, last: Statement | None, *, at: datetime) -> Statement:
    zone = zone_of(owner)
    starts_at, ends_at = bounds(month, zone)
    if last is not None:  # an owner who has moved to another place loses no hour between the two clocks
        starts_at = last.ends_at
    books = Books.of(account)
    opening = (last.closing_minor, last.closing_owed_minor) if last else books.balances_before(starts_at)
    until_id = books.last_entry_id()
    lines = books.lines(starts_at, ends_at, after_id=last.last_entry_id if last else None, until_id=until_id)
    made: Statement = Statement.objects.create(
        **owner.fields,
        reference=f"ST-{month:%Y-%m}-{new_reference(8)}",
        currency=account.currency,
        month=month,
        time_zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        opening_minor=opening[0],
        opening_owed_minor=opening[1],
        closing_minor=opening[0] + sum(line["amount_minor"] for line in lines),
        closing_owed_minor=opening[1] + sum(line["owed_minor"] for line in lines),
        lines=lines,
        last_entry_id=until_id,
        holder=_holder(owner),
        issued_at=at,
        created_at=at,
    )
    invoice = _invoice(made, lines, at=at) if owner.business_id else None
    if User.objects.filter(pk__in=people_to_tell(owner)).exists():  # whoever has left reads no letters
        notices.tell_statement(made, invoice, owner, at=at)
    return made


def _holder(owner: Owner) -> dict[str, str]:
    if owner.business_id is None:
        return {"name": str(User.all_objects.get(pk=owner.user_id).name), "address": "", "tin": ""}
    return party_of(Business.all_objects.get(pk=owner.business_id))


def _invoice(statement: Statement, lines: Sequence[dict[str, Any]], *, at: datetime) -> CommissionInvoice | None:
    """What the platform charged the business in that month; None where that is nothing."""
    charged = [line for line in lines if line["kind"] in _COMMISSIONED]
    commission = sum(line["commission_minor"] for line in charged)
    if not commission:
        return None
    kind = InvoiceKind.INVOICE if commission > 0 else InvoiceKind.CREDIT_NOTE
    country = Business.all_objects.values_list("country", flat=True).get(pk=statement.business_id)
    rate_bp = platform_vat_rate(country)
    series, _ = CommissionSeries.objects.get_or_create(kind=kind, defaults={"code": _PREFIXES[kind]})
    made: CommissionInvoice = CommissionInvoice.objects.create(
        kind=kind,
        statement=statement,
        business_id=statement.business_id,
        series=series,
        currency=statement.currency,
        month=statement.month,
        sales_minor=sum(line["gross_minor"] for line in charged),
        gross_minor=abs(commission),
        vat_minor=vat_within(abs(commission), rate_bp),
        vat_rate_bp=rate_bp,
        seller=platform_seller(),
        buyer=statement.holder,
        issued_at=at,
        created_at=at,
    )
    made.refresh_from_db(fields=["number", "reference"])
    return made
