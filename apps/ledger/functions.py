"""Calls to the ledger's database functions, with their refusals turned into the app's errors."""

import functools
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import Error, connection, transaction

from apps.core.database import call_function
from apps.core.errors import DomainError
from apps.ledger import errors

_BY_CODE: dict[str, type[DomainError]] = {
    "LG001": errors.IdempotencyKeyReused,
    "LG002": errors.UnbalancedTransfer,
    "LG003": errors.AccountClosed,
    "LG004": errors.AllocationsExceedPayment,
}
_BY_CONSTRAINT: dict[str, type[DomainError]] = {
    "ledger_balance_not_below_zero": errors.InsufficientFunds,
    "ledger_hold_recovered_was_released": errors.RefundExceedsHold,
    "ledger_hold_claimed_stays_frozen": errors.HoldClaimed,
    "ledger_hold_never_more_than_paid": errors.RefundExceedsHold,
    "ledger_hold_shares_make_the_whole": errors.RefundExceedsHold,
    "ledger_hold_refunded_means_given_back": errors.RefundExceedsHold,
}


def call(name: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows that the function answers. Raises: the app's error that the database's refusal stands for."""
    try:
        return call_function(name, *arguments)
    except Error as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: Error) -> DomainError | None:
    diagnostic = getattr(error.__cause__, "diag", None)
    if diagnostic is None:
        return None
    kind = _BY_CODE.get(diagnostic.sqlstate) or _BY_CONSTRAINT.get(diagnostic.constraint_name or "")
    return kind() if kind else None


_P = ParamSpec("_P")
_R = TypeVar("_R")


def in_transaction(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """``function`` runs in the caller's transaction, or in one of its own where there is none; no savepoint is taken."""

    @functools.wraps(function)
    def wrapped(*arguments: _P.args, **named: _P.kwargs) -> _R:
        if connection.in_atomic_block:
            return function(*arguments, **named)
        with transaction.atomic():
            return function(*arguments, **named)

    return wrapped


def json_text(value: Any) -> str:
    """``value`` as the text of a JSON document, the same text each time."""
    return json.dumps(value, default=str, sort_keys=True)
