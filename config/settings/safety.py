"""Every reason for which an environment must not serve real people's money, each naming the variable to set."""

from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet

DEVELOPMENT_FERNET_KEY = "ZGV2ZWxvcG1lbnQtb25seS1mZXJuZXQta2V5LTMyYnk="
GATEWAY_KEYS = {
    "Paystack": ("PAYSTACK_SECRET_KEY", "PAYSTACK_PUBLIC_KEY"),
    "Stripe": ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"),
}
SHORTEST_SECRET = 50


def refusals(given: Mapping[str, Any]) -> list[str]:
    """What is wrong with these settings; empty when production may start."""
    checks = {
        "SECRET_KEY is a default or shorter than 50 characters": _is_weak(given["SECRET_KEY"]),
        "JWT_SIGNING_KEY is a default or shorter than 50 characters": _is_weak(given["JWT_SIGNING_KEY"]),
        "DEBUG is on": given["DEBUG"],
        "SANDBOX is on: the time machine and the sandbox gateway must never run in production": given["SANDBOX"],
        "SANDBOX_GATEWAY_SECRET is set: nobody but the sandbox gateway uses it": given["SANDBOX_GATEWAY_SECRET"],
        "SECOND_FACTOR_REQUIRED is off": not given["SECOND_FACTOR_REQUIRED"],
        "THROTTLING is off": not given["THROTTLING"],
        "ALLOWED_HOSTS is empty or open to every host": not given["ALLOWED_HOSTS"] or "*" in given["ALLOWED_HOSTS"],
        "PUBLIC_BASE_URL does not begin with https://": not given["PUBLIC_BASE_URL"].startswith("https://"),
        "SECURE_SSL_REDIRECT is off": not given["SECURE_SSL_REDIRECT"],
        "CORS_ALLOWED_ORIGINS or CSRF_TRUSTED_ORIGINS names an origin without https://": not all(
            origin.startswith("https://") for origin in (*given["CORS_ALLOWED_ORIGINS"], *given["CSRF_TRUSTED_ORIGINS"])
        ),
        "FIELD_ENCRYPTION_KEYS is the development key": DEVELOPMENT_FERNET_KEY in given["FIELD_ENCRYPTION_KEYS"],
        "FIELD_ENCRYPTION_KEYS holds no key, or something that is none": not _are_keys(given["FIELD_ENCRYPTION_KEYS"]),
        "no payment gateway has its keys set": not any(given[keys[0]] for keys in GATEWAY_KEYS.values()),
    }
    return [reason for reason, holds in checks.items() if holds] + _half_set(given)


def _half_set(given: Mapping[str, Any]) -> list[str]:
    found = []
    for gateway, keys in GATEWAY_KEYS.items():
        missing = [name for name in keys if not given[name]]
        if missing and len(missing) < len(keys):
            found.append(f"{gateway} is half configured: {', '.join(missing)} not set")
    return found


def _is_weak(secret: str) -> bool:
    return "development" in secret or len(secret) < SHORTEST_SECRET


def _are_keys(keys: list[str]) -> bool:
    try:
        return bool([Fernet(key) for key in keys])
    except ValueError:
        return False
