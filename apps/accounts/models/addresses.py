from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.accounts.states import PointSource
from apps.core.fields import user_foreign_key
from apps.core.models import SoftDeleteModel


class Address(SoftDeleteModel):
    """A saved address, normalised; reused as pick-up and drop-off. A person with addresses has exactly one default."""

    user = user_foreign_key()
    label = models.CharField(max_length=40)
    lines = ArrayField(models.CharField(max_length=120), size=3)
    landmark = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    point = PointField(geography=True, null=True, blank=True)
    point_source = models.CharField(max_length=8, choices=PointSource.choices, default=PointSource.NONE)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True, is_deleted=False),
                name="address_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(point__isnull=True, point_source=PointSource.NONE)
                | models.Q(point__isnull=False, point_source__in=[PointSource.GEOCODED, PointSource.PIN]),
                name="address_point_has_source",
            ),
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="address_country_code"),
            models.CheckConstraint(condition=models.Q(lines__len__gt=0), name="address_has_lines"),
        ]
        indexes = [models.Index(fields=["user", "created_at"], name="address_of_user")]

    def __str__(self) -> str:
        return f"{self.label}: {', '.join([*self.lines, self.city, self.country])}"
