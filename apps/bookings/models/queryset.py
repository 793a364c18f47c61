"""Filters on bookings."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from django.db.models import DateField, F, Func, Q

from apps.bookings.states import RECOVERING, SETTLED, BookingStatus, PaymentStatus
from apps.core.models import BaseQuerySet

S = BookingStatus


class BookingQuerySet(BaseQuerySet):
    def with_people(self) -> Self:
        """With business, service, staff member and customer joined, as every answer shows them."""
        return self.select_related("business", "service", "staff_member", "customer")

    def of_parties(self, *, customer_id: UUID, staff_ids: Collection[UUID], business_ids: Collection[UUID]) -> Self:
        """Those of the customer, of these performers, or of these businesses."""
        mine = Q(customer_id=customer_id)
        if staff_ids:
            mine |= Q(staff_member_id__in=staff_ids) | Q(crew__overlap=list(staff_ids))
        if business_ids:
            mine |= Q(business_id__in=business_ids)
        return self.filter(mine)

    def of_performers(self, staff_ids: Collection[UUID]) -> Self:
        """Those that any of these people does, alone or in a crew."""
        return self.filter(Q(staff_member_id__in=staff_ids) | Q(crew__overlap=list(staff_ids)))

    def of_performer(self, staff_id: UUID) -> Self:
        """Those that the person does, alone or in a crew."""
        return self.filter(Q(staff_member_id=staff_id) | Q(crew__contains=[staff_id]))

    def matching(self, words: str) -> Self:
        """Those with this reference, or with the words in the name of business, service, performer or customer."""
        fields = ("business__name", "service__title", "staff_member__display_name")
        found = Q(reference=words.upper())
        for field in (*fields, "customer__first_name", "customer__last_name"):
            found |= Q(**{f"{field}__icontains": words})
        return self.filter(found)

    def on_day(self, day: date) -> Self:
        """Those that start on that day, in their own time zones."""
        return self.between_days(day, day)

    def between_days(self, first: date, last: date) -> Self:
        """Those that start on one of these days, the last included, in their own time zones; ``local_day`` says which."""
        local = Func(
            F("time_zone"),
            F("starts_at"),
            function="timezone",
            output_field=DateField(),
            template="%(function)s(%(expressions)s)::date",
        )
        # The span of all zones keeps the index in use; the local date decides.
        since = datetime.combine(first, time(), tzinfo=UTC) - timedelta(days=1)
        until = datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=2)
        around = self.filter(starts_at__gte=since, starts_at__lt=until)
        return around.alias(local_day=local).filter(local_day__gte=first, local_day__lte=last)

    def unpaid(self) -> Self:
        """Those that hold their time while they wait for money."""
        return self.filter(status=S.PENDING, payment_status=PaymentStatus.PENDING_PAYMENT)

    def overdue_unpaid(self, at: datetime) -> Self:
        """Those whose time to pay has run out, the longest overdue first."""
        return self.unpaid().filter(expires_at__lte=at).order_by("expires_at", "pk")

    def settled(self) -> Self:
        """Those whose money is here or was taken in cash, and those that ask for none."""
        return self.filter(Q(payment_status__isnull=True) | Q(payment_status__in=SETTLED))

    def awaiting_approval(self) -> Self:
        """Those that somebody of the business has to approve: paid for, or free."""
        return self.settled().filter(status=S.PENDING)

    def unapproved_at_start(self, at: datetime) -> Self:
        """Those that nobody approved before they were to start."""
        return self.awaiting_approval().filter(starts_at__lte=at).order_by("starts_at", "pk")

    def recovering_at_start(self, at: datetime) -> Self:
        """Those for which nobody was agreed before they were to start."""
        return self.filter(status__in=RECOVERING, starts_at__lte=at).order_by("starts_at", "pk")

    def of_person_between(self, staff_id: UUID, since: datetime, until: datetime) -> Self:
        """Those in which the person has work that shares an instant with ``[since, until)``, the first first."""
        theirs = Q(staff_member_id=staff_id) | Q(crew__overlap=[staff_id])
        return self.filter(theirs, starts_at__lt=until, ends_at__gt=since).order_by("starts_at", "pk")

    def to_ask_about(self, at: datetime) -> Self:
        """Those about which somebody is to be asked why they have not been started or completed."""
        return self.filter(ask_at__lte=at).order_by("ask_at", "pk")

    def to_remind(self, at: datetime) -> Self:
        """Those of which a reminder is due, the longest due first."""
        return self.filter(remind_at__lte=at).order_by("remind_at", "pk")

    def upcoming(self, at: datetime) -> Self:
        """Those that are still to take place or under way, the next first."""
        ahead = Q(status__in=[S.PENDING, S.CONFIRMED, *RECOVERING], ends_at__gt=at) | Q(status=S.IN_PROGRESS)
        return self.filter(ahead).order_by("starts_at", "pk")

    def past(self, at: datetime) -> Self:
        """Those that are over, one way or the other, the latest first."""
        over = Q(status__in=[S.PENDING, S.CONFIRMED, *RECOVERING], ends_at__gt=at) | Q(status=S.IN_PROGRESS)
        return self.exclude(over).order_by("-starts_at", "-pk")
