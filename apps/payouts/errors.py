"""What payouts refuse. Each code says what would work instead."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unprocessable, WrongState


class NoSuchPayout(NotFound):
    code = "payout_not_found"
    default_message = "There is no such payout."


class NoSuchPayoutAccount(NotFound):
    code = "payout_account_not_found"
    default_message = "There is no such payout account."


class BusinessNeeded(Invalid):
    """``data`` lists the businesses that the caller owns."""

    code = "business_needed"
    default_message = "Say for which of your businesses."


class NotForEmployees(NotAllowed):
    code = "not_for_employees"
    default_message = "Bank details and payouts are the owner's alone."


class PayoutAccountMissing(Conflict):
    code = "payout_account_missing"
    default_message = "Add a bank account first, or finish the onboarding of the one you have begun."


class AccountNotVerified(WrongState):
    code = "payout_account_not_verified"
    default_message = "This account is not verified yet."


class AccountCoolingOff(Conflict):
    """``data`` says from when on it can be used."""

    code = "payout_account_cooling_off"
    default_message = "This account was added or changed a moment ago. It can be used after a day."


class BelowMinimum(Unprocessable):
    """``data`` says what the least amount is."""

    code = "below_minimum"
    default_message = "This is less than the least that is paid out."


class NotEnoughMoney(Conflict):
    """``data`` says how much there is."""

    code = "not_enough_money"
    default_message = "There is not that much money to be paid out."


class PayoutsFrozen(Conflict):
    code = "payouts_frozen"
    default_message = "Your payouts are on hold while our team looks into something. Write to us."


class MoneyOwed(Conflict):
    """``data`` says how much."""

    code = "money_owed"
    default_message = "You owe the marketplace money. It is taken from what comes in first; payouts go on after that."


class AccountNotResolved(Unprocessable):
    code = "bank_account_not_found"
    default_message = "The bank knows no such account. Check the number and the bank."


class BankAccountNotOffered(Conflict):
    code = "bank_account_not_offered"
    default_message = "This currency is paid out by onboarding, not to a bank account typed here."


class OnboardingNotOffered(Conflict):
    code = "onboarding_not_offered"
    default_message = "This currency is paid out to a bank account: add one instead."


class PayoutCodeNeeded(NotAllowed):
    code = "second_factor_code_needed"
    default_message = "Send the code of your second factor as well."


class AlreadyFrozen(WrongState):
    code = "already_frozen"
    default_message = "These payouts are on hold already."


class NotFrozen(WrongState):
    code = "not_frozen"
    default_message = "These payouts are not on hold."


class NothingToReview(WrongState):
    code = "nothing_to_review"
    default_message = "This account waits for no decision."
