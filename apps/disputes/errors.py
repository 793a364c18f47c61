"""What disputes refuse."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState


class NoSuchDispute(NotFound):
    code = "dispute_not_found"
    default_message = "There is no such dispute."


class AlreadyDisputed(WrongState):
    code = "already_disputed"
    default_message = "A dispute about this is open already."


class DisputeTooLate(WrongState):
    """The money has gone to the business, or its clearance time is over."""

    code = "too_late"
    default_message = "The time to object is over: the money is the business's. Write to us instead."


class DisputeEnded(WrongState):
    code = "dispute_ended"
    default_message = "This dispute has ended already."


class NotYourPart(NotAllowed):
    code = "action_not_allowed"
    default_message = "You may see this dispute, but not do this with it."


class PartyCannotDecide(NotAllowed):
    code = "party_cannot_decide"
    default_message = "Whoever is the customer or of the business does not decide about it."


class DecidedByAnother(NotAllowed):
    code = "second_person_needed"
    default_message = "A refund of this size is proposed by one person and decided by an administrator who is another."


class AskedTooMuch(Invalid):
    code = "asked_too_much"
    default_message = "This is more than what is held, or in another currency."


class RefundDoesNotFit(Invalid):
    code = "refund_does_not_fit"
    default_message = "The refund does not fit the decision."


class TooManyMessages(Conflict):
    code = "too_many_messages"
    default_message = "This dispute holds as many messages as it can."
