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
