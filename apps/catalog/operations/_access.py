"""The first steps of every operation here: lock the row, see whether the person may."""

from typing import Any
from uuid import UUID

from apps.catalog import rules
from apps.catalog.errors import BusinessNotFound, NotYourBusiness
from apps.catalog.models import Business
from apps.core.errors import NotAllowed


def managed_business(*, business_id: UUID, by: Any) -> Business:
    """The business, locked, that ``by`` may manage.

    Raises: BusinessNotFound to those who do not belong there; NotYourBusiness to those who only work there.
    """
    business: Business | None = Business.objects.visible_to(by).locked().filter(pk=business_id).first()
    if business is None:
        raise BusinessNotFound
    if not rules.may_manage_business(by, business):
        raise NotYourBusiness
    return business


def owned_business(*, business_id: UUID, by: Any) -> Business:
    """As ``managed_business``, for what only the owner does."""
    business = managed_business(business_id=business_id, by=by)
    if not rules.is_owner(by, business):
        raise NotYourBusiness
    return business


def decided_business(*, business_id: UUID, by: Any) -> Business:
    """The business, locked, whose verification ``by`` may decide. Raises: NotAllowed; BusinessNotFound."""
    if not rules.may_decide_verification(by):
        raise NotAllowed
    business: Business | None = Business.objects.locked().filter(pk=business_id).first()
    if business is None:
        raise BusinessNotFound
    return business
