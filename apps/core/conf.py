"""The marketplace's own numbers, read where they are needed so that a test or ops can change one."""

from datetime import timedelta
from typing import Any

from django.conf import settings


def timer(name: str) -> timedelta:
    """The length of the timer ``name``; the table of defaults is in ``config/settings/guild.py``."""
    length: timedelta = settings.GUILD["TIMERS"][name]
    return length


def setting(name: str) -> Any:
    """The value of one of the marketplace's own settings."""
    return settings.GUILD[name]
