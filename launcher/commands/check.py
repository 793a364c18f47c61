"""`./guild check`: everything about the code that can be known without running its tests."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from launcher import console, production, workspace
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and the command that finds out."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    advice: str = ""


@dataclass(frozen=True)
class Result:
    """How a check ended."""

    check: Check
    status: int
    output: str
    seconds: float


def checks() -> list[Check]:
    """All of them, the slowest first."""
    manage = ("python", "manage.py")
    return [
        Check("types", ("mypy",)),
        Check("schema", (*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
        Check("deploy", (*manage, "check", "--deploy", "--fail-level", "WARNING"), production.environment()),
        Check(
            "migrations",
            (*manage, "makemigrations", "--check", "--dry-run"),
            advice="./guild manage makemigrations",
        ),
        Check("layers", ("lint-imports", "--no-cache")),
        Check("lint", ("ruff", "check", "."), advice="./guild fmt"),
        Check("format", ("ruff", "format", "--check", "."), advice="./guild fmt"),
        Check(".env.example", ("python", "-m", "launcher.checks.environment_example")),
        Check("words", ("python", "-m", "launcher.checks.words")),
        Check("compose", ("python", "-m", "launcher.checks.compose")),
    ]


def check(home: Home, given: argparse.Namespace) -> int:
    """All checks have run, also after one failed; 0 when all hold."""
    del given
    with workspace.of_purpose(home, "check") as environment, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(run, home, one, environment) for one in checks()]
        results = []
        for done in as_completed(running):
            result = done.result()
            results.append(result)
            console.say(f"{'✓' if result.status == 0 else '✗'} {result.check.name}  {result.seconds:.1f} s")
    report(results)
    return 1 if any(result.status for result in results) else 0


def run(home: Home, one: Check, environment: dict[str, str]) -> Result:
    """The check has run."""
    started = time.monotonic()
    program = str(home.venv / "bin" / one.command[0])
    done = subprocess.run(
        [program, *one.command[1:]],
        cwd=REPOSITORY,
        env=environment | one.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(one, done.returncode, done.stdout.strip(), time.monotonic() - started)


def report(results: list[Result]) -> None:
    """What failed is shown in full, then all in a table with what they have to say."""
    for result in results:
        if result.status:
            console.say(f"\n── {result.check.name}: {' '.join(result.check.command)}\n{result.output}")
            if result.check.advice:
                console.say(f"→ {result.check.advice}")
    rows = [
        (
            one.check.name,
            "ok" if one.status == 0 else "FAILED",
            f"{one.seconds:.1f} s",
            (one.output.splitlines() or [""])[-1][:90],
        )
        for one in sorted(results, key=lambda result: result.check.name)
    ]
    console.say()
    console.table("Checks", ("check", "result", "time", "last line"), rows)
