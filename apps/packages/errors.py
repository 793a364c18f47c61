"""What buying and using packages refuses."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState


class NoSuchPurchase(NotFound):
    code = "purchase_not_found"
    default_message = "There is no such purchase."


class NotForSale(Conflict):
    code = "not_for_sale"
    default_message = "This cannot be bought at the moment."


class PackageUnknown(Invalid):
    code = "package_unknown"
    default_message = "You have bought no such package for this service."


class NoUseLeft(Conflict):
    """``data`` says which other purchases have uses of the service."""

    code = "no_use_left"
    default_message = "No use of this service is left in the package."
    default_retryable = False


class PackageExpired(Conflict):
    """``data`` says until when it can be used."""

    code = "package_expired"
    default_message = "The package runs out before this appointment."
    default_retryable = False


class NothingToRefund(WrongState):
    default_message = "No use is left that could be given back."


class PurchaseNotYours(NotAllowed):
    code = "action_not_allowed"
    default_message = "You may see this purchase, but not do this with it."


class PurchaseReasonMissing(Invalid):
    code = "reason_missing"
    default_message = "Say why."
