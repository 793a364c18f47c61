"""States of the catalogue's rows."""

from django.db import models


class VerificationStatus(models.TextChoices):
    """What the marketplace knows of a business.

    ::

        UNVERIFIED ──apply──▶ PENDING ──verify──▶ VERIFIED ◀──verify── SUSPENDED
                               │  ▲                  └─────suspend──────▲
                             reject └──apply── REJECTED
    """

    UNVERIFIED = "UNVERIFIED", "unverified"
    PENDING = "PENDING", "under review"
    VERIFIED = "VERIFIED", "verified"
    REJECTED = "REJECTED", "rejected"
    SUSPENDED = "SUSPENDED", "suspended"


VERIFICATION_MOVES = [
    ("UNVERIFIED", "PENDING"),
    ("REJECTED", "PENDING"),
    ("PENDING", "VERIFIED"),
    ("PENDING", "REJECTED"),
    ("VERIFIED", "SUSPENDED"),
    ("SUSPENDED", "VERIFIED"),
]


class MembershipKind(models.TextChoices):
    OWNER = "OWNER", "owner"
    EMPLOYEE = "EMPLOYEE", "employee"
    STAFF = "STAFF", "staff"


class MembershipState(models.TextChoices):
    """``INVITED → ACTIVE → LEFT | REMOVED``; an invitation that is declined is ``LEFT``, one withdrawn ``REMOVED``."""

    INVITED = "INVITED", "invited"
    ACTIVE = "ACTIVE", "active"
    LEFT = "LEFT", "left"
    REMOVED = "REMOVED", "removed"


INVITED_KINDS = [
    (MembershipKind.EMPLOYEE.value, MembershipKind.EMPLOYEE.label),
    (MembershipKind.STAFF.value, MembershipKind.STAFF.label),
]
MEMBERSHIP_MOVES = [
    ("INVITED", "ACTIVE"),
    ("INVITED", "LEFT"),
    ("INVITED", "REMOVED"),
    ("ACTIVE", "LEFT"),
    ("ACTIVE", "REMOVED"),
]


class PaperKind(models.TextChoices):
    REGISTRATION = "REGISTRATION", "company registration"
    LICENCE = "LICENCE", "licence"
    INSURANCE = "INSURANCE", "insurance"
    IDENTITY = "IDENTITY", "identity"
    OTHER = "OTHER", "other"


class PaperState(models.TextChoices):
    """``SUBMITTED → APPROVED | REJECTED``; ``APPROVED → EXPIRED``; both give way to a newer paper: ``REPLACED``."""

    SUBMITTED = "SUBMITTED", "submitted"
    APPROVED = "APPROVED", "approved"
    REJECTED = "REJECTED", "rejected"
    EXPIRED = "EXPIRED", "expired"
    REPLACED = "REPLACED", "replaced"


PAPER_MOVES = [
    ("SUBMITTED", "APPROVED"),
    ("SUBMITTED", "REJECTED"),
    ("APPROVED", "EXPIRED"),
    ("APPROVED", "REPLACED"),
    ("EXPIRED", "REPLACED"),
]


class CategoryKind(models.TextChoices):
    SERVICE = "SERVICE", "services"
    PRODUCT = "PRODUCT", "products"


class ServiceType(models.TextChoices):
    SESSION = "SESSION", "session"
    WORKSHOP = "WORKSHOP", "workshop"
    COURSE = "COURSE", "course"
    CALL_OUT = "CALL_OUT", "call-out"


class ServicePlace(models.TextChoices):
    AT_BUSINESS = "AT_BUSINESS", "at the business"
    AT_CUSTOMER = "AT_CUSTOMER", "at the customer's"
    VIRTUAL = "VIRTUAL", "by video"


class Assignment(models.TextChoices):
    """How many of the people who can perform a service one booking needs."""

    ANY = "ANY", "any one person"
    SEVERAL = "SEVERAL", "several people"
    ALL = "ALL", "the whole crew"
    FIXED_PLUS_ANY = "FIXED_PLUS_ANY", "certain people and any one other"


class Grid(models.TextChoices):
    """Where start times may lie."""

    CLOCK_SNAP = "CLOCK_SNAP", "on the clock's round times"
    INTERVAL_START = "INTERVAL_START", "from the start of each free interval"
    PACK_MAX = "PACK_MAX", "as many as fit"


class HorizonKind(models.TextChoices):
    CALENDAR_DAYS = "CALENDAR_DAYS", "rolling calendar days"
    BUSINESS_DAYS = "BUSINESS_DAYS", "rolling business days"
    DATE_RANGE = "DATE_RANGE", "between two dates"


ROLLING_HORIZONS = [
    (HorizonKind.CALENDAR_DAYS.value, HorizonKind.CALENDAR_DAYS.label),
    (HorizonKind.BUSINESS_DAYS.value, HorizonKind.BUSINESS_DAYS.label),
]
