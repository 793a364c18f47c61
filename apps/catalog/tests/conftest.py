import pytest

from apps.accounts.states import Role
from apps.catalog.tests import factories


def sign_in(client, user):
    """The person is in the back office, their second factor shown."""
    client.force_login(user, backend="apps.accounts.backends.EmailBackend")
    session = client.session
    session["second_factor"] = f"{user.pk}:{user.token_version}"
    session.save()


@pytest.fixture
def business():
    return factories.BusinessFactory()


@pytest.fixture
def people(business):
    """One person of every kind that meets a business."""
    return {
        "owner": business.owner,
        "employee": factories.MembershipFactory(business=business).user,
        "staff": factories.StaffMemberFactory(business=business).user,
        "other_ceo": factories.BusinessFactory().owner,
        "customer": factories.UserFactory(),
        "admin": factories.UserFactory(role=Role.ADMIN, is_staff=True),
        "ops": factories.UserFactory(role=Role.OPS, is_staff=True),
        "viewer": factories.UserFactory(role=Role.VIEWER, is_staff=True),
        "anonymous": None,
    }


@pytest.fixture
def admin_user():
    return factories.UserFactory(role=Role.ADMIN, is_staff=True)
