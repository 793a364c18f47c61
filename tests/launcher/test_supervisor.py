import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import processes
from launcher.errors import LauncherError
from launcher.supervisor import Child, Supervisor

WAITS = [sys.executable, "-c", "import signal; signal.pause()"]


def waiting(tmp_path, name="waiting"):
    return Child(name, lambda: processes.start(WAITS, env=os.environ, log=tmp_path / "log"))


def watch_until(supervisor, condition):
    for _ in range(10_000):
        if condition():
            return
        supervisor.look()
        signal.sigtimedwait([], 0.01)
    pytest.fail("it never came true")


def test_child_that_dies_is_started_again_after_a_growing_pause(tmp_path):
    supervisor = Supervisor()
    child = waiting(tmp_path)
    supervisor.add(child)
    first = child.process

    first.kill()
    first.wait()
    watch_until(supervisor, lambda: child.process not in {None, first})

    assert (child.restarts, child.failures) == (1, 1)
    second = child.process
    second.kill()
    second.wait()
    supervisor.look()
    assert child.failures == 2
    assert child.again_at > child.started_at
    supervisor.stop()


def test_child_that_does_not_stay_up_is_told_with_the_end_of_its_log(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", "print('no such setting')"]
    child = Child("worker", lambda: processes.start(command, env=os.environ, log=log), subprocess.Popen.wait, log=log)

    with pytest.raises(LauncherError, match="worker did not stay up") as refused:
        Supervisor().add(child)

    assert refused.value.log_tail == "no such setting"


def test_stop_leaves_nothing(tmp_path):
    supervisor = Supervisor()
    supervisor.add(waiting(tmp_path, "one"), waiting(tmp_path, "two"))
    pids = [child.process.pid for child in supervisor.children]

    supervisor.stop()

    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_children_of_a_child_go_with_it(tmp_path):
    log = tmp_path / "log"
    script = "import subprocess, sys, signal; print(subprocess.Popen(['sleep', '600']).pid, flush=True); signal.pause()"
    process = processes.start([sys.executable, "-c", script], env=os.environ, log=log)
    while not log.read_text().endswith("\n"):
        signal.sigtimedwait([], 0.01)

    processes.stop(process)

    assert goes(int(log.read_text()))


def test_child_dies_with_a_parent_that_is_killed(tmp_path):
    script = (
        "import os, pathlib, signal; from launcher import processes;"
        f"child = processes.start({WAITS!r}, env=os.environ, log=pathlib.Path({str(tmp_path / 'log')!r}));"
        "print(child.pid, flush=True); signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert goes(child)


def test_sweep_ends_what_carries_the_mark_and_nothing_else(tmp_path):
    ours = processes.start(WAITS, env=os.environ | {processes.MARK: f"trial-{os.getpid()}"}, log=tmp_path / "log")
    other = processes.start(WAITS, env=os.environ, log=tmp_path / "log")

    assert processes.sweep(f"trial-{os.getpid()}") == 1

    assert ours.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    processes.stop(other)


def goes(pid: int) -> bool:
    """Whether the process is gone within ten seconds."""
    for _ in range(1000):
        if is_gone(pid):
            return True
        signal.sigtimedwait([], 0.01)
    return False


def is_gone(pid: int) -> bool:
    """Whether the process has ended, be it not yet collected by whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
