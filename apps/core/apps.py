from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Every app's sweeps and the project's subscriptions are known once Django has started."""
        autodiscover_modules("sweeps")
        from apps.core import checks, housekeeping  # noqa: F401,PLC0415  # register checks and core's own sweeps
        from apps.core.api import schema  # noqa: F401,PLC0415  # registers how tokens are described
        from config.subscriptions import connect  # noqa: PLC0415  # imports every app, which must be loaded first

        connect()
