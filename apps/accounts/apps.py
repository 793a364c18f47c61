from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        """The schema and the checks know what accounts add."""
        from apps.accounts import checks  # noqa: F401,PLC0415  # registers the checks
        from apps.accounts.api import schema  # noqa: F401,PLC0415  # registers how keys are described
