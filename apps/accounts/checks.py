"""System checks of accounts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Only a sandbox may let its own people in without a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED and not settings.SANDBOX:
        return [Error("SECOND_FACTOR_REQUIRED is off outside a sandbox.", hint="Unset it.", id="guild.E010")]
    return []
