"""Which gateway serves what, made once from the settings."""

from functools import lru_cache

from django.conf import settings
from django.core.signals import setting_changed

from apps.payments.gateways.base import Gateway
from apps.payments.gateways.network import HttpLimits

SANDBOX_NAME = "sandbox"


class NoSuchGateway(LookupError):
    """The gateway is not known, or its keys are not set here."""


def gateway_for(currency: str, preferred: str = "") -> Gateway:
    """The gateway that takes money in ``currency``: by the table in the settings, or the sandbox where it has no keys.

    A preferred gateway is used where it takes that currency. Raises: NoSuchGateway.
    """
    table: dict[str, str] = settings.GATEWAY_BY_CURRENCY
    name = table.get(currency, table["*"])
    if preferred and preferred not in {name, table["*"], SANDBOX_NAME}:
        raise NoSuchGateway(preferred)
    return gateway(_usable(preferred or name))


def configured() -> list[str]:
    """The names of the gateways whose keys are set here."""
    names = [name for name in ("paystack", "stripe") if _has_keys(name)]
    return [*names, SANDBOX_NAME] if settings.SANDBOX else names


def _usable(name: str) -> str:
    return SANDBOX_NAME if settings.SANDBOX and name in {"stripe", "paystack"} and not _has_keys(name) else name


def _has_keys(name: str) -> bool:
    return bool({"stripe": settings.STRIPE_SECRET_KEY, "paystack": settings.PAYSTACK_SECRET_KEY}.get(name))


@lru_cache(maxsize=8)
def gateway(name: str) -> Gateway:
    """The gateway of that name, with one circuit breaker for the whole process. Raises: NoSuchGateway."""
    limits = HttpLimits(read_s=settings.GATEWAY_TIMEOUT_S)
    if name == "stripe" and _has_keys(name):
        from apps.payments.gateways.stripe import StripeGateway, StripeSettings  # noqa: PLC0415  # only where used

        return StripeGateway(
            StripeSettings(
                secret_key=settings.STRIPE_SECRET_KEY,
                webhook_secrets=_several(settings.STRIPE_WEBHOOK_SECRET),
                base_url=settings.STRIPE_BASE_URL,
                limits=limits,
            )
        )
    if name == "paystack" and _has_keys(name):
        from apps.payments.gateways.paystack import PaystackGateway, PaystackSettings  # noqa: PLC0415  # only where used

        return PaystackGateway(
            PaystackSettings(
                secret_key=settings.PAYSTACK_SECRET_KEY,
                webhook_secrets=_several(settings.PAYSTACK_WEBHOOK_SECRET),
                base_url=settings.PAYSTACK_BASE_URL,
                limits=limits,
            )
        )
    if name == SANDBOX_NAME and settings.SANDBOX:
        from apps.payments.sandbox.gateway import SandboxGateway  # noqa: PLC0415  # never in production

        return SandboxGateway(secret=settings.SANDBOX_GATEWAY_SECRET)
    raise NoSuchGateway(name)


def _several(secrets: str) -> tuple[str, ...]:
    return tuple(secret.strip() for secret in secrets.split(",") if secret.strip())


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting.startswith(("STRIPE_", "PAYSTACK_", "SANDBOX", "GATEWAY_")):
        gateway.cache_clear()


setting_changed.connect(_forget)
