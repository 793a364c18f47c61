"""Whom the verifier of the books asks what came in and went out: on one page; connected when Django starts."""

from apps.ledger import soundness
from apps.payments import queries as payments


def connect() -> None:
    """The payment desk's records are held against the gateways' clearing accounts."""
    soundness.connect(payments)
