"""Bars over days, as plain numbers that a template draws: no library, no script, a table beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date

from apps.core.money import exponent, money_words

WIDTH, HEIGHT = 720, 180
_GAP = 0.25
# Fewer bars than this get a label each.
_LABELS = 6


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day: where its bar stands, and its words."""

    x: float
    y: float
    width: float
    height: float
    words: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One figure over time. ``zero`` is where the base line lies; ``labels`` are days below it, in per cent."""

    title: str
    note: str
    summary: str
    bars: Sequence[Bar]
    zero: float
    top: str
    bottom: str
    labels: Sequence[tuple[float, str]]
    rows: Sequence[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(
    title: str, note: str, currency: str, values: Sequence[tuple[date, int]], *, adds_up: bool = True
) -> Chart:
    """The values as bars upwards from zero, or downwards below it, on one scale. What is in an account adds up to nothing."""
    amounts = [amount for _, amount in values] or [0]
    most, least = max(*amounts, 0), min(*amounts, 0)
    scale = HEIGHT / ((most - least) or 1)
    zero = most * scale
    step = WIDTH / max(len(values), 1)
    bars = [_bar(number, day, amount, step, scale, zero, currency) for number, (day, amount) in enumerate(values)]
    every = max(1, -(-len(values) // _LABELS))
    last = values[-1][1] if values else 0
    return Chart(
        title=title,
        note=note,
        summary=f"Last {money_words(last, currency)}, highest {money_words(most, currency)}"
        + (f", in all {money_words(sum(amounts), currency)}" if adds_up else ""),
        bars=bars,
        zero=round(zero, 2),
        top=_short(most, currency),
        bottom=_short(least, currency) if least else "",
        labels=[
            (round(100 * (number + 0.5) * step / WIDTH, 2), format_date(day, "j M"))
            for number, (day, _) in enumerate(values)
            if number % every == 0
        ],
        rows=[(format_date(day, "D j M Y"), money_words(amount, currency)) for day, amount in values],
    )


def _bar(number: int, day: date, amount: int, step: float, scale: float, zero: float, currency: str) -> Bar:  # noqa: PLR0917
    height = abs(amount) * scale
    return Bar(
        x=round((number + _GAP / 2) * step, 2),
        y=round(zero - height if amount > 0 else zero, 2),
        width=round(step * (1 - _GAP), 2),
        height=round(max(height, 1 if amount else 0), 2),
        words=money_words(amount, currency),
        day=format_date(day, "D j M"),
    )


def _short(amount_minor: int, currency: str) -> str:
    """An amount for an axis, such as ``₦1.2m``."""
    whole = abs(amount_minor) // 10 ** exponent(currency)
    for size, letter in ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")):
        if whole >= size:
            words = f"{whole / size:.1f}".removesuffix(".0") + letter
            break
    else:
        words = f"{whole:,}"
    sign = "−" if amount_minor < 0 else ""
    symbol = money_words(0, currency).rstrip("0.,")
    return f"{sign}{symbol}{words}"
