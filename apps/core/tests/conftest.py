import pytest

from apps.accounts.models import User
from apps.accounts.states import Role


@pytest.fixture
def admin_user(db):
    return User.objects.create_user(email="admin@guild.example", role=Role.ADMIN, is_staff=True)


@pytest.fixture
def customer(db):
    return User.objects.create_user(email="ada@guild.example")
