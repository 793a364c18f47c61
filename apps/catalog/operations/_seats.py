"""How many people a business can give jobs to is its plan's to say."""

from uuid import UUID

from apps.catalog.errors import SeatsTaken
from apps.catalog.models import Business, StaffMember
from apps.catalog.ports import plan_with_seats


def ensure_seat(business_id: UUID) -> None:
    """One more person can be given jobs; the business stays locked, so that two cannot take the last seat.

    Raises: SeatsTaken, which names the plan that would do.
    """
    business = Business.all_objects.locked().get(pk=business_id)
    if business.staff_seats is None:
        return
    taken = StaffMember.objects.assignable().filter(business_id=business_id).count()
    if taken >= business.staff_seats:
        raise SeatsTaken(
            data={
                "plan": business.plan_code,
                "seats": business.staff_seats,
                "plan_needed": plan_with_seats(taken + 1, business.currency),
            }
        )
