"""The named functions of this app, as the migrations create them."""

from pathlib import Path


def read(name: str) -> str:
    """The text of one function's definition."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
