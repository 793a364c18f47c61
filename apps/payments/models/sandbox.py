"""What the sandbox gateway remembers. It is a gateway of its own: nothing here is read by the payment desk."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from apps.core.models import BaseModel


class SandboxCharge(BaseModel):
    """A charge at the sandbox gateway, as its hosted page shows it."""

    reference = models.CharField(max_length=40, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20, default="OPEN")
    method = models.CharField(max_length=20)
    description = models.CharField(max_length=300, blank=True, default="")
    customer_email = models.CharField(max_length=254, blank=True, default="")
    return_url = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True)
    paid_minor = models.BigIntegerField(default=0)
    paid_currency = models.CharField(max_length=3, blank=True, default="")
    fee_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    saves_method = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(refunded_minor__lte=F("paid_minor")), name="sandbox_never_refunds_more_than_paid"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class SandboxMove(BaseModel):
    """A refund or an outgoing transfer at the sandbox gateway."""

    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=160, unique=True)
    charge = models.ForeignKey(SandboxCharge, null=True, on_delete=models.PROTECT, related_name="moves")
    recipient = models.CharField(max_length=120, blank=True, default="")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class SandboxDispute(BaseModel):
    """A customer's bank asks the sandbox gateway for money back, and has it at once, as with Stripe."""

    charge = models.ForeignKey(SandboxCharge, on_delete=models.PROTECT, related_name="disputes")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=100)
    taken_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    respond_by = models.DateTimeField()
    evidence = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(amount_minor__gt=0, taken_minor__gte=0, taken_minor__lte=F("amount_minor")),
                name="sandbox_never_takes_more_than_disputed",
            )
        ]

    def __str__(self) -> str:
        return f"dispute of {self.amount_minor} {self.currency}"


class SandboxHook(BaseModel):
    """A web hook of the sandbox gateway: what it says, and how often it was delivered."""

    event_id = models.CharField(max_length=60, unique=True)
    event_type = models.CharField(max_length=40)
    payload = models.JSONField()
    is_badly_signed = models.BooleanField(default=False)
    deliveries = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"
