from apps.payments.models.audit import PaymentAudit
from apps.payments.models.chargeback import Chargeback
from apps.payments.models.method import SavedMethod
from apps.payments.models.payment import Payment, PaymentAllocation
from apps.payments.models.refund import Refund
from apps.payments.models.sandbox import SandboxCharge, SandboxDispute, SandboxHook, SandboxMove
from apps.payments.models.webhook import WebhookEvent

__all__ = [
    "Chargeback",
    "Payment",
    "PaymentAllocation",
    "PaymentAudit",
    "Refund",
    "SandboxCharge",
    "SandboxDispute",
    "SandboxHook",
    "SandboxMove",
    "SavedMethod",
    "WebhookEvent",
]
