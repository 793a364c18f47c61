"""What we say when accounts states a fact. Apps above tell people by themselves."""

from datetime import timedelta

from django.conf import settings

from apps.accounts import events
from apps.core.conf import timer
from apps.notifications import kinds
from apps.notifications.models import Notification
from apps.notifications.operations import forget_person, notify


def welcome(event: events.UserRegistered) -> None:
    """The person is welcome."""
    notify(
        user=event.user_id,
        kind=kinds.WELCOME,
        context={},
        dedupe_key="welcome",
        at=event.registered_at,
    )


def send_verification(event: events.VerificationRequested) -> None:
    """A link by which to prove the address is on its way to that address."""
    notify(
        user=event.user_id,
        to_email=event.email,
        kind=kinds.VERIFICATION,
        context={"verify_url": settings.PUBLIC_BASE_URL + event.path, "expires_at": event.expires_at},
        at=event.expires_at - timer("EMAIL_VERIFICATION_LIFE"),
    )


def send_password_reset(event: events.PasswordResetRequested) -> None:
    """A link by which to choose a new password is on its way; by SMS to those who have no mail."""
    notify(
        user=event.user_id,
        kind=kinds.PASSWORD_RESET,
        context={"reset_url": settings.PUBLIC_BASE_URL + event.path, "expires_at": event.expires_at},
        at=event.expires_at - timer("PASSWORD_RESET_LIFE"),
    )


def send_one_time_code(event: events.OneTimeCodeRequested) -> None:
    """The code is on its way by SMS."""
    life = timer("ONE_TIME_CODE_LIFE")
    notify(
        user=event.user_id,
        to_phone=event.phone,
        kind=kinds.ONE_TIME_CODE,
        context={"code": event.code, "minutes": life // timedelta(minutes=1)},
        at=event.expires_at - life,
    )


def tell_password_changed(event: events.PasswordChanged) -> None:
    """The person hears of it, in case it was somebody else."""
    notify(
        user=event.user_id,
        kind=kinds.PASSWORD_CHANGED,
        context={"changed_at": event.changed_at},
        at=event.changed_at,
    )


def tell_second_factor_changed(event: events.SecondFactorChanged) -> None:
    """The person hears of it, in case it was somebody else."""
    notify(
        user=event.user_id,
        kind=kinds.SECOND_FACTOR_CHANGED,
        context={"change": "switched on" if event.enabled else "switched off", "changed_at": event.changed_at},
        at=event.changed_at,
    )


def tell_sign_in_ended(event: events.SignInFamilyEnded) -> None:
    """The person hears that a device was signed out, and why."""
    notify(
        user=event.user_id,
        kind=kinds.SIGN_IN_ENDED,
        context={"ended_at": event.ended_at},
        at=event.ended_at,
    )


def tell_api_key_created(event: events.ApiKeyCreated) -> None:
    """The person hears of it, in case it was somebody else."""
    notify(
        user=event.user_id,
        kind=kinds.API_KEY_CREATED,
        context={"created_at": event.created_at},
        dedupe_key=f"api_key_created:{event.api_key_id}",
        at=event.created_at,
    )


def hand_over_history(event: events.GuestTakenOver) -> None:
    """What the guest was told is on the person's dashboard."""
    Notification.objects.filter(user_id=event.guest_id).update(user_id=event.user_id)


def forget_erased(event: events.UserErased) -> None:
    """Nothing personal is left of what the person was told."""
    forget_person(user_id=event.user_id, at=event.erased_at)
