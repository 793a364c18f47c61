"""Whom a business knows already."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User
from apps.bookings.models import Booking


def known_customer(business_id: UUID, *, phone: str, email: str = "") -> User | None:
    """The customer of this number who has booked with the business before; with an e-mail, only if it is theirs too.

    A number that somebody merely typed leads to nobody's account otherwise, and an account counts only where its
    number is proven: whoever has it elsewhere stays unknown to this business.
    """
    theirs = Booking.all_objects.filter(business_id=business_id, customer_id=OuterRef("pk"))
    people = User.objects.filter(Q(is_guest=True) | Q(phone_verified_at__isnull=False), Exists(theirs), phone=phone)
    if email:
        people = people.filter(email__iexact=email)
    found: User | None = people.filter(is_active=True).order_by("is_guest", "created_at", "pk").first()
    return found
