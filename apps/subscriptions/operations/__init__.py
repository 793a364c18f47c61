"""What can be done with subscriptions. All are keyword-only but the sweep; those marked * call a gateway.

subscribe(business_id, plan_code, pay_from, by, at) -> Subscription, join(plan_id, pay_from, by, at) -> Subscription
preview_change(business_id, plan_code, by, at) -> Change, change_plan(business_id, plan_code, by, at) -> Subscription
cancel_subscription(business_id, by, at), resume_subscription(business_id, by, at)
cancel_membership(subscription_id, by, at), resume_membership(subscription_id, by, at)
quote_bill(item_type, item_id, payer, at) -> PayableQuote, receive_money(bill_id, payment_id, at), note_failed(bill_id, problem, at)
offer_plan(practitioner_id, name, description, price, by, at), edit_offer(practitioner_id, plan_id, changes, price, by, at)
change_price(plan_id, price, by, at) -> PlanPrice, edit_plan(plan_id, changes, by, at), put_on_free_plan(business_id, at)
end_for(user_id, at), end_now(subscription_id, reason, by, at)
propose_bill_refund(bill_id, amount_minor, reason, by, at) -> BillRefund
approve_bill_refund(refund_id, by, at), deny_bill_refund(refund_id, reason, by, at) -> BillRefund
note_refund(refund_id, bill_id, payment_id, amount_minor, reason, at)
issue_bill_invoice(bill_id, at), issue_refund_note(refund_id, at)
*start_at_gateway(subscription_id), *stop_at_gateway(gateway, gateway_id), note_renewal(gateway, kind, renewal, charge, at)
*renew_due(at, limit) -> int, *renew(subscription_id, at), *pay_upgrade(bill_id, at)
"""

from apps.subscriptions.operations.cancel import (
    cancel_membership,
    cancel_subscription,
    resume_membership,
    resume_subscription,
)
from apps.subscriptions.operations.change import Change, change_plan, preview_change
from apps.subscriptions.operations.forget import end_for
from apps.subscriptions.operations.gateway import note_renewal, start_at_gateway, stop_at_gateway
from apps.subscriptions.operations.money import note_failed, quote_bill, receive_money
from apps.subscriptions.operations.offers import change_price, edit_offer, offer_plan
from apps.subscriptions.operations.papers import issue_bill_invoice, issue_refund_note
from apps.subscriptions.operations.plans import edit_plan, end_now, put_on_free_plan
from apps.subscriptions.operations.refunds import (
    approve_bill_refund,
    deny_bill_refund,
    note_refund,
    propose_bill_refund,
)
from apps.subscriptions.operations.renew import pay_upgrade, renew, renew_due
from apps.subscriptions.operations.subscribe import join, subscribe

__all__ = [
    "Change",
    "approve_bill_refund",
    "cancel_membership",
    "cancel_subscription",
    "change_plan",
    "change_price",
    "deny_bill_refund",
    "edit_offer",
    "edit_plan",
    "end_for",
    "end_now",
    "issue_bill_invoice",
    "issue_refund_note",
    "join",
    "note_failed",
    "note_refund",
    "note_renewal",
    "offer_plan",
    "pay_upgrade",
    "preview_change",
    "propose_bill_refund",
    "put_on_free_plan",
    "quote_bill",
    "receive_money",
    "renew",
    "renew_due",
    "resume_membership",
    "resume_subscription",
    "start_at_gateway",
    "stop_at_gateway",
    "subscribe",
]
