"""The accountant's pages of the back office: trial balance, accounts of a kind, account statement, charts. For looking."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse

from apps.backoffice.charts import Chart, chart_of
from apps.core import clock
from apps.core.admin.bases import is_ops
from apps.core.money import CURRENCIES, money_words
from apps.ledger import accounting, queries
from apps.ledger.api.statements import statement_lines, trial_lines
from apps.ledger.models import Account
from apps.ledger.states import AccountKind, OwnerType, TransferKind

PAGE = 100
_PERIODS = {"30": "30 days", "90": "90 days", "365": "A year"}
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
# The page of what caused a transfer, by the ledger's name for it.
_CAUSES = {
    "PAYMENT": "payments_payment", "REFUND": "payments_refund", "BOOKING": "bookings_booking", "TIP": "bookings_tip",
    "EXTRA": "bookings_addedextra", "BREAK": "reconciliation_break",
}  # fmt: skip


def _day_field(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(required=False, label=label, widget=widget, validators=_DAYS)


class TrialForm(forms.Form):
    """At the end of which day."""

    on = _day_field("At the end of")


class StatementForm(forms.Form):
    """Which days and which kind of transfer; ``after`` is where the page before has ended."""

    since = _day_field("From")
    until = _day_field("To")
    kind = forms.ChoiceField(required=False, choices=[("", "Every kind"), *TransferKind.choices], label="Kind")
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class ChartsForm(forms.Form):
    """Which currency, and how far back."""

    currency = forms.ChoiceField(required=False, choices=[(code, code) for code in CURRENCIES], label="Currency")
    days = forms.ChoiceField(required=False, choices=list(_PERIODS.items()), label="Time")


def for_ops(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page is the marketplace's own people's."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        if not (request.user.is_authenticated and request.user.is_staff and is_ops(request.user)):
            raise PermissionDenied
        return view(request, *arguments, **named)

    return guarded


@for_ops
def trial_balance_view(request: HttpRequest) -> HttpResponseBase:
    """Every currency on a day, by kind of account; ``?format=csv`` as a spreadsheet."""
    form = TrialForm(request.GET)
    on = _asked(form).get("on") or clock.now().date()
    balances = accounting.trial_balances(on)
    if request.GET.get("format") == "csv":
        return _spreadsheet(trial_lines(balances), f"trial-balance-{on.isoformat()}.csv")
    context = {"title": "Trial balance", "on": on, "form": form, "balances": [_trial(each, on) for each in balances]}
    return _page(request, "trial_balance", context)


@for_ops
def accounts_view(request: HttpRequest, kind: str, currency: str) -> HttpResponseBase:
    """The accounts of one kind in one currency, each with what was in it at the end of the day."""
    if kind not in AccountKind.values or currency not in CURRENCIES:
        raise Http404
    on = _asked(TrialForm(request.GET)).get("on") or clock.now().date()
    after = request.GET.get("after", "")[:120].replace("\x00", "")
    found = accounting.accounts_of(kind, currency, after=after, limit=PAGE + 1)
    rows = [
        {
            "account": account,
            "link": _statement_address(account, on),
            "balance": _sided(queries.balance_on(account.pk, on), currency),
        }
        for account in found[:PAGE]
    ]
    more = urlencode({"on": on.isoformat(), "after": found[PAGE - 1].address}) if len(found) > PAGE else ""
    title = f"{AccountKind(kind).label}, {currency}"
    return _page(request, "accounts", {"title": title, "on": on, "rows": rows, "more": more})


@for_ops
def statement_view(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """What was in the account, what moved, what is in it; ``?format=csv`` all of it as a spreadsheet."""
    account = accounting.account_with(account_id)
    if account is None:
        raise Http404
    form = StatementForm(request.GET)
    asked = _asked(form)
    until = asked.get("until") or clock.now().date()
    wish: dict[str, Any] = {
        "since": asked.get("since") or until - timedelta(days=30), "until": until, "kind": asked.get("kind") or "",
    }  # fmt: skip
    if request.GET.get("format") == "csv":
        return _spreadsheet(statement_lines(account, **wish), f"statement-{account.pk}.csv")
    page = accounting.statement(account, after_id=asked.get("after"), limit=PAGE, **wish)
    query = {"since": page.since.isoformat(), "until": page.until.isoformat(), "kind": wish["kind"]}
    context = {
        "title": "Account statement",
        "account": account,
        "form": StatementForm(initial={**wish}),
        "page": page,
        "is_first": asked.get("after") is None,
        "opening": _sided(page.opening_minor, account.currency),
        "closing": _sided(page.closing_minor, account.currency),
        "lines": [_line(line) for line in page.lines],
        "more": urlencode({**query, "after": page.next_id}) if page.next_id is not None else "",
        "csv": urlencode({**query, "format": "csv"}),
    }
    return _page(request, "statement", context)


@for_ops
def charts_view(request: HttpRequest) -> HttpResponseBase:
    """Escrow, revenue and payouts over time, each with its figures as a table."""
    form = ChartsForm(request.GET)
    asked = _asked(form)
    currency, days = asked.get("currency") or _busiest(), int(asked.get("days") or "30")
    until = clock.now().date()
    since = until - timedelta(days=days - 1)
    context = {
        "title": "Money over time",
        "form": ChartsForm(initial={"currency": currency, "days": str(days)}),
        "charts": _charts(currency, since, until),
        "since": since,
        "until": until,
    }
    return _page(request, "charts", context)


def _charts(currency: str, since: date, until: date) -> list[Chart]:
    escrow = accounting.days_of(AccountKind.SYSTEM_ESCROW, currency, since=since, until=until)
    revenue = accounting.days_of(AccountKind.PLATFORM_REVENUE, currency, since=since, until=until)
    sent = accounting.taken_in_by(AccountKind.PAYOUTS_IN_TRANSIT, currency, since=since, until=until)
    return [
        chart_of("Held in escrow", "At the end of each day.", currency,
                 [(each.day, each.balance_minor) for each in escrow], adds_up=False),
        chart_of("Revenue", "Commission and other income of each day.", currency,
                 [(each.day, each.moved_minor) for each in revenue]),
        chart_of("Payouts", "Sent on their way on each day.", currency,
                 [(each.day, sent.get(each.day, 0)) for each in escrow]),
    ]  # fmt: skip


def _busiest() -> str:
    """The currency in which most is held."""
    escrow = Account.objects.filter(owner_type=OwnerType.SYSTEM, kind=AccountKind.SYSTEM_ESCROW)
    held = {account.currency: queries.derived_balance(account.pk) for account in escrow.order_by("currency")}
    return max(held, key=lambda currency: held[currency], default="NGN")


def _asked(form: forms.Form) -> dict[str, Any]:
    """What was asked for, where it makes sense."""
    form.is_valid()
    return dict(form.cleaned_data)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/backoffice/{name}.html",
        {**admin.site.each_context(request), **context, "books": _tabs(request)},
    )


def _tabs(request: HttpRequest) -> list[tuple[str, str, bool]]:
    names = [("Trial balance", "books-trial-balance"), ("Over time", "books-charts")]
    return [(label, reverse(name), request.path == reverse(name)) for label, name in names]


def _spreadsheet(lines: Any, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _trial(each: accounting.TrialBalance, on: date) -> dict[str, Any]:
    query = urlencode({"on": on.isoformat()})
    return {
        "currency": each.currency,
        "is_balanced": each.is_balanced,
        "debit": money_words(each.debit_minor, each.currency),
        "credit": money_words(each.credit_minor, each.currency),
        "off": money_words(abs(each.debit_minor - each.credit_minor), each.currency),
        "lines": [
            {
                "kind": AccountKind(line.kind).label,
                "owner": OwnerType(line.owner_type).label,
                "gateway": line.gateway.title(),
                "accounts": f"{line.accounts:,}",
                "debit": money_words(line.debit_minor, each.currency) if line.debit_minor else "",
                "credit": money_words(line.credit_minor, each.currency) if line.credit_minor else "",
                "link": f"{reverse('books-accounts', args=[line.kind, each.currency])}?{query}",
            }
            for line in each.lines
        ],
    }


def _sided(amount_minor: int, currency: str) -> str:
    """An amount with its side, as an accountant writes it."""
    side = "" if amount_minor == 0 else " Cr" if amount_minor > 0 else " Dr"
    return f"{money_words(abs(amount_minor), currency)}{side}"


def _statement_address(account: Account, on: date) -> str:
    query = urlencode({"until": on.isoformat()})
    return f"{reverse('books-statement', args=[account.pk])}?{query}"


def _line(line: accounting.StatementLine) -> dict[str, Any]:
    entry = line.entry
    amount = money_words(abs(entry.amount), entry.currency)
    return {
        "at": entry.created_at,
        "kind": entry.transfer.get_kind_display(),
        "debit": amount if entry.amount < 0 else "",
        "credit": amount if entry.amount > 0 else "",
        "balance": "" if line.balance_minor is None else _sided(line.balance_minor, entry.currency),
        "transfer": reverse("admin:ledger_transfer_change", args=[entry.transfer_id]),
        "cause": entry.transfer.cause_type.replace("_", " ").lower(),
        "cause_link": _cause_link(entry.transfer.cause_type, entry.transfer.cause_id),
    }


def _cause_link(cause_type: str, cause_id: UUID | None) -> str:
    name = _CAUSES.get(cause_type)
    if name is None or cause_id is None:
        return ""
    try:
        return reverse(f"admin:{name}_change", args=[cause_id])
    except NoReverseMatch:
        return ""


PAGES: Sequence[tuple[str, Callable[..., HttpResponseBase], str]] = (
    ("trial-balance/", trial_balance_view, "books-trial-balance"),
    ("charts/", charts_view, "books-charts"),
    ("accounts/<str:kind>/<str:currency>/", accounts_view, "books-accounts"),
    ("statements/<uuid:account_id>/", statement_view, "books-statement"),
)
