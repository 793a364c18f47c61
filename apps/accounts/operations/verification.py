"""E-mail addresses proven by a link, and guests found again by it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts import rules, sealing
from apps.accounts.errors import LinkEnded
from apps.accounts.events import EmailVerified, VerificationRequested
from apps.accounts.models import User
from apps.accounts.operations.guests import take_over_by_email
from apps.core.conf import timer
from apps.core.events import publish
from apps.core.outbox import after_commit

_PURPOSE = "email-verification"
VERIFY_PATH = "/account/verify-email/"


@transaction.atomic
def request_verification(*, email: str) -> None:
    """A fresh link is on its way if the address is known and unproven. Nothing is looked up here."""
    after_commit("apps.accounts.tasks.send_verification", email=email.strip())


@transaction.atomic
def send_verification(*, email: str, at: datetime) -> None:
    """The person of an unproven address gets a link."""
    user = User.objects.with_email(email).first()
    if user is not None and rules.may_sign_in(user) and user.email_verified_at is None:
        order_verification(user=user, at=at)


def order_verification(*, user: User, at: datetime) -> None:
    """A link that proves the person's e-mail is on its way; called within a transaction."""
    token = sealing.seal(_PURPOSE, at=at, user=str(user.pk), email=user.email)
    publish(
        VerificationRequested(
            user_id=user.pk,
            email=user.email or "",
            token=token,
            path=f"{VERIFY_PATH}?token={token}",
            expires_at=at + timer("EMAIL_VERIFICATION_LIFE"),
        )
    )


@transaction.atomic
def verify_email(*, token: str, at: datetime) -> User:
    """The address is proven, and whoever booked with it as a guest has become this person. Twice is harmless.

    Raises: LinkEnded.
    """
    note = sealing.open_sealed(_PURPOSE, token, life=timer("EMAIL_VERIFICATION_LIFE"), at=at)
    user = User.objects.locked().filter(pk=UUID(note["user"])).first()
    if user is None or not rules.may_sign_in(user) or (user.email or "").casefold() != note["email"].casefold():
        raise LinkEnded
    if user.email_verified_at is None:
        user.email_verified_at = at
        user.save(update_fields=["email_verified_at"])
        publish(EmailVerified(user_id=user.pk, email=user.email, verified_at=at))
        take_over_by_email(user, at=at)
    return user
