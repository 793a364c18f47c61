from decimal import Decimal

import pytest
from rest_framework import serializers

from apps.catalog import profile_parts
from apps.catalog.tests.factories import BusinessFactory, CategoryFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db


def _fits(fields, values):
    shape = type("Shape", (serializers.Serializer,), fields)
    return set(shape(values).data) == set(values)


def test_the_staff_part_sums_over_workplaces_and_is_written_to_each(now):
    hair = CategoryFactory(slug="hair")
    first = StaffMemberFactory(rating_average=Decimal(5), rating_count=1, jobs_completed=2, skills=[hair])
    StaffMemberFactory(user=first.user, rating_average=Decimal(4), rating_count=3, jobs_completed=5)

    profile_parts.write_staff_part(user=first.user, values={"years_of_experience": 9, "skills": [hair]}, at=now)
    part = profile_parts.staff_part(first.user)

    assert (part["rating"], part["rating_count"], part["jobs_completed"]) == ("4.25", 4, 7)
    assert (part["skills"], part["years_of_experience"], len(part["businesses"])) == (["hair"], 9, 2)
    assert _fits(profile_parts.staff_fields(), part)
    assert profile_parts.staff_part(BusinessFactory().owner)["is_available"] is False


def test_an_owner_of_an_open_business_is_not_erased():
    business = BusinessFactory()
    assert profile_parts.objection_to_erasure(business.owner)

    business.is_active = False
    business.save()
    assert profile_parts.objection_to_erasure(business.owner) is None
    assert profile_parts.export(business.owner)["memberships"][0]["kind"] == "OWNER"
    assert _fits(profile_parts.ceo_fields(), profile_parts.ceo_part(business.owner))
