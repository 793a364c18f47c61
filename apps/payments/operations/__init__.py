"""What the payment desk can do. All are keyword-only but the sweeps.

Those marked * call a gateway and must run outside a transaction.

    *initialize_payment(items, payer, at, gateway="", method=CARD, save_method=False, client_key="", pay_with) -> Payment
    *charge_saved(items, payer, client_key, at) -> Payment              the payer's saved method, with nobody at the screen
    *start_recurring(payer, currency, plan_code, reference, starts_at) -> gateway, id, *stop_recurring(gateway, gateway_id)
    receive_renewal(item, quote, payer, gateway, reference, charge, at) -> Payment      what a gateway has renewed by itself
    pay_if_covered(items, payer, pay_with, at) -> Payment | None            where credits and wallet pay for all
    free_for(item_type, item_id, at)                                        after a trade has given an unpaid item up
    quote_credits(item_type, item_id, payer, at) -> PayableQuote
    *verify_payment(reference, by, at) -> Payment
    *verify_payments_for(item_type, item_id, at) -> list[Payment]       before a trade gives an unpaid item up
    receive_webhook(gateway, body, headers, at) -> bool
    *process_inbox(at, limit) -> int, *process_webhook_event(event_id, at), replay_webhook_event(event_id, by, at)
    *check_due_payments(at, limit) -> int                               polls, and abandons what ran out
    request_refund(payment_id, item=None, amount_minor=None, destination=WALLET, reason, at) -> list[Refund]
    refund_decided(hold_id, amount_minor, destination, reason, by, at) -> Refund      within the decision's transaction
    propose_refund(…, by, at), approve_refund(refund_id, by, at), deny_refund(refund_id, by, at, reason)
    propose_for_parked(payment_id, way, reason, by, at) -> Refund             approved, denied and carried out like any other
    *refresh_payment(payment_id, at) -> Payment         charge and refunds, as the gateway says; heals what was missed
    note_late_fee(payment_id, fee_minor, at) -> bool
    *carry_out_refund(refund_id, at), *carry_out_due_refunds(at, limit)
    give_evidence(chargeback_id, words, files, by, at) -> Chargeback, *send_evidence(chargeback_id, at)
    claim_more(payment_id, at)                                          of bought credits that can be spent again
    *check_due_chargebacks(at, limit), *discover_chargebacks(at) -> int, *refresh_dispute(gateway, gateway_id, at), alert_due_evidence(at, limit)
    make_default(method_id, by), remove_method(method_id, by, at), forget_payer(user_id, at)
"""

from apps.payments.operations.carry_out_refund import carry_out_due_refunds, carry_out_refund
from apps.payments.operations.charge_saved import charge_saved
from apps.payments.operations.check_chargebacks import (
    alert_due_evidence,
    check_due_chargebacks,
    discover_chargebacks,
    refresh_dispute,
)
from apps.payments.operations.claim_more import claim_more
from apps.payments.operations.evidence import give_evidence, send_evidence
from apps.payments.operations.forget import forget_payer
from apps.payments.operations.initialize import initialize_payment, pay_if_covered
from apps.payments.operations.methods import make_default, remove_method
from apps.payments.operations.parked import propose_for_parked
from apps.payments.operations.parts import free_for
from apps.payments.operations.process import process_inbox, process_webhook_event, replay_webhook_event
from apps.payments.operations.receive import receive_webhook
from apps.payments.operations.recurring import owners_of_customer, receive_renewal, start_recurring, stop_recurring
from apps.payments.operations.refresh import note_late_fee, refresh_payment
from apps.payments.operations.refund import approve_refund, deny_refund, propose_refund, request_refund
from apps.payments.operations.refund_decided import refund_decided
from apps.payments.operations.sell_credits import quote_credits
from apps.payments.operations.types import ItemToPay, PayWith
from apps.payments.operations.verify import check_due_payments, verify_payment, verify_payments_for

__all__ = [
    "ItemToPay",
    "PayWith",
    "alert_due_evidence",
    "approve_refund",
    "carry_out_due_refunds",
    "carry_out_refund",
    "charge_saved",
    "check_due_chargebacks",
    "check_due_payments",
    "claim_more",
    "deny_refund",
    "discover_chargebacks",
    "forget_payer",
    "free_for",
    "give_evidence",
    "initialize_payment",
    "make_default",
    "note_late_fee",
    "owners_of_customer",
    "pay_if_covered",
    "process_inbox",
    "process_webhook_event",
    "propose_for_parked",
    "propose_refund",
    "quote_credits",
    "receive_renewal",
    "receive_webhook",
    "refresh_dispute",
    "refresh_payment",
    "refund_decided",
    "remove_method",
    "replay_webhook_event",
    "request_refund",
    "send_evidence",
    "start_recurring",
    "stop_recurring",
    "verify_payment",
    "verify_payments_for",
]
