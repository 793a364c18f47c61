"""People for tests of every app: ``UserFactory()`` is a customer, ``UserFactory(ceo=True)`` an owner, and so on."""

from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.core import clock

PASSWORD = "Harmattan-Breeze-7"
_hashes: dict[str, str] = {}


def _hashed(password: str) -> str:
    """One hash per password and process: hashing is slow on purpose."""
    return _hashes.setdefault(password, make_password(password))


class UserFactory(factory.django.DjangoModelFactory):
    """A verified person who can sign in by ``PASSWORD``. Traits: staff, employee, ceo, admin, ops, viewer, phone_only."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = factory.Sequence(lambda n: ("Ada", "Chidi", "Ngozi", "Tunde", "Amina", "Kofi", "Wanjiru")[n % 7])
    last_name = factory.Sequence(lambda n: f"Okafor {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    email_verified_at = factory.LazyFunction(clock.now)
    role = Role.CUSTOMER
    time_zone = "Africa/Lagos"
    password = factory.LazyFunction(lambda: _hashed(PASSWORD))

    class Params:
        staff = factory.Trait(role=Role.STAFF)
        employee = factory.Trait(role=Role.EMPLOYEE, is_staff=True)
        ceo = factory.Trait(role=Role.CEO, is_staff=True)
        admin = factory.Trait(role=Role.ADMIN, is_staff=True)
        ops = factory.Trait(role=Role.OPS, is_staff=True)
        viewer = factory.Trait(role=Role.VIEWER, is_staff=True)
        phone_only = factory.Trait(
            email=None,
            email_verified_at=None,
            phone=factory.Sequence(lambda n: f"+23480{n:08d}"),
            phone_verified_at=factory.LazyFunction(clock.now),
        )

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        """``password="words"`` is hashed; a hash stays."""
        password = kwargs.get("password")
        if password and "$" not in password:
            kwargs["password"] = _hashed(password)
        return super()._create(model_class, *args, **kwargs)
