"""What bookings add to a person's export, and why an account cannot be erased yet."""

from typing import Any

from apps.bookings.models import Booking
from apps.bookings.states import UPCOMING
from apps.catalog import queries as catalog
from apps.core.api.fields import money_out


def export(user: Any) -> list[dict[str, Any]]:
    """Every booking that the person made, the latest first."""
    mine = Booking.objects.filter(customer_id=user.pk).with_people().order_by("-starts_at", "-pk")
    return [_booking(booking) for booking in mine]


def objection_to_erasure(user: Any) -> str | None:
    """Whom somebody still waits for, or who still waits for somebody, ends that first."""
    theirs = Booking.objects.of_parties(
        customer_id=user.pk, staff_ids=catalog.staff_ids_of_user(user), business_ids=[]
    ).filter(status__in=UPCOMING)
    return "You have open bookings. Complete or cancel them first." if theirs.exists() else None


def _booking(booking: Booking) -> dict[str, Any]:
    return {
        "reference": booking.reference,
        "status": booking.status,
        "business": booking.business.name,
        "service": booking.service.title,
        "with": booking.staff_member.display_name if booking.staff_member else None,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "address": booking.address,
        "special_requests": booking.special_requests,
        "total": money_out(booking.bill_minor, booking.currency),
        "payment_status": booking.payment_status,
        "created_at": booking.created_at,
    }
