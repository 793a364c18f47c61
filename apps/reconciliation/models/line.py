"""The gateway's own statement, as it was read."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Index, UniqueConstraint

from apps.core.fields import MinorUnitsField
from apps.core.ids import new_id
from apps.core.models import BaseQuerySet
from apps.payments.gateways.values import GatewayRecord, RecordKind

SAID = (
    "gateway_id", "reference", "charge_reference", "charge_id", "settlement", "amount_minor", "fee_minor", "net_minor",
    "currency",
)  # fmt: skip


class LineQuerySet(BaseQuerySet):
    def of(self, gateway: str, kind: str) -> Self:
        """One list of one gateway, the oldest first."""
        return self.filter(gateway=gateway, kind=kind).order_by("made_at", "pk")


class GatewayLine(models.Model):
    """One line of one of a gateway's lists, once, however often and on whatever page it was read; the latest reading."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in RecordKind])
    line_id = models.CharField(max_length=160)
    gateway_id = models.CharField(max_length=160, blank=True, default="")
    reference = models.CharField(max_length=160, blank=True, default="")
    charge_reference = models.CharField(max_length=160, blank=True, default="")
    charge_id = models.CharField(max_length=160, blank=True, default="")
    settlement = models.CharField(max_length=160, blank=True, default="")
    status = models.CharField(max_length=12)
    amount_minor = MinorUnitsField()
    fee_minor = MinorUnitsField()
    net_minor = MinorUnitsField(null=True)
    currency = models.CharField(max_length=3)  # of a gateway, which may hold more of them than we trade in
    made_at = models.DateTimeField()
    read_at = models.DateTimeField()

    objects: Any = LineQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["gateway", "kind", "line_id"], name="line_once")]
        indexes = [
            Index(fields=["gateway", "kind", "made_at", "id"], name="line_by_time"),
            Index(fields=["reference"], name="line_by_reference"),
            Index(fields=["gateway_id"], name="line_by_gateway_id"),
            Index(fields=["settlement"], condition=~models.Q(settlement=""), name="line_by_settlement"),
        ]
        triggers = [
            pgtrigger.Protect(name="line_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="line_identity", fields=["id", "gateway", "kind", "line_id"]),
        ]

    @classmethod
    def read_from(cls, gateway: str, record: GatewayRecord) -> "GatewayLine":
        """The line as the gateway tells it, not stored."""
        said = {name: getattr(record, name) for name in SAID}
        return cls(
            gateway=gateway,
            kind=record.kind.value,
            line_id=(record.line_id or record.gateway_id)[:160],
            status=record.status if record.status in {"SUCCEEDED", "PENDING"} else "FAILED",
            made_at=record.created_at,
            **said,
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference or self.line_id}"
