"""Two calls at once, and what a killed one has left: each ends well or says what to do."""

import contextlib
import threading
from argparse import Namespace

import pytest

from launcher import instance, servers, variables, workspace
from launcher.commands import demo, summary, up
from launcher.errors import LauncherError
from launcher.home import Home

PATIENCE_S = 30


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def in_background(call):
    """The thread that makes the call, and a list in which its answer will be."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    return thread, answers


def test_up_forgets_what_a_killed_supervisor_said_last(home, monkeypatch):
    home.write(instance.STATE, {"pid": 1, "phase": "ready"})
    known = []
    monkeypatch.setattr(up, "run", lambda home, _given: known.append(instance.state(home)) or 0)

    assert up.up(home, Namespace(detach=False)) == 0
    assert known == [{}]


def test_second_up_waits_until_the_first_is_ready(home, monkeypatch, capsys):
    monkeypatch.setattr(summary, "show", lambda _home: None)
    held = home.lock(instance.LOCK)
    home.write(instance.STATE, {"pid": 1, "phase": "starting"})
    thread, answers = in_background(lambda: up.up(home, Namespace(detach=False)))
    assert answers == []

    home.write(instance.STATE, {"pid": 1, "phase": "ready"})
    thread.join(PATIENCE_S)
    held.close()

    assert answers == [0]
    assert "Already running." in capsys.readouterr().out


def test_second_up_takes_over_where_the_first_could_not_start(home, monkeypatch):
    monkeypatch.setattr(up, "run", lambda _home, _given: 7)
    held = home.lock(instance.LOCK)
    home.write(instance.STATE, {"pid": 1, "phase": "starting"})
    thread, answers = in_background(lambda: up.up(home, Namespace(detach=False)))

    held.close()
    thread.join(PATIENCE_S)

    assert answers == [7]


def test_up_beside_a_command_that_has_the_servers_says_so(home, monkeypatch):
    monkeypatch.setattr(up, "TELLS_SECONDS", 0.2)

    with home.lock(instance.LOCK), pytest.raises(LauncherError, match="servers") as refused:
        up.up(home, Namespace(detach=False))

    assert refused.value.hint == "Wait for it to end."


def test_command_waits_for_another_that_has_started_the_servers(home, monkeypatch):
    began = []

    @contextlib.contextmanager
    def started(_home, name, *, durable):
        began.append((name, durable))
        yield {"DATABASE_URL": "postgis://x"}

    monkeypatch.setattr(servers, "started", started)
    monkeypatch.setattr(variables, "for_django", lambda _home: {})

    def address():
        with workspace.of_instance(home) as environment:
            return environment["DATABASE_URL"]

    held = home.lock(instance.LOCK)
    thread, answers = in_background(address)
    thread.join(0.3)
    assert (began, answers) == ([], [])
    held.close()
    thread.join(PATIENCE_S)

    assert (began, answers) == ([("main", True)], ["postgis://x"])


def test_two_demos_do_not_move_one_clock(home):
    home.write(instance.STATE, {"pid": 1, "phase": "ready", "public_base_url": "http://127.0.0.1:1"})

    with home.lock(instance.LOCK), home.lock("demo"), pytest.raises(LauncherError, match="clock"):
        demo.demo(home, Namespace(rest=[]))
