from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.core.api import permissions

ROLES = ("CUSTOMER", "STAFF", "EMPLOYEE", "CEO", "ADMIN", "OPS", "VIEWER")


def asked(role, method="POST"):
    user = SimpleNamespace(is_authenticated=True, role=role, pk=role) if role else AnonymousUser()
    return SimpleNamespace(user=user, method=method)


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        (permissions.IsAdmin, {"ADMIN"}),
        (permissions.IsOps, {"ADMIN", "OPS"}),
        (permissions.IsOpsReader, {"ADMIN", "OPS"}),
        (permissions.IsCustomer, {"CUSTOMER"}),
        (permissions.IsStaff, {"STAFF", "CEO"}),
        (permissions.IsCEO, {"CEO"}),
        (permissions.IsBusinessMember, {"STAFF", "EMPLOYEE", "CEO"}),
    ],
)
def test_who_may_act(permission, allowed):
    assert {role for role in ROLES if permission().has_permission(asked(role), None)} == allowed
    assert not permission().has_permission(asked(None), None)


def test_viewers_read():
    may = permissions.IsOpsReader().has_permission
    assert {role for role in ROLES if may(asked(role, "GET"), None)} == {"ADMIN", "OPS", "VIEWER"}


def test_an_objects_owner_changes_it_and_everybody_reads_it():
    may = permissions.IsOwnerOrReadOnly().has_object_permission
    owned, personal = SimpleNamespace(owner_id="CEO"), SimpleNamespace(user_id="CUSTOMER")

    assert may(asked("CEO"), None, owned)
    assert may(asked("CUSTOMER"), None, personal)
    assert not may(asked("STAFF"), None, owned)
    assert may(asked("STAFF", "GET"), None, owned)
    assert not may(asked(None), None, owned)
