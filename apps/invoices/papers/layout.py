"""A sheet of A4 with a head, facts, lines and sums: what all papers have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from apps.invoices.papers.words import paper_words

_FONTS = Path(__file__).parent.parent / "fonts"
_BLUE, _GOLD, _GREY = HexColor("#1A237E"), HexColor("#FFB74D"), HexColor("#5b6080")
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN


@dataclass(frozen=True, kw_only=True)
class WideTable:
    """A table below the sums. ``widths`` are shares of the sheet's; the columns from ``numbers_from`` on hold numbers."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numbers_from: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on a paper: plain words."""

    title: str
    facts: Sequence[tuple[str, str]]
    sides: Sequence[tuple[str, Sequence[str]]]
    lines: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, str]]
    notes: Sequence[str] = field(default=())
    table: WideTable | None = None


@cache
def _load_fonts() -> None:
    """Fonts that have the letters of our customers' names and the signs of their currencies."""
    pdfmetrics.registerFont(TTFont("Paper", _FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("PaperBold", _FONTS / "DejaVuSans-Bold.ttf"))


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF, the same bytes each time."""
    _load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=18 * mm, bottomMargin=18 * mm,
        title=sheet.title, author="The Guild", invariant=1,
    )  # fmt: skip
    body = ParagraphStyle("body", fontName="Paper", fontSize=9.5, leading=13)
    quiet = ParagraphStyle("quiet", parent=body, textColor=_GREY)
    strong = ParagraphStyle("strong", parent=body, fontName="PaperBold")
    story = [
        Paragraph("The Guild", ParagraphStyle("brand", parent=strong, textColor=_BLUE, fontSize=11)),
        Spacer(1, 3 * mm),
        Paragraph(escape(sheet.title), ParagraphStyle("title", parent=strong, fontSize=20, leading=26)),
        Spacer(1, 5 * mm),
        _pairs(sheet.facts, quiet, body),
        Spacer(1, 6 * mm),
        _sides(sheet, quiet, body),
        Spacer(1, 8 * mm),
        _lines(sheet, strong, body),
        *([Spacer(1, 8 * mm), _wide(sheet.table, strong, body)] if sheet.table else []),
        *(item for note in sheet.notes for item in (Spacer(1, 4 * mm), Paragraph(escape(note), quiet))),
    ]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _pairs(facts: Sequence[tuple[str, str]], quiet: Any, body: Any) -> Table:
    rows = [[Paragraph(escape(label), quiet), Paragraph(escape(value), body)] for label, value in facts if value]
    return Table(rows, colWidths=[40 * mm, _WIDTH - 40 * mm], style=_close(), hAlign="LEFT")


def _sides(sheet: Sheet, quiet: Any, body: Any) -> Table:
    """Seller and buyer, side by side."""
    cells = [
        [Paragraph(escape(label), quiet), *(Paragraph(escape(line), body) for line in lines if line)]
        for label, lines in sheet.sides
    ]
    return Table([cells], colWidths=[_WIDTH / len(cells)] * len(cells), style=_close(), hAlign="LEFT")


def _lines(sheet: Sheet, strong: Any, body: Any) -> Table:
    """What for, and the sums below; the head is repeated on every page."""
    words = paper_words()
    right = ParagraphStyle("right", parent=body, alignment=TA_RIGHT)
    right_strong = ParagraphStyle("right strong", parent=strong, alignment=TA_RIGHT)
    rows = [[Paragraph(words.description, strong), Paragraph(words.amount, right_strong)]]
    rows += [[Paragraph(escape(what), body), Paragraph(escape(amount), right)] for what, amount in sheet.lines]
    first_sum = len(rows)
    *parts, last = sheet.sums
    rows += [[Paragraph(escape(what), body), Paragraph(escape(amount), right)] for what, amount in parts]
    rows.append([Paragraph(escape(last[0]), strong), Paragraph(escape(last[1]), right_strong)])
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 1.2, _BLUE),
            ("LINEABOVE", (0, first_sum), (-1, first_sum), 0.6, _GREY),
            ("LINEABOVE", (0, -1), (-1, -1), 1.2, _GOLD),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    return Table(rows, colWidths=[_WIDTH - 45 * mm, 45 * mm], style=style, repeatRows=1)


def _wide(table: WideTable, strong: Any, body: Any) -> Table:
    """Many narrow columns; the head is repeated on every page."""
    small = ParagraphStyle("small", parent=body, fontSize=7.5, leading=10)
    head = ParagraphStyle("small strong", parent=strong, fontSize=7.5, leading=10)
    styles = [
        (
            ParagraphStyle(f"head {right}", parent=head, alignment=TA_RIGHT if right else TA_LEFT),
            ParagraphStyle(f"cell {right}", parent=small, alignment=TA_RIGHT if right else TA_LEFT),
        )
        for right in (number >= table.numbers_from for number in range(len(table.heads)))
    ]
    rows = [[Paragraph(escape(word), style[0]) for word, style in zip(table.heads, styles, strict=True)]]
    rows += [[Paragraph(escape(word), style[1]) for word, style in zip(row, styles, strict=True)] for row in table.rows]
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 1.2, _BLUE),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, _GREY),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )
    return Table(rows, colWidths=[share * _WIDTH for share in table.widths], style=style, repeatRows=1)


def _close() -> TableStyle:
    return TableStyle(
        [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont("Paper", 8)
    canvas.setFillColor(_GREY)
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, paper_words().page.format(number=document.page))
    canvas.restoreState()
