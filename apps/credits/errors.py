"""What credits refuse."""

from apps.core.errors import Conflict, Invalid, NotFound


class NotEnoughCredits(Conflict):
    """``data`` says what there is."""

    code = "not_enough_credits"
    default_message = "You have not that much in credits."


class NotEnoughInWallet(Conflict):
    """``data`` says what there is."""

    code = "not_enough_in_wallet"
    default_message = "You have not that much in your wallet."


class CodeUnknown(NotFound):
    code = "promo_code_unknown"
    default_message = "This code is not known, or not any more."


class CodeUsedUp(Conflict):
    code = "promo_code_used_up"
    default_message = "This code has been used as often as it may be."


class CodeNotForThis(Conflict):
    """``data`` says why."""

    code = "promo_code_not_for_this"
    default_message = "This code does not hold for what you are paying."


class CodeOfAnotherKind(Invalid):
    code = "promo_code_of_another_kind"
    default_message = "This code is used in another place: a discount with a payment, a grant on the page of credits."


class RecipientUnknown(NotFound):
    code = "recipient_unknown"
    default_message = "Nobody has an account with this e-mail or phone."


class GiftToOneself(Invalid):
    code = "gift_to_oneself"
    default_message = "Credits are given to somebody else."


class AmountNotOffered(Invalid):
    code = "amount_not_offered"
    default_message = "Credits are bought in amounts between the least and the most that are offered."
