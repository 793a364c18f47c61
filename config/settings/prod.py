"""Production: refuses to start rather than to run unsafely. Every refusal names the variable to set."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    ALLOWED_HOSTS,
    DEBUG,
    FIELD_ENCRYPTION_KEYS,
    JWT_SIGNING_KEY,
    PAYSTACK_PUBLIC_KEY,
    PAYSTACK_SECRET_KEY,
    PUBLIC_BASE_URL,
    SANDBOX,
    SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    env,
)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True


def _refusals() -> list[str]:
    """Every reason for which this environment must not serve real people's money."""
    halves = [
        ("Paystack", {"PAYSTACK_SECRET_KEY": PAYSTACK_SECRET_KEY, "PAYSTACK_PUBLIC_KEY": PAYSTACK_PUBLIC_KEY}),
        (
            "Stripe",
            {
                "STRIPE_SECRET_KEY": STRIPE_SECRET_KEY,
                "STRIPE_PUBLISHABLE_KEY": STRIPE_PUBLISHABLE_KEY,
                "STRIPE_WEBHOOK_SECRET": STRIPE_WEBHOOK_SECRET,
            },
        ),
    ]
    checks = {
        "SECRET_KEY is a default or shorter than 50 characters": "development" in SECRET_KEY or len(SECRET_KEY) < 50,
        "JWT_SIGNING_KEY is a default or shorter than 50 characters": "development" in JWT_SIGNING_KEY
        or len(JWT_SIGNING_KEY) < 50,
        "DEBUG is on": DEBUG,
        "SANDBOX is on: the time machine and the sandbox gateway must never run in production": SANDBOX,
        "ALLOWED_HOSTS is empty or open to every host": not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS,
        "PUBLIC_BASE_URL does not begin with https://": not PUBLIC_BASE_URL.startswith("https://"),
        "SECURE_SSL_REDIRECT is off": not SECURE_SSL_REDIRECT,
        "FIELD_ENCRYPTION_KEYS is the development key": any(
            key == "ZGV2ZWxvcG1lbnQtb25seS1mZXJuZXQta2V5LTMyYnk=" for key in FIELD_ENCRYPTION_KEYS
        ),
        "no payment gateway has its keys set": not (PAYSTACK_SECRET_KEY or STRIPE_SECRET_KEY),
    }
    found = [reason for reason, holds in checks.items() if holds]
    for gateway, keys in halves:
        missing = [name for name, value in keys.items() if not value]
        if missing and len(missing) < len(keys):
            found.append(f"{gateway} is half configured: {', '.join(missing)} not set")
    return found


if _reasons := _refusals():
    raise ImproperlyConfigured("Production refuses to start:\n- " + "\n- ".join(_reasons))
