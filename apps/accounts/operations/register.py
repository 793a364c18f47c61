"""People come: by registering, as guests, or as the first administrator."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.errors import EmailTaken, PhoneTaken
from apps.accounts.events import UserRegistered
from apps.accounts.models import User
from apps.accounts.operations.one_time_codes import send_code
from apps.accounts.operations.passwords import check_strength
from apps.accounts.operations.verification import order_verification
from apps.accounts.states import SELF_SERVICE_ROLES, CodePurpose, Role
from apps.core import audit
from apps.core.database import call_function
from apps.core.errors import Invalid
from apps.core.events import publish

_FIRST_ADMIN = 724_002


def register(
    *,
    role: str,
    at: datetime,
    email: str | None = None,
    password: str | None = None,
    phone: str | None = None,
    first_name: str = "",
    last_name: str = "",
    time_zone: str = "UTC",
    language: str = "en",
    referral_code: str = "",
) -> User:
    """A person has an account, and a link or a code to prove the address or number is on its way.

    Raises: Invalid for a role that nobody gives themselves, or without any contact; WeakPassword; EmailTaken;
    PhoneTaken.
    """
    if role not in SELF_SERVICE_ROLES:
        raise Invalid(errors={"role": ["Register as CUSTOMER, STAFF or CEO."]})
    if not email and not phone:
        raise Invalid(errors={"email": ["Give an e-mail or a phone."]})
    user = User(
        email=email.strip().lower() if email else None,
        phone=phone or None,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        role=role,
        time_zone=time_zone,
        language=language,
        date_joined=at,
    )
    if email and not password:
        raise Invalid(errors={"password": ["Choose a password."]})
    if password:
        check_strength(password, user=user)
    user.set_password(password)
    with transaction.atomic():
        save_unique(user)
        publish(UserRegistered(user_id=user.pk, role=user.role, registered_at=at, referral_code=referral_code))
        if user.email:
            order_verification(user=user, at=at)
        else:
            send_code(user=user, purpose=CodePurpose.SIGN_IN, at=at)
    return user


def save_unique(user: User, *, update_fields: list[str] | None = None) -> None:
    """The row is stored. Raises: EmailTaken; PhoneTaken when somebody else has them, also when they were faster."""
    try:
        with transaction.atomic():
            user.save(update_fields=update_fields)
    except IntegrityError as error:
        if "user_email_unique" in str(error):
            raise EmailTaken(errors={"email": [EmailTaken.default_message]}) from error
        if "user_phone_unique" in str(error):
            raise PhoneTaken(errors={"phone": [PhoneTaken.default_message]}) from error
        raise


@transaction.atomic
def guest_customer(
    *, phone: str, at: datetime, email: str | None = None, first_name: str = "", last_name: str = ""
) -> User:
    """The guest of this E.164 phone, and of this e-mail where there is one: the same one again next time. Guests cannot
    sign in.

    A registered person's account is never touched by somebody who merely typed its address.
    """
    email = email.strip().lower() if email else None
    known = User.objects.filter(is_guest=True, phone=phone)
    known = known.filter(email__iexact=email) if email else known.filter(email__isnull=True)
    guest = known.first()
    if guest is None:
        fresh = User(
            email=email, phone=phone, first_name=first_name.strip(), last_name=last_name.strip(), role=Role.CUSTOMER,
            is_guest=True, date_joined=at,
        )  # fmt: skip
        fresh.set_unusable_password()
        User.all_objects.bulk_create([fresh], ignore_conflicts=True)
        guest = known.get()
    return guest


@transaction.atomic
def ensure_first_admin(*, email: str, password: str, at: datetime) -> tuple[User, bool]:
    """There is an administrator; the first is made here and has to choose a password of their own. Answers if made.

    Raises: WeakPassword; EmailTaken.
    """
    call_function("pg_advisory_xact_lock", _FIRST_ADMIN)  # two starts at once make one
    admins = User.objects.registered().filter(role=Role.ADMIN).order_by("created_at")
    if (known := admins.first()) is not None:
        return known, False
    user = User(
        email=email.strip().lower(), role=Role.ADMIN, is_staff=True, must_change_password=True, email_verified_at=at,
        date_joined=at,
    )  # fmt: skip
    check_strength(password, user=user)
    user.set_password(password)
    save_unique(user)
    audit.record("user.first_admin_made", target=user, by=None, at=at)
    return user, True
