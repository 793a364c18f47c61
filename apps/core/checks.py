"""System checks of our own: what Django cannot know about this project."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def sandbox_never_in_production(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The time machine and the sandbox gateway are refused where real money is."""
    if settings.ENVIRONMENT == "production" and settings.SANDBOX:
        return [Error("SANDBOX is on in production.", hint="Unset SANDBOX.", id="guild.E001")]
    return []
