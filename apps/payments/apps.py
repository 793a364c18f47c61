from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"

    def ready(self) -> None:
        """What can be paid for is known once Django has started."""
        from apps.payments import checks  # noqa: F401,PLC0415  # registers the check of the gateways' settings
        from config.payables import connect  # noqa: PLC0415  # imports the trades, whose models must be loaded first

        connect()
