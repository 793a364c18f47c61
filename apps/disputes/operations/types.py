"""What goes into the operations of disputes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.core.money import Money
from apps.disputes.states import DisputeReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What a dispute is about: the thing paid for as the ledger names it, how people read it, and its two sides."""

    unit_type: str
    unit_id: UUID
    reference: str
    title: str
    business_id: UUID
    customer_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """A file that shows something, by the key under which it was uploaded."""

    title: str
    file_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """What the customer objects to, in their words, with what shows it, and what they ask back where they say so."""

    reason: DisputeReason
    note: str
    asked: Money | None = None
    evidence: Sequence[Exhibit] = ()
