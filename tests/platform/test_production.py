"""What production will not start with."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from config.settings.safety import DEVELOPMENT_FERNET_KEY, refusals
from launcher import production
from launcher.home import REPOSITORY

SAFE = {
    "SECRET_KEY": "k" * 64,
    "JWT_SIGNING_KEY": "j" * 64,
    "DEBUG": False,
    "SANDBOX": False,
    "SANDBOX_GATEWAY_SECRET": "",
    "SECOND_FACTOR_REQUIRED": True,
    "THROTTLING": True,
    "ALLOWED_HOSTS": ["guild.example"],
    "PUBLIC_BASE_URL": "https://guild.example",
    "SECURE_SSL_REDIRECT": True,
    "CORS_ALLOWED_ORIGINS": ["https://app.guild.example"],
    "CSRF_TRUSTED_ORIGINS": ["https://guild.example"],
    "FIELD_ENCRYPTION_KEYS": [Fernet.generate_key().decode()],
    "PAYSTACK_SECRET_KEY": "sk",
    "PAYSTACK_PUBLIC_KEY": "pk",
    "STRIPE_SECRET_KEY": "",
    "STRIPE_PUBLISHABLE_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
}


def test_a_safe_environment_may_start():
    assert refusals(SAFE) == []


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"SECRET_KEY": "development-only-secret-key-development-only-and-longer"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"JWT_SIGNING_KEY": "short"}, "JWT_SIGNING_KEY"),
        ({"DEBUG": True}, "DEBUG"),
        ({"SANDBOX": True}, "SANDBOX"),
        ({"SANDBOX_GATEWAY_SECRET": "x"}, "SANDBOX_GATEWAY_SECRET"),
        ({"SECOND_FACTOR_REQUIRED": False}, "SECOND_FACTOR_REQUIRED"),
        ({"THROTTLING": False}, "THROTTLING"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"PUBLIC_BASE_URL": "http://guild.example"}, "PUBLIC_BASE_URL"),
        ({"SECURE_SSL_REDIRECT": False}, "SECURE_SSL_REDIRECT"),
        ({"CORS_ALLOWED_ORIGINS": ["http://app.guild.example"]}, "CORS_ALLOWED_ORIGINS"),
        ({"CSRF_TRUSTED_ORIGINS": ["http://guild.example"]}, "CSRF_TRUSTED_ORIGINS"),
        ({"FIELD_ENCRYPTION_KEYS": [DEVELOPMENT_FERNET_KEY]}, "FIELD_ENCRYPTION_KEYS"),
        ({"FIELD_ENCRYPTION_KEYS": ["not a key"]}, "FIELD_ENCRYPTION_KEYS"),
        ({"FIELD_ENCRYPTION_KEYS": []}, "FIELD_ENCRYPTION_KEYS"),
        ({"PAYSTACK_SECRET_KEY": "", "PAYSTACK_PUBLIC_KEY": ""}, "no payment gateway"),
        ({"PAYSTACK_PUBLIC_KEY": ""}, "PAYSTACK_PUBLIC_KEY"),
        ({"STRIPE_SECRET_KEY": "sk", "STRIPE_PUBLISHABLE_KEY": "pk"}, "STRIPE_WEBHOOK_SECRET"),
    ],
)
def test_each_unsafe_setting_is_refused_by_name(change, variable):
    reasons = refusals({**SAFE, **change})

    assert len(reasons) == 1
    assert variable in reasons[0]


@pytest.mark.parametrize(("sandbox", "starts"), [("0", True), ("1", False)])
def test_the_server_itself_asks(sandbox, starts):
    addresses = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "PATH", "HOME") if name in os.environ}
    environment = {**production.environment(), **addresses, "SANDBOX": sandbox, "PYTHONPATH": str(REPOSITORY)}

    done = subprocess.run(
        [sys.executable, "-c", "import config.settings.prod"], env=environment, cwd=REPOSITORY, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert (done.returncode == 0) is starts, done.stderr
    assert ("SANDBOX is on" in done.stderr) is not starts
