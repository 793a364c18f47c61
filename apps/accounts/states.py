"""Roles and other states of accounts."""

from django.db import models


class Role(models.TextChoices):
    """The lens through which a person's clients look; what one may do inside a business follows from a membership."""

    CUSTOMER = "CUSTOMER", "customer"
    STAFF = "STAFF", "staff"
    EMPLOYEE = "EMPLOYEE", "employee"
    CEO = "CEO", "CEO"
    ADMIN = "ADMIN", "administrator"
    OPS = "OPS", "operations"
    VIEWER = "VIEWER", "viewer"


OPS_ROLES = frozenset({Role.ADMIN, Role.OPS, Role.VIEWER})
ACTING_OPS_ROLES = frozenset({Role.ADMIN, Role.OPS})
BUSINESS_ROLES = frozenset({Role.STAFF, Role.EMPLOYEE, Role.CEO})
SELF_SERVICE_ROLES = frozenset({Role.CUSTOMER, Role.STAFF, Role.CEO})
# A stolen password alone must not open the marketplace's own tools.
SECOND_FACTOR_ROLES = ACTING_OPS_ROLES


class CodePurpose(models.TextChoices):
    """What a one-time code is for; a code of one purpose opens nothing else."""

    SIGN_IN = "SIGN_IN", "sign in"
    VERIFY_PHONE = "VERIFY_PHONE", "verify a phone"
    ERASE = "ERASE", "erase an account"


class SignInEnd(models.TextChoices):
    """Why a sign-in has ended."""

    SIGNED_OUT = "SIGNED_OUT", "signed out"
    SIGNED_OUT_EVERYWHERE = "SIGNED_OUT_EVERYWHERE", "signed out everywhere"
    TOKEN_REUSED = "TOKEN_REUSED", "an old token was used again"
    PASSWORD_CHANGED = "PASSWORD_CHANGED", "password changed"
    ROLE_CHANGED = "ROLE_CHANGED", "role changed"
    SUSPENDED = "SUSPENDED", "suspended"
    ERASED = "ERASED", "erased"


class DeviceKind(models.TextChoices):
    """How a message is pushed to a device."""

    FCM = "FCM", "Firebase Cloud Messaging"
    WEB_PUSH = "WEB_PUSH", "web push"


class PointSource(models.TextChoices):
    """Where an address's point comes from; a pin set by hand is never overwritten."""

    NONE = "NONE", "none"
    GEOCODED = "GEOCODED", "geocoded"
    PIN = "PIN", "set by hand"


class ActivityKind(models.TextChoices):
    """What a person's own history shows."""

    SIGNED_IN = "SIGNED_IN", "signed in"
    PASSWORD_CHANGED = "PASSWORD_CHANGED", "password changed"
    SECOND_FACTOR_ON = "SECOND_FACTOR_ON", "second factor switched on"
    SECOND_FACTOR_OFF = "SECOND_FACTOR_OFF", "second factor switched off"
    API_KEY_CREATED = "API_KEY_CREATED", "API key created"
    API_KEY_REVOKED = "API_KEY_REVOKED", "API key revoked"
    DATA_EXPORTED = "DATA_EXPORTED", "data exported"
    ROLE_CHANGED = "ROLE_CHANGED", "role changed"
    SUSPENDED = "SUSPENDED", "suspended"
    RESTORED = "RESTORED", "restored"
    TOKEN_REUSED = "TOKEN_REUSED", "an old token was used again"
    VIEWED_BY_OPS = "VIEWED_BY_OPS", "viewed by our team"
