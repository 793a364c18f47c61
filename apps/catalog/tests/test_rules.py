import pytest

from apps.catalog import queries, rules
from apps.catalog.tests import factories

pytestmark = pytest.mark.django_db


def test_the_factories_make_rows_that_the_rules_agree_with(now):
    staff = factories.StaffMemberFactory()
    service = factories.ServiceFactory(business=staff.business, performers=[staff])
    factories.ProductFactory(business=staff.business)

    assert rules.may_be_booked(staff.business, now)
    assert rules.may_manage_business(staff.business.owner, staff.business)
    assert not rules.may_run_desk(staff.user, staff.business)
    assert list(queries.performers_of(service)) == [staff]
    assert queries.owned_business_ids(staff.business.owner) == [staff.business_id]
