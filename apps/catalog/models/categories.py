from django.db import models

from apps.catalog.states import CategoryKind
from apps.core.models import BaseModel


class Category(BaseModel):
    """A node of the tree by which services or products are found."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=10, choices=CategoryKind.choices, default=CategoryKind.SERVICE)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    icon = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="category_not_its_own_parent")
        ]

    def __str__(self) -> str:
        return self.name
