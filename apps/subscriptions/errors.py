"""Why something about subscriptions is refused."""

from apps.core.errors import Conflict, NotAllowed, NotFound, Unprocessable, WrongState


class NoSuchSubscription(NotFound):
    code = "subscription_not_found"
    default_message = "There is no such subscription."


class NoSuchPlan(NotFound):
    code = "plan_not_found"
    default_message = "There is no such plan."


class PlanNotOffered(Unprocessable):
    """The plan is free, or has no price in the currency of the business."""

    code = "plan_not_offered"
    default_message = "This plan cannot be subscribed to in your currency."


class AlreadySubscribed(Conflict):
    """``data`` has the subscription that there is."""

    code = "already_subscribed"
    default_message = "There is a subscription already: change it, or call it off first."


class NotEnoughAvailable(Conflict):
    """``data`` says what is needed and what is there."""

    code = "not_enough_available"
    default_message = "There is not enough money to withdraw for this."


class SubscriptionNotRunning(WrongState):
    code = "subscription_not_running"
    default_message = "This is possible while the subscription runs, is paid, and is not called off."


class NoSuchBill(NotFound):
    code = "bill_not_found"
    default_message = "There is no such bill."


class BillNotPaid(WrongState):
    code = "bill_not_paid"
    default_message = "This bill is not paid."


class PaidByPayment(Conflict):
    """``data`` has the payment."""

    code = "paid_by_payment"
    default_message = "This was paid by a payment: give that payment back."


class OwnPlan(NotAllowed):
    code = "own_plan"
    default_message = "You cannot join a plan of your own."
