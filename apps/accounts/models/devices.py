from django.db import models

from apps.accounts.states import DeviceKind
from apps.core.fields import EncryptedTextField, user_foreign_key
from apps.core.models import BaseModel


class PushDevice(BaseModel):
    """A phone or browser that takes pushed messages. One device belongs to whoever registered it last."""

    user = user_foreign_key()
    kind = models.CharField(max_length=10, choices=DeviceKind.choices)
    name = models.CharField(max_length=80, blank=True)
    # The FCM registration token, or the web-push endpoint: whoever holds it can address the device.
    address = EncryptedTextField()
    address_digest = models.CharField(max_length=64, unique=True)
    web_push_key = models.CharField(max_length=120, blank=True, help_text="The browser's p256dh key.")
    web_push_secret = EncryptedTextField(blank=True, help_text="The browser's auth secret.")
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=DeviceKind.FCM)
                | (models.Q(kind=DeviceKind.WEB_PUSH) & ~models.Q(web_push_key="") & ~models.Q(web_push_secret="")),
                name="push_device_web_push_has_keys",
            ),
        ]
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="push_device_of_user")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()
