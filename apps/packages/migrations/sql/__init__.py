"""The text of this app's database functions."""

from pathlib import Path


def read(name: str) -> str:
    """The statements of one file."""
    return (Path(__file__).parent / f"{name}.sql").read_text()
