"""Who acts on which fact: the whole wiring of the project, on one page; connected when Django starts."""

from apps.accounts import events as accounts
from apps.core import events
from apps.core.events import Subscriptions
from apps.notifications import handlers as notifications
from config import profile_parts

SUBSCRIPTIONS: Subscriptions = {
    accounts.UserRegistered: [notifications.welcome],
    accounts.VerificationRequested: [notifications.send_verification],
    accounts.PasswordResetRequested: [notifications.send_password_reset],
    accounts.OneTimeCodeRequested: [notifications.send_one_time_code],
    accounts.PasswordChanged: [notifications.tell_password_changed, notifications.recheck_connections],
    accounts.SecondFactorChanged: [notifications.tell_second_factor_changed],
    accounts.SignInFamilyEnded: [notifications.tell_sign_in_ended, notifications.recheck_connections],
    accounts.ApiKeyCreated: [notifications.tell_api_key_created],
    accounts.RoleChanged: [notifications.recheck_connections],
    accounts.UserSuspended: [notifications.recheck_connections],
    accounts.GuestTakenOver: [notifications.hand_over_history],
    accounts.UserErased: [notifications.forget_erased, notifications.recheck_connections],
}


def connect() -> None:
    """Every handler of the table hears of its events, and every part of a profile is known."""
    events.connect(SUBSCRIPTIONS)
    profile_parts.connect()
