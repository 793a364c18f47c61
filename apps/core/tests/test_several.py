from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_the_commands_run_in_turn_with_their_options():
    said = StringIO()

    call_command("several", "check --tag models", "sync_schedules", stdout=said)

    assert said.getvalue().splitlines()[0].startswith("System check")
    assert "sweeps are scheduled" in said.getvalue()


def test_the_first_that_fails_ends_it():
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("several", "check --tag nothing-like-that", "sync_schedules", stdout=said)

    assert "sweeps are scheduled" not in said.getvalue()
