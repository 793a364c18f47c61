"""For the tests of every app that moves money."""

from apps.ledger import soundness


def assert_ledger_sound() -> None:
    """The nine rules hold for all that is in the books."""
    broken = [str(fault) for fault in soundness.faults()]
    if broken:
        raise AssertionError("\n".join(broken))
