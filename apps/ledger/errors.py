"""Refusals of the ledger."""

from apps.core.errors import Conflict, Invalid, NotFound, Unprocessable, WrongState


class IdempotencyKeyReused(Conflict):
    """The key, or the thing it is for, was already posted with another body."""

    code = "idempotency_key_reused"
    default_message = "This key was already used for a different posting."


class UnbalancedTransfer(Invalid):
    """The legs do not sum to zero in each currency, or there are fewer than two."""

    code = "unbalanced_transfer"
    default_message = "The entries of a transfer sum to zero in each currency."


class InsufficientFunds(Conflict):
    """A guarded account would fall below zero."""

    code = "insufficient_funds"
    default_message = "There is not enough money in the account."


class AccountClosed(Conflict):
    """A closed account takes no entries."""

    code = "account_closed"
    default_message = "The account is closed."


class AllocationsExceedPayment(Invalid):
    """More was allocated than was paid."""

    code = "allocations_exceed_payment"
    default_message = "The allocations come to more than was paid."


class HoldNotFound(NotFound):
    """No money is held for this."""

    code = "hold_not_found"
    default_message = "No money is held for this."


class HoldNotDue(WrongState):
    """The clearance time has not run out yet."""

    code = "hold_not_due"
    default_message = "The clearance time has not run out yet."


class HoldInWrongState(WrongState):
    """The hold's state does not allow this."""

    code = "wrong_state"
    default_message = "The money held for this cannot be moved that way now."


class HoldFrozen(WrongState):
    """The hold is frozen while operations decide."""

    code = "hold_frozen"
    default_message = "The money is frozen while a dispute is being decided."


class HoldClaimed(WrongState):
    """A customer's bank claims it, and has not decided yet."""

    code = "hold_claimed"
    default_message = "The customer's bank claims this money; it stays frozen until the bank has decided."


class NothingOwed(WrongState):
    """There is no debt, or a smaller one."""

    code = "nothing_owed"
    default_message = "Nothing is owed, or less than this."


class HoldAlreadyReleased(WrongState):
    """The money already went to the business."""

    code = "hold_already_released"
    default_message = "The money was already released to the business."


class HoldAlreadyRefunded(WrongState):
    """The money already went back to the customer."""

    code = "hold_already_refunded"
    default_message = "The money was already refunded."


class RefundExceedsHold(Unprocessable):
    """More is asked back than is left."""

    code = "refund_exceeds_hold"
    default_message = "The refund is more than what is left of the payment."


class NoGatewayToRefund(Unprocessable):
    """The hold was not paid through a gateway."""

    code = "no_gateway_to_refund"
    default_message = "This was not paid through a gateway; refund it to the wallet."
