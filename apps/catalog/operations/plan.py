"""What a business's plan gives it: written here alone, whoever sells plans."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.catalog.models import Business
from apps.core import audit, public_cache


@dataclass(frozen=True, kw_only=True)
class PlanEffects:
    """What follows from a plan. ``commission_bp`` is None where it lowers nothing, ``staff_seats`` where any number fits."""

    plan_code: str
    commission_bp: int | None
    is_featured: bool
    staff_seats: int | None


@transaction.atomic
def apply_plan(*, business_id: UUID, effects: PlanEffects, at: datetime) -> None:
    """The business has what the plan gives. What is in escrow keeps its commission; nobody has to go. Repeating it is harmless."""
    business: Business = Business.all_objects.locked().get(pk=business_id)
    before = _effects_of(business)
    if before == effects:
        return
    business.plan_code, business.plan_commission_bp = effects.plan_code, effects.commission_bp
    business.plan_is_featured, business.staff_seats = effects.is_featured, effects.staff_seats
    business.save(update_fields=["plan_code", "plan_commission_bp", "plan_is_featured", "staff_seats"])
    audit.record(
        "business.plan_applied", target=business, by=None, at=at, before=vars(before).copy(), after=vars(effects).copy()
    )
    public_cache.forget_all()


@transaction.atomic
def apply_plan_to_all(*, effects: PlanEffects, at: datetime) -> int:
    """Every business that is on the plan has what it gives now; answers how many there are."""
    done: int = Business.all_objects.filter(plan_code=effects.plan_code).update(
        plan_commission_bp=effects.commission_bp, plan_is_featured=effects.is_featured,
        staff_seats=effects.staff_seats, updated_at=at,
    )  # fmt: skip
    public_cache.forget_all()
    return done


def _effects_of(business: Business) -> PlanEffects:
    return PlanEffects(
        plan_code=business.plan_code, commission_bp=business.plan_commission_bp,
        is_featured=business.plan_is_featured, staff_seats=business.staff_seats,
    )  # fmt: skip
