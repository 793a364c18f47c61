"""Whoever has left something unpaid for too long does not book: the database refuses, and here is said why."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from apps.bookings.errors import ExtrasUnpaid
from apps.bookings.extras import ITEM_TYPE, PAY
from apps.core.api.fields import money_out

_GUARD = "booking_customer_owes_nothing"


@contextmanager
def refusing_debtors() -> Iterator[None]:
    """The database's refusal of a customer who owes for extras is one with words. Raises: ExtrasUnpaid."""
    try:
        yield
    except IntegrityError as error:
        told = getattr(error.__cause__, "diag", None)
        if told is None or told.constraint_name != _GUARD:
            raise
        raise _refusal(told.message_detail) from error


def _refusal(detail: str) -> ExtrasUnpaid:
    owed = [
        {
            "type": ITEM_TYPE,
            "id": each["extra"],
            "booking": each["booking"],
            "name": each["name"],
            "amount": money_out(each["amount_minor"], each["currency"]),
        }
        for each in json.loads(detail)
    ]
    return ExtrasUnpaid(data={"owed": owed, "pay": PAY.path})
