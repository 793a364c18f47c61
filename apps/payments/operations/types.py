"""What goes into the payment desk's operations."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ItemToPay:
    """One thing to be paid for, by the name of its type."""

    item_type: str
    item_id: UUID
