"""A business with people, a service and opening hours, and what customers and gateways do, for tests of bookings."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from apps.availability.models import OpeningHours
from apps.bookings import operations
from apps.bookings.models import Booking
from apps.bookings.operations import BookingRequest
from apps.catalog.tests.factories import (
    BusinessFactory,
    MembershipFactory,
    ServiceFactory,
    StaffMemberFactory,
    UserFactory,
)
from apps.core import clock
from apps.core.models import OutboxMessage
from apps.ledger import addresses, queries
from apps.payments import operations as payments
from apps.payments.models import SandboxHook
from apps.payments.operations import ItemToPay
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act

# The clock of tests stands on a Wednesday, 10:00 in Lagos; the appointment is two days later, at 10:00 there.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FREE = {"price_minor": 0}
DAY_MINUTES = 1_440
_phones = count(10_000_001)


@dataclass
class World:
    """One business that never closes, with an owner, a desk, a performer and a customer."""

    business: object
    service: object
    staff: object
    customer: object
    desk: object
    ops: object
    others: list = field(default_factory=list)

    @property
    def owner(self):
        return self.business.owner

    @property
    def performer(self):
        return self.staff.user

    def person(self, name="second", **fields):
        """One more person who performs the service."""
        staff = StaffMemberFactory(business=self.business, display_name=name, **fields)
        self.service.performers.add(staff)
        return staff

    def owner_as_staff(self):
        return self.person("owner", user=self.owner)

    def book(self, *, customer=None, start=START, at=None, **more):
        """A booking by the real operation, of the one performer unless told otherwise."""
        staff = more.pop("staff", self.staff)
        request = BookingRequest(
            service_id=more.pop("service", self.service).pk, start=start, staff_id=staff.pk if staff else None, **more
        )
        made = operations.create_booking(request=request, customer=customer or self.customer, at=at or clock.now())
        return Booking.objects.with_people().get(pk=made.pk)

    def paid(self, **more):
        """A booking that was paid for, web hook and all."""
        booking = self.book(**more)
        return pay(booking)

    def running(self, **more):
        booking = self.paid(**more)
        return fresh(operations.start_booking(booking_id=booking.pk, by=self.performer, at=clock.now()))

    def completed(self, **more):
        booking = self.running(**more)
        return fresh(operations.complete_booking(booking_id=booking.pk, by=self.performer, at=clock.now()))


def make_world(*, weekly=None, service=None, business=None):
    """``weekly`` is a list of spans in minutes for every day; always open without."""
    made = BusinessFactory(name="Serenity Spa", address="14 Admiralty Way", **(business or {}))
    spans = [[0, DAY_MINUTES]] if weekly is None else weekly
    OpeningHours.objects.bulk_create(OpeningHours(business=made, weekday=day, spans=spans) for day in range(7))
    staff = StaffMemberFactory(business=made, display_name="Chidi")
    offered = ServiceFactory(business=made, title="Massage", performers=[staff], **(service or {}))
    return World(
        business=made,
        service=offered,
        staff=staff,
        customer=UserFactory(first_name="Ada", last_name="Obi", phone=f"+23480{next(_phones):08d}"),
        desk=MembershipFactory(business=made).user,
        ops=UserFactory(role="OPS", is_staff=True),
    )


def open_payment(booking):
    """The customer has begun to pay."""
    item = ItemToPay(item_type="BOOKING", item_id=booking.pk)
    return payments.initialize_payment(items=[item], payer=booking.customer, at=clock.now())


def wallet_of(user):
    """What is in the person's wallet, in kobo."""
    return queries.balance(addresses.wallet(user.pk, "NGN"))


def let_through(payment, choice=Act.APPROVE, *, acted_at=None):
    """The customer acts on the gateway's page, and the gateway's web hook is taken in and acted on."""
    before = set(SandboxHook.objects.values_list("pk", flat=True))
    act(reference=payment.reference, choice=choice, at=acted_at or clock.now())
    # The hooks arrive here and now; nobody is to send them over the network as well.
    OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    for hook in SandboxHook.objects.exclude(pk__in=before).order_by("pk"):
        body, headers = hooks.signed(hook, at=clock.now())
        payments.receive_webhook(gateway="sandbox", body=body, headers=headers, at=clock.now())
    while payments.process_inbox(clock.now(), 100):
        pass


def pay(booking):
    """The booking's money came."""
    let_through(open_payment(booking))
    return fresh(booking)


def fresh(booking):
    return Booking.objects.with_people().get(pk=booking.pk)


def decline(booking, *, reason_code="SICK", note="", by=None, at=None):
    """Whoever does the booking declines it."""
    who = by or fresh(booking).staff_member.user
    return operations.decline_booking(
        booking_id=booking.pk, reason_code=reason_code, note=note, by=who, at=at or clock.now()
    )
