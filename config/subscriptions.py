"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.accounts import events as accounts
from apps.catalog import events as catalog_events
from apps.catalog import handlers as catalog
from apps.core import events
from apps.core.events import Subscriptions
from apps.notifications import handlers as notifications
from config import profile_parts

SUBSCRIPTIONS: Subscriptions = {
    catalog_events.MemberInvited: [catalog.invite_by_mail],
    catalog_events.BusinessApplied: [catalog.tell_ops_of_file],
    catalog_events.BusinessVerified: [catalog.tell_verified],
    catalog_events.BusinessRejected: [catalog.tell_rejected],
    catalog_events.BusinessSuspended: [catalog.tell_suspended],
    catalog_events.BankDetailsChanged: [catalog.tell_bank_details_changed],
    catalog_events.PaperExpiring: [catalog.warn_of_paper],
    catalog_events.PaperExpired: [catalog.tell_paper_expired],
    accounts.UserRegistered: [notifications.welcome],
    accounts.VerificationRequested: [notifications.send_verification],
    accounts.PasswordResetRequested: [notifications.send_password_reset],
    accounts.OneTimeCodeRequested: [notifications.send_one_time_code],
    accounts.PasswordChanged: [notifications.tell_password_changed],
    accounts.SecondFactorChanged: [notifications.tell_second_factor_changed],
    accounts.SignInFamilyEnded: [notifications.tell_sign_in_ended],
    accounts.ApiKeyCreated: [notifications.tell_api_key_created],
    accounts.GuestTakenOver: [notifications.hand_over_history],
    accounts.UserErased: [notifications.forget_erased],
}


def connect() -> None:
    """Every handler of the table hears of its events, and every part of a profile is known."""
    events.connect(SUBSCRIPTIONS)
    profile_parts.connect()
