from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog.events import BusinessActivityChanged
from apps.catalog.models import Business, Category, StaffMember
from apps.catalog.operations._access import managed_business
from apps.catalog.operations._seats import ensure_seat
from apps.core import audit, events, public_cache


@transaction.atomic
def edit_business(
    *,
    business_id: UUID,
    changes: Mapping[str, Any],
    categories: list[Category] | None,
    owner_performs: bool | None,
    by: Any,
    at: datetime,
) -> Business:
    """The business's page and booking rules are as ``changes`` say; what it leaves out stays.

    Raises: BusinessNotFound; NotYourBusiness; SeatsTaken where the owner begins to perform.
    """
    business = managed_business(business_id=business_id, by=by)
    before = {name: str(getattr(business, name)) for name in changes}
    for name, value in changes.items():
        setattr(business, name, value)
    if changes:
        business.save(update_fields=list(changes))
    if categories is not None:
        business.categories.set(categories)
    if owner_performs is not None:
        _owner_performs(business, owner_performs)
    after = {name: str(value) for name, value in changes.items()}
    audit.record("business.edited", target=business, by=by, at=at, before=before, after=after)
    public_cache.forget_all()
    return business


@transaction.atomic
def set_activity(*, business_id: UUID, is_active: bool, by: Any, at: datetime) -> Business:
    """The business is open to customers, or hidden from them. Repeating it changes nothing.

    Raises: BusinessNotFound; NotYourBusiness.
    """
    business = managed_business(business_id=business_id, by=by)
    if business.is_active == is_active:
        return business
    business.is_active = is_active
    business.save(update_fields=["is_active"])
    audit.record("business.activated" if is_active else "business.deactivated", target=business, by=by, at=at)
    events.publish(BusinessActivityChanged(business_id=business.pk, is_active=is_active, changed_at=at))
    public_cache.forget_all()
    return business


def _owner_performs(business: Business, performs: bool) -> None:
    staff = StaffMember.objects.filter(business=business, user_id=business.owner_id).first()
    if performs and (staff is None or not staff.is_active):
        ensure_seat(business.pk)
    if staff is None and performs:
        StaffMember.objects.create(
            business=business, user_id=business.owner_id, display_name=business.owner.name or business.name
        )
    elif staff is not None and staff.is_active != performs:
        staff.is_active = performs
        staff.save(update_fields=["is_active"])
