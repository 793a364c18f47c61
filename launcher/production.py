"""An environment as production has it, made up for the length of a check."""

from __future__ import annotations

import secrets

from launcher.home import fernet_key


def environment() -> dict[str, str]:
    """Every variable that production insists on, with values nobody uses anywhere."""
    made_up = {
        name: secrets.token_urlsafe(24)
        for name in (
            "PAYSTACK_SECRET_KEY",
            "PAYSTACK_PUBLIC_KEY",
            "STRIPE_SECRET_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            "STRIPE_WEBHOOK_SECRET",
            "METRICS_TOKEN",
        )
    }
    return made_up | {
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "JWT_SIGNING_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": fernet_key(),
        "ALLOWED_HOSTS": "guild.example",
        "PUBLIC_BASE_URL": "https://guild.example",
        "CSRF_TRUSTED_ORIGINS": "https://guild.example",
        "DEBUG": "0",
        "SANDBOX": "0",
        "SANDBOX_GATEWAY_SECRET": "",
        "LOG_LEVEL": "WARNING",
    }
