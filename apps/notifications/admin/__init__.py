from apps.notifications.admin.deliveries import DeliveryLogAdmin, NotificationAdmin, SuppressedAddressAdmin
from apps.notifications.admin.words import TemplateAdmin

__all__ = ["DeliveryLogAdmin", "NotificationAdmin", "SuppressedAddressAdmin", "TemplateAdmin"]
