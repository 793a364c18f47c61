from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac

from apps.accounts.states import ACTING_OPS_ROLES, OPS_ROLES, Role
from apps.core import clock
from apps.core.models import BaseQuerySet, SoftDeleteModel


class UserQuerySet(BaseQuerySet):
    def ops(self) -> "UserQuerySet":
        """The marketplace's own people who act on alerts."""
        return self.filter(role__in=ACTING_OPS_ROLES, is_active=True)

    def registered(self) -> "UserQuerySet":
        """People with an account of their own: guests have none."""
        return self.filter(is_guest=False)

    def with_email(self, email: str) -> "UserQuerySet":
        """The registered person of an address, without regard to case."""
        return self.registered().filter(email__iexact=email)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at run time
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_deleted=False)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username, is_guest=False)

    def create_user(self, *, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password, one who cannot sign in by password."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, SoftDeleteModel):
    """A person. Signs in by e-mail and password or by phone and a one-time code; one of the two is enough."""

    email = models.EmailField(max_length=254, null=True, blank=True)
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164, such as +2348012345678")
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    token_version = models.PositiveIntegerField(default=1, help_text="Tokens of an earlier version have ended.")
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the back office.")
    suspended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    is_guest = models.BooleanField(default=False, help_text="Booked without an account; cannot sign in.")
    taken_over_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who this guest became."
    )
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects: Any = UserManager()
    all_objects: Any = UserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(is_guest=False),
                name="user_email_unique",
                violation_error_message="Known already.",
            ),
            models.UniqueConstraint(fields=["phone"], condition=models.Q(is_guest=False), name="user_phone_unique"),
            # One guest for one address and number, as long as nobody has taken that guest over.
            models.UniqueConstraint(
                Lower("email"),
                "phone",
                condition=models.Q(is_guest=True, is_deleted=False),
                nulls_distinct=False,
                name="user_guest_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(is_guest=False) | models.Q(role=Role.CUSTOMER, is_staff=False),
                name="user_guest_is_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(
                    email__isnull=True,
                    phone__isnull=True,
                    first_name="",
                    last_name="",
                    is_active=False,
                    is_deleted=True,
                ),
                name="user_erased_is_nameless",
            ),
            models.CheckConstraint(
                condition=models.Q(suspended_at__isnull=True) | models.Q(is_active=False),
                name="user_suspended_is_inactive",
            ),
            models.CheckConstraint(
                condition=models.Q(email__isnull=False)
                | models.Q(phone__isnull=False)
                | models.Q(erased_at__isnull=False),
                name="user_can_be_reached",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]
        indexes = [
            models.Index(fields=["role", "-created_at"], name="user_role_newest"),
            # Operations search people by any part of a name, an address or a number.
            GinIndex(
                OpClass(Upper("email"), "gin_trgm_ops"),
                OpClass(Upper("phone"), "gin_trgm_ops"),
                OpClass(Upper("first_name"), "gin_trgm_ops"),
                OpClass(Upper("last_name"), "gin_trgm_ops"),
                name="user_search",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(self.pk)

    @property
    def name(self) -> str:
        """First and last name, or what there is of them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def audit_label(self) -> str:
        """How the audit trail, which outlives an erasure, calls the person: by number."""
        return f"{self.role} {self.pk}"

    @property
    def is_ops(self) -> bool:
        """Whether the person is one of the marketplace's own."""
        return self.role in OPS_ROLES

    @property
    def is_superuser(self) -> bool:
        """Django's admin asks; levels are decided by role."""
        return self.role == Role.ADMIN

    def get_session_auth_hash(self) -> str:
        """Sessions of the back office end with the tokens: the hash changes with their version."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """As above, under the keys that are being rotated out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(str(secret))

    def _session_hash(self, secret: str) -> str:
        text = f"{self.password}:{self.token_version}"
        return salted_hmac("accounts.session", text, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and self.role == Role.ADMIN

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return self.is_active and self.role == Role.ADMIN

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
