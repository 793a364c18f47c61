from django.contrib.gis.db.models import PointField
from django.contrib.postgres.indexes import GistIndex
from django.db import models


class RankedPlace(models.Model):
    """Where a bookable business of a category lies; one row for each of its categories and each above those.

    Derived: triggers on the catalogue's tables keep it, so that the nearest of a category are read off one index.
    """

    business = models.ForeignKey("catalog.Business", on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey("catalog.Category", on_delete=models.CASCADE, related_name="+", db_index=False)
    location = PointField(geography=True, null=True, spatial_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "category"], name="ranked_place_once")]
        indexes = [GistIndex(fields=["category", "location"], name="ranked_place_nearest")]

    def __str__(self) -> str:
        return f"{self.business_id} in {self.category_id}"
