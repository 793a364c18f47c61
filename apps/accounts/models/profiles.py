from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.db import models

from apps.core.models import BaseModel


class Profile(BaseModel):
    """What every person shows of themselves, whatever the role; time zone and language stand on the user."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="profile")
    avatar = models.URLField(max_length=500, blank=True)
    bio = models.TextField(max_length=2000, blank=True)
    location = PointField(geography=True, null=True, blank=True)
    location_name = models.CharField(max_length=120, blank=True)
    preferences = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"profile of {self.user_id}"


class OpsProfile(BaseModel):
    """What the marketplace keeps about its own people."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ops_profile")
    department = models.CharField(max_length=80, blank=True)
    hired_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.department or "—"
