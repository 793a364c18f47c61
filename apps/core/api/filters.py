"""Filters of lists that read what they are given as strictly as a body is read."""

from datetime import UTC
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField

from apps.core.api.fields import YEARS, YEARS_WORDS


class _MomentField(IsoDateTimeField):
    def clean(self, value: Any) -> Any:
        """The moment in UTC: the database knows no offset of sixteen hours and more."""
        moment = super().clean(value)
        if moment is None:
            return None
        if moment.year not in YEARS:
            raise ValidationError(YEARS_WORDS)
        return moment.astimezone(UTC)


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A moment with its offset, such as ``2026-11-20T10:00:00+01:00``."""

    field_class = _MomentField
