"""Whose money a person may look at: their own, and that of businesses by membership."""

from typing import Any
from uuid import UUID

from apps.catalog import queries as catalog
from apps.catalog.states import MembershipKind


def owned_businesses(user: Any) -> list[UUID]:
    """Keys of the businesses that the person owns."""
    return catalog.owned_business_ids(user)


def employing_businesses(user: Any) -> list[UUID]:
    """Keys of the businesses at whose desk the person is employed."""
    return catalog.business_ids_of(user, kinds=[MembershipKind.EMPLOYEE])


def performs_jobs(user: Any) -> bool:
    """Whether the person does work for a business, their own included."""
    return bool(catalog.staff_ids_of_user(user))
