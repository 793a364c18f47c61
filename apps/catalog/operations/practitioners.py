"""A practitioner is a staff member with a public page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from apps.catalog import rules
from apps.catalog.errors import AlreadyPractitioner, NotApplied, StaffNotFound
from apps.catalog.events import PractitionerVerified
from apps.catalog.models import Category, PractitionerLocation, StaffMember
from apps.core import audit, events, public_cache
from apps.core.errors import NotAllowed


@transaction.atomic
def apply_as_practitioner(
    *,
    staff_id: UUID,
    fields: Mapping[str, Any],
    skills: list[Category] | None,
    locations: Sequence[Mapping[str, Any]],
    by: Any,
    at: datetime,
) -> StaffMember:
    """The person has asked for a public page; it opens when the marketplace has verified it.

    Raises: StaffNotFound; AlreadyPractitioner.
    """
    staff = _own(staff_id, by)
    if staff.has_public_page or staff.page_applied_at is not None:
        raise AlreadyPractitioner
    staff.page_applied_at = at
    _write(staff, fields, skills, locations)
    staff.save()
    audit.record("practitioner.applied", target=staff, by=by, at=at)
    return staff


@transaction.atomic
def edit_practitioner(
    *,
    staff_id: UUID,
    fields: Mapping[str, Any],
    skills: list[Category] | None,
    locations: Sequence[Mapping[str, Any]] | None,
    by: Any,
    at: datetime,
) -> StaffMember:
    """The page is as the person, or the business's owner, says. Raises: StaffNotFound."""
    staff: StaffMember | None = StaffMember.objects.locked().select_related("business").filter(pk=staff_id).first()
    if staff is None or not rules.may_edit_practitioner(by, staff):
        raise StaffNotFound
    _write(staff, fields, skills, locations)
    staff.save()
    audit.record("practitioner.edited", target=staff, by=by, at=at, after={"changed": sorted(fields)})
    public_cache.forget_all()
    return staff


@transaction.atomic
def verify_practitioner(*, staff_id: UUID, by: Any, at: datetime) -> StaffMember:
    """The page is open to everybody. Repeating it changes nothing. Raises: NotAllowed; StaffNotFound; NotApplied."""
    if not rules.may_decide_verification(by):
        raise NotAllowed
    staff: StaffMember | None = StaffMember.objects.locked().filter(pk=staff_id).first()
    if staff is None:
        raise StaffNotFound
    if staff.page_applied_at is None:
        raise NotApplied
    if not (staff.is_verified and staff.has_public_page):
        staff.is_verified = staff.has_public_page = True
        staff.save(update_fields=["is_verified", "has_public_page"])
        audit.record("practitioner.verified", target=staff, by=by, at=at)
        events.publish(PractitionerVerified(staff_id=staff.pk, user_id=staff.user_id, verified_at=at))
        public_cache.forget_all()
    return staff


def _own(staff_id: UUID, by: Any) -> StaffMember:
    staff: StaffMember | None = StaffMember.objects.assignable().locked().filter(pk=staff_id, user_id=by.pk).first()
    if staff is None:
        raise StaffNotFound
    return staff


def _write(
    staff: StaffMember,
    fields: Mapping[str, Any],
    skills: list[Category] | None,
    locations: Sequence[Mapping[str, Any]] | None,
) -> None:
    for name, value in fields.items():
        setattr(staff, name, value)
    if skills is not None:
        staff.skills.set(skills)
    if locations is None:
        return
    staff.locations.all().delete()
    rows = [PractitionerLocation(staff=staff, **each) for each in locations]
    PractitionerLocation.objects.bulk_create(rows)
    staff.location = _primary_point(rows)


def _primary_point(rows: list[PractitionerLocation]) -> Point | None:
    return next((row.location for row in rows if row.is_primary), None)
