"""What reconciliation refuses."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable, WrongState


class NoSuchBreak(NotFound):
    code = "break_not_found"
    default_message = "There is no such break."


class NoSuchRun(NotFound):
    code = "run_not_found"
    default_message = "There is no such run."


class AlreadyReconciling(Conflict):
    code = "already_reconciling"
    default_message = "This gateway is being reconciled already."
    default_retryable = True


class DayNotOver(Invalid):
    code = "day_not_over"
    default_message = "This day has not begun yet."


class UnknownGatewayName(Invalid):
    code = "unknown_gateway"
    default_message = "There is no such gateway here."


class GatewayDidNotAnswer(Unavailable):
    """What was read so far is kept; the run goes on by itself."""

    code = "gateway_unavailable"
    default_message = "The gateway does not answer; the run goes on by itself."


class BreakInWrongState(WrongState):
    code = "wrong_state"
    default_message = "This break is not in a state in which this can be done."


class ResolvedByAnother(NotAllowed):
    code = "second_person_needed"
    default_message = "Whoever proposed it cannot resolve it: an administrator who is another person does."


class LegsDoNotFit(Invalid):
    code = "legs_do_not_fit"
    default_message = "A correction has two or more legs that balance, on accounts that a correction may touch."


class NotReversible(Invalid):
    code = "not_reversible"
    default_message = "This transfer cannot be reversed: it does not exist, or it moved money in escrow."
