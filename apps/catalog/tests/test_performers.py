"""Who performs a service: the named ones, else the skilled, else everybody where no skill was ever recorded."""

import pytest

from apps.catalog import queries
from apps.catalog.models import Service, StaffMember
from apps.catalog.tests.factories import BusinessFactory, CategoryFactory, ServiceFactory, StaffMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def business():
    return BusinessFactory()


@pytest.fixture
def hair():
    return CategoryFactory(slug="hair")


def names(service):
    """The names of those who perform it; asked from the other side, each of them says the same."""
    performers = set(queries.performers_of(service))
    for staff in StaffMember.objects.filter(business=service.business):
        assert (service in queries.services_performed_by(staff, Service.objects.all())) == (staff in performers)
    return {staff.display_name for staff in performers}


def person(business, name, **fields):
    return StaffMemberFactory(business=business, display_name=name, **fields)


def test_the_skills_cover_a_category_and_those_below_it(business, hair):
    braids = CategoryFactory(parent=CategoryFactory(parent=hair))
    person(business, "hair", skills=[hair])
    person(business, "braids", skills=[braids])
    person(business, "both", skills=[hair, braids])
    person(business, "nails", skills=[CategoryFactory()])
    person(business, "unskilled")
    person(business, "away", skills=[hair], is_active=False)
    person(BusinessFactory(), "elsewhere", skills=[hair])

    assert names(ServiceFactory(business=business, category=braids)) == {"hair", "braids", "both"}
    assert names(ServiceFactory(business=business, category=hair)) == {"hair", "both"}


def test_named_performers_are_the_only_ones_even_when_they_have_left(business, hair):
    person(business, "skilled", skills=[hair])
    named = person(business, "named")
    service = ServiceFactory(business=business, category=hair, performers=[named])

    assert names(service) == {"named"}

    named.is_active = False
    named.save()
    assert names(service) == set()


def test_whom_it_cannot_do_without_performs_it_as_well(business, hair):
    person(business, "skilled", skills=[hair])
    service = ServiceFactory(business=business, category=hair)
    service.fixed_performers.add(person(business, "fixed"))

    assert names(service) == {"skilled", "fixed"}


def test_where_no_skill_was_recorded_everybody_performs_it(business, hair):
    person(business, "one")
    person(business, "left", is_active=False, skills=[hair])
    other = person(business, "two")
    service = ServiceFactory(business=business, category=hair)

    assert names(service) == {"one", "two"}

    other.skills.add(CategoryFactory())
    assert names(service) == set()


def test_one_question_takes_one_query(business, hair, count_queries):
    service = ServiceFactory(business=business, category=hair)
    for number in range(5):
        person(business, f"person {number}", skills=[hair])

    with count_queries() as counted:
        assert len(queries.performers_of(service)) == 5

    assert len(counted) == 1
