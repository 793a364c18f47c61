"""Holds the measured coverage against the thresholds in pyproject.toml."""

from __future__ import annotations

import fnmatch
import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from launcher import console
from launcher.errors import LauncherError
from launcher.home import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Group:
    """Files that have to reach a threshold together, in per cent of their statements and branches."""

    name: str
    files: tuple[str, ...]
    minimum: float


@dataclass(frozen=True)
class Result:
    """What one group reached."""

    group: Group
    covered: int
    total: int

    @property
    def percent(self) -> float:
        return 100.0 * self.covered / self.total if self.total else 0.0

    @property
    def holds(self) -> bool:
        """A group that matches no file fails too: its pattern has gone stale."""
        return self.total > 0 and self.percent >= self.group.minimum


def groups(settings: dict[str, Any]) -> list[Group]:
    """The thresholds of `[tool.guild.coverage]`, the one for everything first."""
    everything = Group("everything", ("*",), float(settings["everything"]))
    named = [Group(one["name"], tuple(one["files"]), float(one["minimum"])) for one in settings.get("groups", [])]
    return [everything, *named]


def measure(files: dict[str, Any], group: Group) -> Result:
    """The group's part of a coverage report."""
    summaries = [
        entry["summary"]
        for name, entry in files.items()
        if any(fnmatch.fnmatch(name.replace("\\", "/"), pattern) for pattern in group.files)
    ]
    covered = sum(one["covered_lines"] + one.get("covered_branches", 0) for one in summaries)
    total = sum(one["num_statements"] + one.get("num_branches", 0) for one in summaries)
    return Result(group, covered, total)


def judge(report: Path) -> int:
    """0 when each group reaches its threshold, otherwise 1; the figures are on the terminal."""
    if not report.exists():
        raise LauncherError("There is no coverage report", hint="Did pytest end before it could write one?")
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["guild"]["coverage"]
    files = json.loads(report.read_text())["files"]
    results = [measure(files, group) for group in groups(settings)]
    rows = [
        (one.group.name, f"{one.percent:.1f} %", f"{one.group.minimum:.0f} %", "ok" if one.holds else "TOO LOW")
        for one in results
    ]
    console.table("Coverage", ("group", "reached", "asked", ""), rows)
    return 0 if all(one.holds for one in results) else 1
