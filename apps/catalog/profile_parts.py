"""What the catalogue adds to a person's profile and export; the profile's own app knows no business.

The person's own bio stands in the base profile; a staff member's, which customers read, stands with each business.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from apps.catalog import operations
from apps.catalog.api.desk_outputs import BankAccountOut
from apps.catalog.api.fields import CategoriesField
from apps.catalog.models import Business, Membership, StaffMember
from apps.catalog.states import CategoryKind
from apps.core.api.serializers import OutputSerializer


class OwnedBusinessOut(OutputSerializer):
    """A business in its owner's profile: the one place, beside the verification file, that shows the last two."""

    id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    business_name: Any = serializers.CharField()
    verification_status: Any = serializers.CharField()
    is_active: Any = serializers.BooleanField()
    cac_number: Any = serializers.CharField()
    bank_details: Any = BankAccountOut(allow_null=True)


class WorkplaceOut(OutputSerializer):
    """A business that somebody performs jobs for."""

    id: Any = serializers.UUIDField()
    staff_id: Any = serializers.UUIDField()
    slug: Any = serializers.CharField()
    business_name: Any = serializers.CharField()
    verification_status: Any = serializers.CharField()
    bio: Any = serializers.CharField()


def ceo_fields() -> dict[str, Any]:
    """The shape of ``ceo_part``."""
    return {"businesses": OwnedBusinessOut(many=True)}


def ceo_part(user: Any) -> dict[str, Any]:
    """The businesses that the person owns, with CAC number and bank account: for the owner's own eyes, and ADMIN's."""
    rows = Business.objects.filter(owner=user).order_by("created_at", "pk")
    return {"businesses": [_owned(business) for business in rows]}


def staff_fields() -> dict[str, Any]:
    """The shape of ``staff_part``."""
    return {
        "skills": serializers.ListField(child=serializers.CharField()),
        "years_of_experience": serializers.IntegerField(),
        "certifications": serializers.ListField(child=serializers.CharField()),
        "rating": serializers.DecimalField(max_digits=3, decimal_places=2),
        "rating_count": serializers.IntegerField(),
        "jobs_completed": serializers.IntegerField(),
        "is_available": serializers.BooleanField(),
        "businesses": WorkplaceOut(many=True),
    }


def staff_inputs() -> dict[str, Any]:
    """What a person may send of it; it holds at every business that they work for."""
    return {
        "skills": CategoriesField(kind=CategoryKind.SERVICE, required=False),
        "years_of_experience": serializers.IntegerField(min_value=0, max_value=80, required=False),
        "certifications": serializers.ListField(
            child=serializers.CharField(max_length=160), max_length=30, required=False
        ),
    }


def staff_part(user: Any) -> dict[str, Any]:
    """What the person is known for as a performer of jobs: the sum over the businesses that they work for."""
    staff = list(_performing(user))
    rated = sum(each.rating_count for each in staff)
    total = sum(each.rating_average * each.rating_count for each in staff)
    return {
        "skills": sorted({skill.slug for each in staff for skill in each.skills.all()}),
        "years_of_experience": max((each.years_of_experience for each in staff), default=0),
        "certifications": sorted({name for each in staff for name in each.certifications}),
        "rating": f"{total / rated:.2f}" if rated else "0.00",
        "rating_count": rated,
        "jobs_completed": sum(each.jobs_completed for each in staff),
        "is_available": any(each.is_active for each in staff),
        "businesses": [_workplace(each) for each in staff if each.is_active],
    }


def write_staff_part(*, user: Any, values: Mapping[str, Any], at: datetime) -> None:
    """What the person sent holds at every business that they work for."""
    changes = {name: value for name, value in values.items() if name != "skills"}
    for staff in StaffMember.objects.assignable().filter(user_id=user.pk).order_by("pk"):
        operations.edit_staff(
            business_id=staff.business_id,
            staff_id=staff.pk,
            changes=changes,
            skills=values.get("skills"),
            by=user,
            at=at,
        )


def export(user: Any) -> dict[str, Any]:
    """What the catalogue holds of the person."""
    memberships = Membership.objects.filter(user_id=user.pk).select_related("business").order_by("created_at", "pk")
    return {
        "businesses": ceo_part(user)["businesses"],
        "as_staff": staff_part(user),
        "memberships": [
            {"business": each.business.name, "kind": each.kind, "state": each.state, "joined_at": each.joined_at}
            for each in memberships
        ],
    }


def objection_to_erasure(user: Any) -> str | None:
    """A person who owns an open business closes it first."""
    if Business.objects.filter(owner=user, is_active=True).exists():
        return "Close your businesses first."
    return None


def _performing(user: Any) -> QuerySet[StaffMember]:
    rows: QuerySet[StaffMember] = (
        StaffMember.objects.filter(user_id=user.pk)
        .select_related("business")
        .defer("business__cac_number", "business__bank_details")
        .prefetch_related("skills")
        .order_by("-is_active", "created_at", "pk")
    )
    return rows


def _workplace(staff: StaffMember) -> dict[str, Any]:
    return {
        "id": str(staff.business_id),
        "staff_id": str(staff.pk),
        "slug": staff.business.slug,
        "business_name": staff.business.name,
        "verification_status": staff.business.verification_status,
        "bio": staff.bio,
    }


def _owned(business: Business) -> dict[str, Any]:
    return {
        "id": str(business.pk),
        "slug": business.slug,
        "business_name": business.name,
        "verification_status": business.verification_status,
        "is_active": business.is_active,
        "cac_number": business.cac_number,
        "bank_details": json.loads(business.bank_details) if business.bank_details else None,
    }
