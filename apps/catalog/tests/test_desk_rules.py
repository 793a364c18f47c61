import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts import rules as accounts
from apps.availability import rules as availability
from apps.catalog import rules
from apps.catalog.tests.factories import BusinessFactory, StaffMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_who_works_at_a_desk_and_who_performs():
    staff = StaffMemberFactory()
    business, stranger = staff.business, UserFactory()

    assert rules.works_at_desk(business.owner, business)
    assert not rules.works_at_desk(AnonymousUser(), business)
    assert rules.performs_for(staff.user, business)
    assert not rules.performs_for(stranger, business)
    assert not rules.performs_for(AnonymousUser(), business)


def test_whose_hours_somebody_keeps():
    staff = StaffMemberFactory()
    business, stranger, ops = staff.business, UserFactory(), UserFactory(role="OPS")

    assert availability.manages(business.owner, business.pk)
    assert not availability.manages(BusinessFactory().owner, business.pk)
    assert list(availability.kept_people(staff.user)) == [staff]
    assert staff in availability.kept_people(ops)
    assert availability.works_at(ops, business.pk)
    assert availability.works_at(staff.user, business.pk)
    assert not availability.works_at(stranger, business.pk)


def test_administrators_manage_people():
    assert accounts.may_manage_people(UserFactory(role="ADMIN"))
    assert not accounts.may_manage_people(UserFactory(role="OPS"))
    assert not accounts.may_manage_people(AnonymousUser())
