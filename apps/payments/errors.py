"""Refusals of the payment desk."""

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable, Unprocessable, WrongState


class ItemNotFound(NotFound):
    """What is to be paid is not there, or not the caller's."""

    code = "item_not_found"
    default_message = "There is nothing of yours to pay under this id."


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    default_message = "There is no such payment."


class RefundNotFound(NotFound):
    code = "refund_not_found"
    default_message = "There is no such refund."


class MethodNotFound(NotFound):
    code = "method_not_found"
    default_message = "There is no such saved method."


class UnknownItemType(Invalid):
    code = "unknown_item_type"
    default_message = "Nothing of this type can be paid for."


class MixedCurrencies(Invalid):
    code = "mixed_currencies"
    default_message = "One payment is in one currency; pay these separately."


class SameItemTwice(Invalid):
    code = "same_item_twice"
    default_message = "The same thing is listed twice."


class AlreadyPaid(Conflict):
    code = "already_paid"
    default_message = "This has been paid already."


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    default_message = "There is nothing to pay."


class NotPayable(Conflict):
    code = "not_payable"
    default_message = "This can no longer be paid."


class PartNotPayable(Conflict):
    """``data`` names what has to be paid for in the same payment."""

    code = "part_not_payable"
    default_message = "This is paid for as a whole only."


class GatewayNotOffered(Invalid):
    code = "gateway_not_offered"
    default_message = "This currency cannot be paid through that gateway."


class NoSavedMethod(Conflict):
    code = "no_saved_method"
    default_message = "There is no saved card to charge."


class MethodNotOffered(Invalid):
    code = "method_not_offered"
    default_message = "The gateway does not offer this way to pay."


class GatewayNotAnswering(Unavailable):
    code = "gateway_unavailable"
    default_message = "The payment provider is not answering. Nothing was charged; please try again in a minute."


class GatewayNotAsked(GatewayNotAnswering):
    """Nobody could be asked about a payment that may have been made."""

    default_message = (
        "The payment provider is not answering. If you have paid, we will hear of it by ourselves: do not pay again."
    )


class GatewaySaidNo(Unprocessable):
    code = "gateway_refused"
    default_message = "The payment provider refused this."


class UnsignedWebhook(Invalid):
    code = "signature_invalid"
    default_message = "The signature does not hold."


class UnknownGateway(NotFound):
    code = "unknown_gateway"
    default_message = "There is no such gateway."


class RefundTooLarge(Unprocessable):
    code = "refund_too_large"
    default_message = "This is more than what is left of the payment."


class NotRefundable(WrongState):
    code = "not_refundable"
    default_message = "This payment holds no money that could be given back."


class NothingParked(WrongState):
    code = "nothing_parked"
    default_message = "Nothing of this payment is parked."


class ParkedDecided(WrongState):
    code = "parked_proposed"
    default_message = "Somebody has proposed already where this money goes: approve or deny that first."


class ParkedMoneyClaimed(Conflict):
    code = "parked_money_claimed"
    default_message = "The customer's bank claims this money, or has it."


class ParkedDoesNotFit(Conflict):
    """It is less than what it was meant for costs now, in another currency, or would leave a guest a rest."""

    code = "parked_does_not_fit"
    default_message = "This money cannot pay for what it was meant for: it is not enough, or in another currency."


class ChargebackNotFound(NotFound):
    code = "chargeback_not_found"
    default_message = "There is no such chargeback."


class EvidenceNotAwaited(WrongState):
    code = "evidence_not_awaited"
    default_message = "The bank waits for no evidence: it has ours, or has decided."


class SecondPersonNeeded(NotAllowed):
    code = "second_person_needed"
    default_message = "A refund of this size is approved by somebody other than who proposed it."


class RefundDecided(WrongState):
    code = "refund_decided"
    default_message = "This refund has been decided already."
