"""Months, counted from the day on which a subscription began."""

from calendar import monthrange
from datetime import datetime

MONTHS_A_YEAR = 12


def months_after(anchor: datetime, months: int) -> datetime:
    """So many months after the anchor: the same day and time of the day, or the last day of a month that is too short.

    Counted from the anchor each time, so that it does not drift: 31 January, 28 February, 31 March.
    """
    year, month = divmod(anchor.month - 1 + months, MONTHS_A_YEAR)
    year, month = anchor.year + year, month + 1
    return anchor.replace(year=year, month=month, day=min(anchor.day, monthrange(year, month)[1]))


def share_of_rest(amount_minor: int, *, starts_at: datetime, ends_at: datetime, at: datetime) -> int:
    """What of an amount for the whole time falls on what is left of it at ``at``, by the second.

    Rounded down to whole minor units: in favour of whoever pays it.
    """
    whole = int((ends_at - starts_at).total_seconds())
    left = min(max(int((ends_at - at).total_seconds()), 0), whole)
    return amount_minor * left // whole
