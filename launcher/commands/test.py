"""`./guild test [pytest arguments]`: what the tests need is there, and they have run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launcher import browser, coverage, processes, template, workspace
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home

ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--capture=no", "--collect-only")
OUR_OPTIONS = {"--coverage", "--browser"}


def test(home: Home, given: argparse.Namespace) -> int:
    """Pytest's exit status; with --coverage also whether the thresholds hold."""
    wants_coverage = "--coverage" in given.rest
    arguments = spread([option for option in given.rest if option not in OUR_OPTIONS])
    if "--browser" in given.rest or os.environ.get("CI"):
        browser.ensure(home)
    report = home.path / "coverage.json"
    if wants_coverage:
        report.unlink(missing_ok=True)
        arguments += ["--cov", f"--cov-report=json:{report}", "--cov-report="]
    with workspace.of_purpose(home, "test", settings="config.settings.test") as environment:
        ours = {"COVERAGE_FILE": str(home.path / "coverage"), **template.provide(home, environment)}
        command = [str(home.python), "-m", "pytest", *arguments]
        status = processes.foreground(command, environment | ours, cwd=REPOSITORY)
    if wants_coverage:
        status = max(status, coverage.judge(report))
    return status


def spread(arguments: list[str]) -> list[str]:
    """The arguments, with one worker for each core unless they say otherwise."""
    if any(argument.startswith(ONE_PROCESS) for argument in arguments):
        return arguments
    return ["-n", str(len(os.sched_getaffinity(0))), *arguments]
