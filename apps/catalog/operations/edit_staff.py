from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.catalog import rules
from apps.catalog.errors import NotYourBusiness, StaffNotFound
from apps.catalog.models import Business, Category, StaffMember
from apps.core import audit, public_cache


@transaction.atomic
def edit_staff(
    *,
    business_id: UUID,
    staff_id: UUID,
    changes: Mapping[str, Any],
    skills: list[Category] | None,
    by: Any,
    at: datetime,
) -> StaffMember:
    """What the business knows of the person (name, bio, years, certificates, skills) is as the changes say.

    Raises: StaffNotFound to outsiders; NotYourBusiness to those who are neither the owner nor the person.
    """
    business = Business.objects.visible_to(by).filter(pk=business_id).first()
    staff: StaffMember | None = StaffMember.objects.locked().filter(business=business, pk=staff_id).first()
    if business is None or staff is None:
        raise StaffNotFound
    if not (rules.may_manage_business(by, business) or staff.user_id == by.pk):
        raise NotYourBusiness
    for name, value in changes.items():
        setattr(staff, name, value)
    if changes:
        staff.save(update_fields=list(changes))
    if skills is not None:
        staff.skills.set(skills)
    audit.record("staff.edited", target=staff, by=by, at=at, after={"changed": sorted(changes)})
    public_cache.forget_all()
    return staff
