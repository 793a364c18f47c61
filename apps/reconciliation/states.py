"""The words of reconciliation, and how its rows move.

Run
    ── begin ──▶ RUNNING ──▶ DONE
                  ▲   └───▶ INTERRUPTED ──▶ RUNNING …    the gateway did not answer: it goes on where it stopped
                  └──────────┘   └────────▶ FAILED       it has not answered for too long: somebody is told

Break
    ── found ──▶ OPEN ──propose──▶ PROPOSED ──resolve──▶ RESOLVED     by a second person, who is an administrator
                  ▲ └──────────────┤  │ └──send back──▶ OPEN
                  │                └──┴──▶ CLOSED                     it is gone: both sides say the same by now
                  └──found again───────────┘

RESOLVED is final: the same difference, found again, is the same break and stays explained.
"""

from django.db import models


class RunState(models.TextChoices):
    """Where one comparison of one gateway's day stands."""

    RUNNING = "RUNNING", "Running"
    INTERRUPTED = "INTERRUPTED", "Interrupted"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"


RUN_MOVES: list[tuple[RunState, RunState]] = [
    (RunState.RUNNING, RunState.DONE),
    (RunState.RUNNING, RunState.INTERRUPTED),
    (RunState.INTERRUPTED, RunState.RUNNING),
    (RunState.INTERRUPTED, RunState.FAILED),
]
UNFINISHED_RUNS = (RunState.RUNNING, RunState.INTERRUPTED)


class BreakKind(models.TextChoices):
    """In what the gateway and we differ."""

    MISSING_HERE = "MISSING_HERE", "The gateway has it, we have not"
    MISSING_THERE = "MISSING_THERE", "We have it, the gateway has not"
    AMOUNT = "AMOUNT", "Another amount"
    CURRENCY = "CURRENCY", "Another currency"
    FEE = "FEE", "Another fee"
    STATUS = "STATUS", "Another outcome"
    DUPLICATE = "DUPLICATE", "Twice at the gateway"
    SETTLEMENT = "SETTLEMENT", "The settlement does not add up"
    BALANCE = "BALANCE", "Another balance, of which nothing found so far is the cause"
    TAMPERED = "TAMPERED", "An event that is no longer as it was signed"


class BreakState(models.TextChoices):
    """Where a difference stands."""

    OPEN = "OPEN", "Open"
    PROPOSED = "PROPOSED", "Waiting for a second person"
    RESOLVED = "RESOLVED", "Resolved"
    CLOSED = "CLOSED", "Gone by itself"


B = BreakState
BREAK_MOVES: list[tuple[BreakState, BreakState]] = [
    (B.OPEN, B.PROPOSED),
    (B.PROPOSED, B.OPEN),
    (B.PROPOSED, B.RESOLVED),
    (B.OPEN, B.CLOSED),
    (B.PROPOSED, B.CLOSED),
    (B.CLOSED, B.OPEN),
]
LIVE_BREAKS = (B.OPEN, B.PROPOSED)


class Resolution(models.TextChoices):
    """What makes a difference no longer one."""

    EXPLAINED = "EXPLAINED", "Explained: nothing is posted"
    CORRECTED = "CORRECTED", "A correcting transfer"
    REVERSED = "REVERSED", "A transfer is reversed"


class LegSide(models.TextChoices):
    """On which side of its account a leg stands."""

    DEBIT = "DEBIT", "Debit"
    CREDIT = "CREDIT", "Credit"


class Outcome(models.TextChoices):
    """How a charge, refund or transfer ended, in the one vocabulary in which both sides are compared."""

    SUCCEEDED = "SUCCEEDED", "Done"
    PENDING = "PENDING", "Under way"
    FAILED = "FAILED", "Failed or sent back"
