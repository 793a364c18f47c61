"""What invoices ask of apps above them: functions by type of what was paid for, registered on one page of the wiring."""

from collections.abc import Callable, Mapping
from uuid import UUID

BuyingBusiness = Callable[[UUID], UUID | None]
_buying_businesses: dict[str, BuyingBusiness] = {}


def register_buying_businesses(functions: Mapping[str, BuyingBusiness]) -> None:
    """For each type of what the platform sells: the business that has bought the thing; told once, as Django starts."""
    _buying_businesses.clear()
    _buying_businesses.update(functions)


def buying_business(item_type: str, item_id: UUID) -> UUID | None:
    """The business to which the platform sold the thing; None where it was no business."""
    known = _buying_businesses.get(item_type)
    return known(item_id) if known is not None else None
