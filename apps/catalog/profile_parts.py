"""What the catalogue adds to a person's profile; the profile's own app knows no business."""

import json
from typing import Any

from django.db.models import QuerySet

from apps.catalog.models import Business, StaffMember


def ceo_part(user: Any) -> dict[str, Any]:
    """The businesses that the person owns, with CAC number and bank account: for the owner's own eyes, and ADMIN's."""
    return {"businesses": [_owned(business) for business in Business.objects.filter(owner=user).order_by("created_at")]}


def staff_part(user: Any) -> dict[str, Any]:
    """What the person is known for as a performer of jobs: the sum over the businesses that they work for."""
    staff = list(_performing(user))
    rated = sum(each.rating_count for each in staff)
    total = sum(each.rating_average * each.rating_count for each in staff)
    return {
        "skills": sorted({skill.slug for each in staff for skill in each.skills.all()}),
        "bio": next((each.bio for each in staff if each.bio), ""),
        "years_of_experience": max((each.years_of_experience for each in staff), default=0),
        "certifications": sorted({name for each in staff for name in each.certifications}),
        "rating": f"{total / rated:.2f}" if rated else "0.00",
        "rating_count": rated,
        "jobs_completed": sum(each.jobs_completed for each in staff),
        "is_available": any(each.is_active for each in staff),
        "businesses": [
            {
                "id": str(each.business_id),
                "staff_id": str(each.pk),
                "slug": each.business.slug,
                "business_name": each.business.name,
                "verification_status": each.business.verification_status,
            }
            for each in staff
            if each.is_active
        ],
    }


def _performing(user: Any) -> QuerySet[StaffMember]:
    rows: QuerySet[StaffMember] = (
        StaffMember.objects.filter(user_id=user.pk)
        .select_related("business")
        .defer("business__cac_number", "business__bank_details")
        .prefetch_related("skills")
        .order_by("-is_active", "created_at", "pk")
    )
    return rows


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
