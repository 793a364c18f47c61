"""A statement as a PDF."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from apps.core.conf import setting
from apps.core.money import money_words
from apps.invoices.papers.layout import Sheet, WideTable, as_pdf
from apps.invoices.papers.words import paper_words
from apps.statements.models import Statement
from apps.statements.papers.words import StatementWords, statement_words
from apps.statements.rules import totals
from apps.statements.states import LineKind

_WIDTHS = (0.11, 0.31, 0.145, 0.135, 0.15, 0.15)
_NUMBERS_FROM = 2
_LAST_DAY = timedelta(days=1)


def statement_pdf(statement: Statement) -> bytes:
    """The statement, in the language in hand; of one row always the same bytes."""
    words, papers, zone = statement_words(), paper_words(), ZoneInfo(statement.time_zone)
    issued = statement.issued_at.astimezone(zone)
    seller = setting("PLATFORM_SELLER")
    holder = statement.holder
    return as_pdf(
        Sheet(
            title=f"{words.tips if statement.user_id else words.statement} {format_date(statement.month, 'F Y')}",
            facts=[
                (papers.number, statement.reference),
                (words.period, _period(statement, zone, papers.dates)),
                (words.account, words.available.format(currency=statement.currency, zone=statement.time_zone)),
                (words.issued, format_date(issued, papers.dates)),
            ],
            sides=[
                (
                    words.holder,
                    [holder["name"], holder["address"], papers.tin.format(tin=holder["tin"]) if holder["tin"] else ""],
                ),
                (words.platform, [seller["name"] or setting("PLATFORM_NAME"), seller["address"]]),
            ],
            lines=[(words.opening, _money(statement.opening_minor, statement)), *_sums(statement, words)],
            sums=[(words.closing, _money(statement.closing_minor, statement))],
            notes=list(_notes(statement, words)),
            table=_table(statement, words, zone) if statement.lines else None,
        )
    )


def _period(statement: Statement, zone: ZoneInfo, dates: str) -> str:
    first = statement.starts_at.astimezone(zone)
    last = (statement.ends_at - _LAST_DAY).astimezone(zone)
    return f"{format_date(first, dates)} – {format_date(last, dates)}"


def _sums(statement: Statement, words: StatementWords) -> Iterator[tuple[str, str]]:
    for each in totals(statement.lines):
        if each.kind == LineKind.SALE:
            yield f"{words.sales} ({each.count})", _money(each.gross_minor, statement)
            yield words.commission, _money(-each.commission_minor, statement)
            if (set_off := each.amount_minor - each.gross_minor + each.commission_minor) != 0:
                yield words.kinds[LineKind.NETTING], _money(set_off, statement)
        else:
            yield f"{words.kinds[each.kind]} ({each.count})", _money(each.amount_minor, statement)


def _notes(statement: Statement, words: StatementWords) -> Iterator[str]:
    if not statement.lines:
        yield words.nothing_moved
    if statement.opening_owed_minor or statement.closing_owed_minor:
        opening, closing = (-statement.opening_owed_minor, -statement.closing_owed_minor)
        yield words.owed.format(opening=_money(opening, statement), closing=_money(closing, statement))


def _table(statement: Statement, words: StatementWords, zone: ZoneInfo) -> WideTable:
    rows, balance = [], statement.opening_minor
    for line in statement.lines:
        balance += line["amount_minor"]
        about = f"{line['description']} · {line['reference']}" if line["reference"] else line["description"]
        has_gross = line["gross_minor"] or line["commission_minor"]
        rows.append(
            (
                f"{datetime.fromisoformat(line['at']).astimezone(zone):%d.%m.%Y}",
                f"{words.kinds[LineKind(line['kind'])]}: {about}",
                _money(line["gross_minor"], statement) if has_gross else "",
                _money(-line["commission_minor"], statement) if has_gross else "",
                _money(line["amount_minor"], statement),
                _money(balance, statement),
            )
        )
    return WideTable(heads=words.heads, rows=rows, widths=_WIDTHS, numbers_from=_NUMBERS_FROM)


def _money(amount_minor: int, statement: Statement) -> str:
    return money_words(amount_minor, statement.currency)
