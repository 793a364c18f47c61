from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        """The mail provider's reports are heard."""
        from anymail.signals import tracking  # noqa: PLC0415  # Anymail's own way of handing a report over

        from apps.notifications.provider_reports import hear_report  # noqa: PLC0415  # needs models

        tracking.connect(hear_report, dispatch_uid="notifications.provider_reports")
