"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.accounts import events as accounts
from apps.availability import handlers as availability
from apps.availability.events import HoldsOverdue, SlotChanged
from apps.bookings import handlers as bookings
from apps.bookings.queries import count_by_business
from apps.catalog import events as catalogue
from apps.catalog import handlers as catalog
from apps.catalog import ports
from apps.core import events
from apps.core.events import Subscriptions
from apps.credits import handlers as purse
from apps.credits.queries import spendable_by_currency
from apps.disputes import handlers as disputes
from apps.invoices import handlers as invoices
from apps.invoices import ports as invoices_ports
from apps.ledger import ports as ledger_ports
from apps.ledger.events import (
    ClearanceStarted,
    EscrowClaimed,
    EscrowFrozen,
    EscrowRecovered,
    EscrowRefunded,
    EscrowReleased,
    EscrowUnfrozen,
)
from apps.loyalty import handlers as loyalty
from apps.notifications import handlers as notifications
from apps.packages import handlers as packages
from apps.payments import handlers as payments
from apps.payments.events import (
    GatewayAccountReported,
    GatewayRenewalReported,
    GatewayTransferReported,
    PaymentAbandoned,
    PaymentCaptured,
    PaymentFailed,
    PaymentPending,
    RefundCompleted,
    RefundFailed,
)
from apps.payouts import handlers as payouts
from apps.subscriptions import handlers as plans
from apps.subscriptions.queries import buyer_of_bill, plan_with_seats
from apps.subscriptions.states import ITEM_TYPE as PLAN
from config import books, documents, profile_parts, reconciled

SUBSCRIPTIONS: Subscriptions = {
    accounts.UserRegistered: [purse.note_registered, notifications.welcome],
    accounts.VerificationRequested: [notifications.send_verification],
    accounts.PasswordResetRequested: [notifications.send_password_reset],
    accounts.OneTimeCodeRequested: [notifications.send_one_time_code],
    accounts.PasswordChanged: [notifications.tell_password_changed, notifications.recheck_connections],
    accounts.SecondFactorChanged: [notifications.tell_second_factor_changed],
    accounts.SignInFamilyEnded: [notifications.tell_sign_in_ended, notifications.recheck_connections],
    accounts.ApiKeyCreated: [notifications.tell_api_key_created],
    accounts.RoleChanged: [notifications.recheck_connections],
    accounts.UserSuspended: [notifications.recheck_connections],
    accounts.GuestTakenOver: [notifications.hand_over_history, bookings.hand_over_guests_bookings],
    accounts.UserErased: [
        notifications.forget_erased,
        notifications.recheck_connections,
        catalog.forget_worker,
        availability.forget_calendars,
        payments.forget_payer,
        payouts.forget_payee,
        bookings.forget_customer,
        plans.end_erased,
    ],
    catalogue.MemberInvited: [catalog.invite_by_mail],
    catalogue.BusinessCreated: [plans.put_on_free_plan],
    catalogue.BusinessApplied: [catalog.tell_ops_of_file],
    catalogue.BusinessVerified: [catalog.tell_verified],
    catalogue.BusinessRejected: [catalog.tell_rejected],
    catalogue.BusinessSuspended: [catalog.tell_suspended],
    catalogue.BankDetailsChanged: [catalog.tell_bank_details_changed],
    catalogue.PaperExpiring: [catalog.warn_of_paper],
    catalogue.PaperExpired: [catalog.tell_paper_expired],
    HoldsOverdue: [bookings.end_overdue_holds],
    SlotChanged: [bookings.offer_seats],
    ClearanceStarted: [bookings.note_clearance],
    EscrowReleased: [purse.reward_referrals, loyalty.earn_points, disputes.note_release, bookings.note_release],
    EscrowRefunded: [disputes.note_refund, packages.note_use_refund, bookings.note_refund, bookings.note_extra_refund],
    EscrowClaimed: [disputes.note_claim],
    EscrowRecovered: [loyalty.return_points, bookings.note_recovery],
    EscrowFrozen: [bookings.note_freeze],
    EscrowUnfrozen: [disputes.note_unfreeze, bookings.note_unfreeze, packages.clear_unfrozen_uses],
    PaymentCaptured: [
        packages.receive_purchases_money,
        bookings.confirm_paid_bookings,
        bookings.receive_extras_money,
        bookings.receive_tips,
        plans.receive_months_money,
        invoices.invoice_payment,
    ],
    PaymentPending: [bookings.wait_for_money],
    PaymentFailed: [plans.note_failed_payment],
    PaymentAbandoned: [plans.note_abandoned_payment],
    RefundCompleted: [invoices.credit_refund, plans.note_refund],
    RefundFailed: [packages.reopen_uses],
    GatewayRenewalReported: [plans.note_renewal],
    GatewayTransferReported: [payouts.note_transfer],
    GatewayAccountReported: [payouts.note_account],
}


def connect() -> None:
    """Every handler of the table hears of its events; what lower apps ask of upper ones is known."""
    events.connect(SUBSCRIPTIONS)
    profile_parts.connect()
    ports.register_booking_counts(count_by_business)
    ports.register_plan_with_seats(plan_with_seats)
    invoices_ports.register_buying_businesses({PLAN: buyer_of_bill})
    ledger_ports.register_spendable_credits(spendable_by_currency)
    books.connect()
    documents.connect()
    reconciled.connect()
