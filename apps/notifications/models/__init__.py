from apps.notifications.models.deliveries import DeliveryLog
from apps.notifications.models.notifications import Notification
from apps.notifications.models.wishes import Preference, SuppressedAddress
from apps.notifications.models.words import Template

__all__ = ["DeliveryLog", "Notification", "Preference", "SuppressedAddress", "Template"]
