"""Refusals of the catalogue."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState


class BusinessNotFound(NotFound):
    code = "business_not_found"
    default_message = "There is no such business."


class PriceChanged(Conflict):
    """``data`` carries the price as it is now."""

    code = "price_changed"
    default_message = "The price has changed. Look at it again before you go on."


class BusinessNotVerified(Conflict):
    """It can neither be booked nor be paid."""

    code = "business_not_verified"
    default_message = "This business is not taking jobs at the moment."


class NotYourBusiness(NotAllowed):
    code = "not_your_business"
    default_message = "Only the owner of the business may do this."


class NotYourDesk(NotAllowed):
    code = "not_your_desk"
    default_message = "Only the people who run the business's desk may do this."


class VerificationWrongState(WrongState):
    code = "verification_wrong_state"
    default_message = "The verification of this business does not allow it now."


class FileIncomplete(Invalid):
    code = "file_incomplete"
    default_message = "The file lacks what a verification needs."


class PaperNotFound(NotFound):
    code = "paper_not_found"
    default_message = "There is no such paper."


class PaperDecided(WrongState):
    code = "paper_decided"
    default_message = "This paper has been decided already."


class MemberNotFound(NotFound):
    code = "member_not_found"
    default_message = "There is no such member or invitation."


class AlreadyMember(Conflict):
    code = "already_member"
    default_message = "This person belongs to the business already, or has been invited."


class InvitationExpired(Conflict):
    code = "invitation_expired"
    default_message = "This invitation has expired. Ask for a new one."


class InvitationNotYours(NotAllowed):
    code = "invitation_not_yours"
    default_message = "Open the link of the invitation's e-mail, signed in with the address that it was sent to."


class OwnerStays(Conflict):
    code = "owner_stays"
    default_message = "A business always has its owner."


class StaffNotFound(NotFound):
    code = "staff_not_found"
    default_message = "There is no such person at this business."


class AlreadyPractitioner(Conflict):
    code = "already_practitioner"
    default_message = "This person has a public page already, or has applied for one."


class NotApplied(WrongState):
    code = "not_applied"
    default_message = "Nobody has applied for this page."


class CategoryUnusable(Invalid):
    code = "category_unusable"
    default_message = "This category is not open, or is of the other kind."


class CurrencyMismatch(Invalid):
    code = "currency_mismatch"
    default_message = "A business trades in one currency."


class ServiceNotFound(NotFound):
    code = "service_not_found"
    default_message = "There is no such service."


class SeatsTaken(Conflict):
    """``data`` has the plan, its ``seats``, and ``plan_needed``: the smallest plan with a seat more, or null."""

    code = "seats_taken"
    default_message = "All seats of your plan are taken. Choose a larger plan, or let somebody go first."


class ProductNotFound(NotFound):
    code = "product_not_found"
    default_message = "There is no such product."


class OutOfStock(Conflict):
    """``data`` says how many are left."""

    code = "out_of_stock"
    default_message = "There are not so many of it left."


class StockReserved(Conflict):
    code = "stock_reserved"
    default_message = "More of it is reserved than would be left."


class PackageNotFound(NotFound):
    code = "package_not_found"
    default_message = "There is no such package."


class BundleNotFound(NotFound):
    code = "bundle_not_found"
    default_message = "There is no such bundle."
