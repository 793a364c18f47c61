"""Kinds about a person's account."""

from datetime import UTC, datetime, timedelta

from apps.notifications.kinds.registry import Kind, moment, number, register, text, url
from apps.notifications.states import Category, Channel, Priority

_MOMENT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

VERIFICATION = register(
    Kind(
        name="verification",
        label="Confirm your e-mail address",
        on_dashboard=False,
        essential=True,
        priority=Priority.HIGH,
        useful_for=timedelta(days=3),
        variables={
            "verify_url": url("https://guild.example/verify/abc", secret=True),
            "expires_at": moment(_MOMENT),
        },
    )
)
PASSWORD_RESET = register(
    Kind(
        name="password_reset",
        label="Choose a new password",
        category=Category.SAFETY,
        on_dashboard=False,
        essential=True,
        priority=Priority.HIGH,
        useful_for=timedelta(hours=1),
        variables={
            "reset_url": url("https://guild.example/reset/abc", secret=True),
            "expires_at": moment(_MOMENT),
        },
    )
)
PASSWORD_CHANGED = register(
    Kind(
        name="password_changed",
        label="Your password was changed",
        category=Category.SAFETY,
        essential=True,
        priority=Priority.HIGH,
        variables={"changed_at": moment(_MOMENT)},
    )
)
WELCOME = register(Kind(name="welcome", label="Welcome"))
ONE_TIME_CODE = register(
    Kind(
        name="one_time_code",
        label="One-time code",
        category=Category.SAFETY,
        channels=(Channel.SMS,),
        on_dashboard=False,
        essential=True,
        priority=Priority.URGENT,
        useful_for=timedelta(minutes=5),
        variables={"code": text("482913", secret=True), "minutes": number(5)},
    )
)
SIGN_IN_LOCKOUT = register(
    Kind(
        name="sign_in_lockout",
        label="Sign-in was blocked for a while",
        category=Category.SAFETY,
        essential=True,
        priority=Priority.HIGH,
        variables={
            "locked_until": moment(_MOMENT),
            "ip_address": text("102.89.0.1", required=False),
        },
    )
)
SECOND_FACTOR_CHANGED = register(
    Kind(
        name="second_factor_changed",
        label="Your second factor was changed",
        category=Category.SAFETY,
        essential=True,
        priority=Priority.HIGH,
        variables={"change": text("switched on"), "changed_at": moment(_MOMENT)},
    )
)
SIGN_IN_ENDED = register(
    Kind(
        name="sign_in_ended",
        label="We signed one of your devices out",
        category=Category.SAFETY,
        essential=True,
        priority=Priority.HIGH,
        variables={"ended_at": moment(_MOMENT)},
    )
)
API_KEY_CREATED = register(
    Kind(
        name="api_key_created",
        label="An API key was created",
        category=Category.SAFETY,
        essential=True,
        variables={"created_at": moment(_MOMENT)},
    )
)
