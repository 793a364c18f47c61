"""What must hold about the gateways' settings before anything starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

KNOWN = {"paystack", "stripe", "sandbox"}


@register()
def check_gateways(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The table of gateways names known ones and has a rule for every currency; the sandbox has a secret of its own."""
    problems: list[CheckMessage] = []
    unknown = set(settings.GATEWAY_BY_CURRENCY.values()) - KNOWN
    if unknown:
        problems.append(Error(f"GATEWAY_BY_CURRENCY names unknown gateways: {sorted(unknown)}", id="payments.E001"))
    if "*" not in settings.GATEWAY_BY_CURRENCY:
        problems.append(Error("GATEWAY_BY_CURRENCY has no rule for other currencies (*)", id="payments.E002"))
    if settings.SANDBOX and not settings.SANDBOX_GATEWAY_SECRET:
        problems.append(Error("SANDBOX is on and SANDBOX_GATEWAY_SECRET is not set", id="payments.E003"))
    return problems
