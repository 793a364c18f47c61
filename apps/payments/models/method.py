"""Ways to pay that a customer has saved. The gateway keeps the card; we keep its token."""

from typing import Any, Self

from django.db import models
from django.db.models import Q, UniqueConstraint

from apps.core.fields import EncryptedTextField, user_foreign_key
from apps.core.models import SoftDeleteManager, SoftDeleteModel
from apps.core.models.base import BaseQuerySet


class SavedMethodQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Only ever one's own."""
        return self.filter(owner_id=user.pk)


class SavedMethod(SoftDeleteModel):
    """One saved card or account of one customer at one gateway."""

    owner = user_foreign_key()
    gateway = models.CharField(max_length=20)
    token = EncryptedTextField()
    token_digest = models.CharField(max_length=64, help_text="Tells whether two tokens are the same.")
    customer_gateway_id = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=20)
    brand = models.CharField(max_length=40, blank=True, default="")
    last4 = models.CharField(max_length=4, blank=True, default="")
    expiry_month = models.PositiveSmallIntegerField(null=True, blank=True)
    expiry_year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_default = models.BooleanField(default=False)

    objects = SoftDeleteManager.from_queryset(SavedMethodQuerySet)()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["owner", "gateway", "token_digest"], condition=Q(is_deleted=False), name="method_saved_once"
            ),
            UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True, is_deleted=False), name="method_one_default_each"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-is_default", "-created_at"], name="method_of_owner")]

    def __str__(self) -> str:
        return f"{self.brand or self.kind} •••• {self.last4}"
