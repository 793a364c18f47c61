"""What whoever was tipped hears."""

from datetime import datetime

from django.conf import settings

from apps.bookings.models import Tip
from apps.bookings.notices import _send
from apps.core.money import Money
from apps.notifications import kinds
from apps.notifications.operations import Notice


def tell_tipped(tip: Tip, *, at: datetime) -> None:
    """The performer knows who has given what, for which job. The booking is at hand with its people."""
    booking = tip.booking
    told = {
        "amount": Money(tip.amount_minor, tip.currency),
        "customer_name": booking.customer.name or "A customer",
        "service_name": booking.service.title,
        "business_name": booking.business.name,
        "reference": booking.reference,
        "manage_url": f"{settings.PUBLIC_BASE_URL}/wallet",
    }
    notice = Notice(
        kind=kinds.TIP_RECEIVED, user=tip.performer_id, context=told, subject=booking, business_id=booking.business_id,
        dedupe_key=f"{kinds.TIP_RECEIVED}:{tip.pk}",
    )  # fmt: skip
    _send(at, notice)
