"""`./guild status`: what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launcher.commands import summary

if TYPE_CHECKING:
    import argparse

    from launcher.home import Home


def status(home: Home, given: argparse.Namespace) -> int:
    """Processes, addresses and demo people are on the terminal."""
    del given
    return summary.status(home)
