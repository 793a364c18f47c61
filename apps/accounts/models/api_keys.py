from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.fields import user_foreign_key
from apps.core.models import BaseModel, BaseQuerySet


class ApiKeyQuerySet(BaseQuerySet):
    def live(self) -> "ApiKeyQuerySet":
        """Keys that have not been revoked."""
        return self.filter(revoked_at__isnull=True)


class ApiKey(BaseModel):
    """A machine client's key: a digest of it, what it may do, and the first characters by which its owner knows it."""

    user = user_foreign_key()
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=48))
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="api_key_has_scopes"),
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="api_key_newest")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
