"""Model fields shared by all apps."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.lookups import Exact

from apps.core import encryption
from apps.core.money import CURRENCIES


class CurrencyField(models.CharField):
    """An ISO 4217 code that the marketplace trades in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        kwargs["choices"] = [(code, code) for code in CURRENCIES]
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)  # a new currency needs no migration
        kwargs.pop("max_length", None)
        return name, path, args, kwargs


class MinorUnitsField(models.BigIntegerField):
    """Whole minor units of the currency that stands beside it."""


class EncryptedTextField(models.TextField):
    """Text that is ciphertext in the database and in every backup; keys rotate by ``FIELD_ENCRYPTION_KEYS``."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else encryption.encrypt(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value in (None, "") else encryption.decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "exact":
            return IsEmpty
        if lookup_name != "isnull":
            raise ImproperlyConfigured(UNSEARCHABLE)
        return super().get_lookup(lookup_name)


UNSEARCHABLE = "Encrypted text cannot be searched; keep a keyed digest beside it."


class IsEmpty(Exact):  # type: ignore[type-arg]  # Django's lookups are not generic at run time
    """Whether there is no text at all: the one thing that can be asked of ciphertext."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs not in ("", None):
            raise ImproperlyConfigured(UNSEARCHABLE)
        super().__init__(lhs, rhs)


def user_foreign_key(**kwargs: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key to the user model that never deletes what refers to a person."""
    kwargs.setdefault("on_delete", models.PROTECT)
    kwargs.setdefault("related_name", "+")
    return models.ForeignKey(settings.AUTH_USER_MODEL, **kwargs)
