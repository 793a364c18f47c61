"""A stranger's world: one object of every kind that an address can name, and people of every role who own none of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apps.accounts import operations as accounts
from apps.accounts.operations import AddressText
from apps.accounts.states import Role
from apps.availability import operations as availability
from apps.availability.models import CapacitySlot
from apps.availability.operations import CoursePlan, SlotPlan
from apps.bookings import operations as bookings
from apps.bookings.models import RankingReview
from apps.bookings.operations import CourseRequest, ExtraToAdd, Place
from apps.bookings.states import ExtraKind
from apps.bookings.tests.world import HOUR, START, World, make_world, open_payment
from apps.catalog import operations as catalog
from apps.catalog.tests.factories import (
    BundleFactory,
    BusinessFactory,
    CategoryFactory,
    ExtraFactory,
    MembershipFactory,
    PackageFactory,
    PaperFactory,
    ProductFactory,
    ServiceFactory,
    StaffMemberFactory,
    UserFactory,
)
from apps.core import clock
from apps.core.ids import new_id
from apps.core.money import Money
from apps.credits.tests.purse import promise
from apps.disputes import operations as disputes
from apps.disputes.operations import Exhibit, Objection
from apps.disputes.states import DisputeReason
from apps.invoices import operations as invoices
from apps.ledger import addresses
from apps.ledger import operations as ledger
from apps.ledger.models import Account
from apps.ledger.states import RefundDestination as LedgerDestination
from apps.notifications.models import Notification
from apps.notifications.tests.factories import notified
from apps.packages.tests.sold import bought
from apps.payments import operations as payments
from apps.payments.gateways.values import ChargeStatus, DisputeInfo, DisputeStatus, VerifyResult
from apps.payments.models import Payment, SavedMethod
from apps.payments.operations.book_chargeback import book_chargeback
from apps.payments.operations.settle import settle_payment
from apps.payments.states import RefundDestination
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import ask, earn, of_business, of_person, usable_account
from apps.reconciliation.models import Break, ReconciliationRun
from apps.statements.models import CommissionInvoice, CommissionSeries, Statement
from apps.subscriptions import operations as subscriptions
from apps.subscriptions.models import Bill, PractitionerPlan
from apps.subscriptions.tests.paid import chosen, joined

DAY = timedelta(days=1)
OUTSIDERS = ("CUSTOMER", "STAFF", "EMPLOYEE", "CEO")
OPS = ("ADMIN", "OPS", "VIEWER")
ROLES = (*OUTSIDERS, *OPS)
NARROW_SCOPES = ["notifications:read"]
_BANK = {
    "bank_name": "Moonstone Bank",
    "bank_code": "099",
    "account_number": "4471120983",
    "account_name": "Serenity Spa Ltd",
}


@dataclass
class Stranger:
    """Everything that belongs to the stranger."""

    world: World
    things: dict = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def customer(self):
        return self.world.customer

    @property
    def bank_secrets(self):
        """What the owner and ADMIN alone may read."""
        return [_BANK["account_number"], "RC-7714309"]

    @property
    def secrets(self):
        """Words that nobody outside the business, its customer and the marketplace's own people may read."""
        people = [self.customer, self.world.owner, self.world.desk, self.world.performer]
        return [
            *self.bank_secrets,
            *(person.email for person in people),
            *(str(person.phone) for person in people if person.phone),
            self.customer.last_name,
            "Zephyrine", "Quillfeather", "Nightingale", "pm_stranger_token", "Gallimaufry", "Wisteria", "fcm-token",
            "Quillon", "quetzal", "secret-licence", "Larkspur", "Perihelion", "Tamarind", "Marchpane", "Frangipani",
            self.things["key"].key.prefix, self.things["key"].key.digest, self.things["key"].secret,
            self.things["payment"].reference, self.things["refund"].reference,
            self.things["invoice"].reference, "QTZ-98765432", str(self.things["payment"].pk),
            "7788990012", "••••0012", self.things["payout"].reference, str(self.things["payout"].pk),
            str(self.things["statement"].pk), str(self.things["commission"].pk),
            str(self.things["paid"].pk), str(self.things["unpaid"].pk), str(self.things["purchase"].pk),
        ]  # fmt: skip


def make_stranger():
    """The stranger's business, its people and its customer, with what the real operations make for them."""
    # The categories of the documented examples, so that these are whole requests.
    hair, hair_care = CategoryFactory(slug="hair"), CategoryFactory(slug="hair-care", kind="PRODUCT")
    world = make_world(
        business={"cac_number": "RC-7714309", "bank_details": json.dumps(_BANK)}, service={"category": hair}
    )
    at, owner, business = clock.now(), world.owner, world.business
    made = Stranger(world)
    world.customer.last_name = "Vandermolen"
    world.customer.save()
    made.things |= _sales(world, at)
    made.things |= _belongings(world.customer, at)
    made.things |= {
        "category": world.service.category,
        "product": ProductFactory(business=business, category=hair_care),
        "branch": catalog.add_branch(
            business_id=business.pk, fields={"name": "Second", "address": "2 Marina"}, by=owner, at=at
        ),
        "photo": catalog.add_photo(
            business_id=business.pk, url="https://cdn.guild.example/p.jpg", caption="", position=0, by=owner, at=at
        ),
        "paper": PaperFactory(business=business, file_name="papers/secret-licence.pdf"),
        "invitation": catalog.invite_member(
            business_id=business.pk, email="invited-quetzal@example.com", kind="EMPLOYEE", by=owner, at=at
        ),
    }
    made.things |= followed(world) | planned(world, at)
    made.things |= _times(world, at) | _course(world, at) | _payouts(world, at) | reconciled(at)
    made.things |= told_month(business, at)
    made.things["account"] = Account.objects.get(address=addresses.escrow("NGN"))
    return made


def told_month(business, at, number=0):
    """What was told of a month in which there was nothing, and what was charged for it all the same."""
    starts_at = datetime(1900 + number, 1, 1, tzinfo=UTC)
    statement = Statement.objects.create(
        business=business, reference=f"ST-quetzal-{number}", currency="NGN", month=starts_at.date(), time_zone="UTC",
        starts_at=starts_at, ends_at=starts_at + 31 * DAY, opening_minor=0, closing_minor=0, issued_at=at,
        holder={"name": "Perihelion", "address": "", "tin": ""},
    )  # fmt: skip
    series, _ = CommissionSeries.objects.get_or_create(kind="INVOICE", defaults={"code": "COM"})
    commission = CommissionInvoice.objects.create(
        kind="INVOICE", statement=statement, business=business, series=series, currency="NGN", month=statement.month,
        sales_minor=100, gross_minor=5, seller={"name": "", "address": "", "tin": ""}, buyer=statement.holder,
        issued_at=at,
    )  # fmt: skip
    return {"statement": statement, "commission": commission}


def reconciled(at, number=0):
    """A run that has found something of which nobody knows."""
    day = at.replace(hour=0, minute=0) - (number + 1) * DAY
    run = ReconciliationRun.objects.create(
        gateway="sandbox", day=day.date(), starts_at=day, ends_at=day + DAY, started_at=at, finished_at=at, state="DONE"
    )
    gap = Break.objects.create(
        gateway="sandbox", list_kind="CHARGE", kind="MISSING_HERE", subject=f"charge GP-{number}", here="nothing",
        there="7.00 NGN", gap_minor=700, currency="NGN", occurred_at=day, first_run=run, last_run=run, found_at=at,
        seen_at=at,
    )  # fmt: skip
    return {"run": run, "gap": gap}


def followed(world, follower=None):
    """One of the business's people has a plan that the customer, or somebody, has joined."""
    staff = StaffMemberFactory(business=world.business, has_public_page=True, is_verified=True)
    offer = PractitionerPlan.objects.create(practitioner=staff, name="Circle", currency="NGN", price_minor=100_000)
    return {"offer": offer, "follower": joined(world, member=follower or world.customer, plan=offer)}


def planned(world, at):
    """The business has chosen a plan; of a month that it paid out of what it could withdraw, some is to go back."""
    subscription = chosen(world)
    bill = Bill.objects.create(
        subscription=subscription, kind="MONTH", number=7, plan=subscription.plan, currency="NGN",
        amount_minor=100_000, state="PAID", starts_at=at, ends_at=at + 30 * DAY, paid_at=at, transfer_id=new_id(),
    )  # fmt: skip
    refund = subscriptions.propose_bill_refund(
        bill_id=bill.pk, amount_minor=1_000, reason="Began too early", by=world.ops, at=at
    )
    return {"subscription": subscription, "bill": bill, "bill_refund": refund}


def _sales(world, at):
    paid = world.paid(special_requests="Mind the greyhound Zephyrine")
    unpaid = world.book(start=START + 3 * HOUR)
    opened = open_payment(unpaid)
    bookings.write_notes(booking_id=paid.pk, notes="Tips badly, says Quillfeather", by=world.owner, at=at, reason="")
    payment = Payment.objects.get(payer=world.customer, status="SUCCEEDED")
    promise(world.customer, 100)
    (refund,) = payments.propose_refund(
        payment_id=payment.pk, destination=RefundDestination.WALLET, reason="Nightingale was late", by=world.ops, at=at
    )
    invoices.set_tax_details(
        business_id=world.business.pk, by=world.owner, at=at, tin="QTZ-98765432", is_registered=True
    )
    (invoice,) = invoices.issue_invoices(payment_id=payment.pk, at=at)
    sold = {"paid": paid, "unpaid": unpaid, "payment": payment, "open_payment": opened, "refund": refund}
    sold["invoice"] = invoice
    sold |= {"chargeback": chargeback(payment, at), "receivable": receivable(world.performer, at)}
    return sold | _packages(world) | _running(world, at) | {"dispute": dispute(world, START + 9 * HOUR, at)}


def _packages(world):
    """What the business sells together, and what its customer has bought and may yet use."""
    services = {world.service: 2}
    return {
        "package": PackageFactory(business=world.business, services=services),
        "bundle": BundleFactory(business=world.business, services=services),
        "purchase": bought(world),
    }


def chargeback(payment, at, gateway_id="dp_1"):
    """A customer's bank asks about a payment, and has taken no money."""
    return book_chargeback(
        Payment.objects.get(pk=payment.pk),
        DisputeInfo(
            gateway_id=gateway_id, payment_reference=payment.reference, payment_gateway_id="", amount_minor=100,
            currency=payment.currency, fee_minor=0, reason="Tamarind", status=DisputeStatus.INQUIRY, respond_by=None,
        ),
        at=at,
    )  # fmt: skip


def park(payment, at):
    """Less has come for the payment than was due: it lies in suspense."""
    told = VerifyResult(
        status=ChargeStatus.SUCCEEDED, reference=payment.reference, currency=payment.currency, amount_minor=100
    )  # fmt: skip
    settle_payment(payment, told, at=at)


def receivable(performer, at):
    """What a performer owes, because a tip went back."""
    ledger.recover_tip(
        performer_id=performer.pk, customer_id=new_id(), payment_id=new_id(), gateway="sandbox", currency="NGN",
        amount_minor=100, destination=LedgerDestination.WALLET, reason="By mistake", at=at, idempotency_key=str(new_id()),
    )  # fmt: skip
    return Account.objects.get(address=addresses.staff_receivable(performer.pk, "NGN"))


def dispute(world, start, at):
    """A job that is done and that its customer disputes, with words and files of each side and of operations."""
    objection = Objection(
        reason=DisputeReason.POOR_WORK,
        note="Marchpane on the carpet",
        evidence=[Exhibit(title="Carpet", file_name="c.jpg")],
    )
    made = bookings.dispute_booking(
        booking_id=world.completed(start=start).pk, objection=objection, by=world.customer, at=at
    )
    for by, internal in ((world.owner, False), (world.ops, True)):
        disputes.post_message(dispute_id=made.pk, words="Frangipani", is_internal=internal, by=by, at=at)
    return made


def _running(world, at):
    """A free job of a colleague that is under way, with something added to it and a call for help from it."""
    colleague = StaffMemberFactory(business=world.business, display_name="Colleague")
    free = ServiceFactory(business=world.business, price_minor=0, performers=[colleague])
    running = world.book(service=free, staff=colleague, start=START + 6 * HOUR)
    bookings.start_booking(booking_id=running.pk, by=colleague.user, at=at)
    item = ExtraToAdd(kind=ExtraKind.EXTRA, id=ExtraFactory(service=free).pk)
    (added,) = bookings.add_extras(booking_id=running.pk, items=[item], by=colleague.user, at=at)
    alarm, _ = bookings.raise_sos(
        booking_id=running.pk, by=world.customer, at=START + 6 * HOUR, note="Perihelion", place=Place(lat=6.4, lng=3.4)
    )
    review = RankingReview.objects.create(staff_member=colleague, opened_at=at, declines=4, clears_at=at + DAY)
    return {"running": running, "added": added, "alarm": alarm, "review": review}


def _belongings(customer, at):
    notified(customer, "booking_confirmed", at=at)
    return {
        "method": SavedMethod.objects.create(
            owner=customer,
            gateway="stripe",
            token="pm_stranger_token",
            token_digest="d",
            kind="CARD",
            brand="Gallimaufry",
        ),
        "address": accounts.add_address(
            user=customer,
            text=AddressText(label="Home", lines=["77 Wisteria Crescent"], city="Ikoyi", country="NG"),
            is_default=True,
            at=at,
        ),
        "device": accounts.register_device(
            user=customer, kind="FCM", address="fcm-token-of-the-stranger", name="Zephyrine's phone", at=at
        ),
        "key": accounts.create_api_key(user=customer, name="Till of Quillon", scopes=NARROW_SCOPES, at=at),
        "notification": Notification.objects.filter(user=customer).first(),
    }


def _times(world, at):
    day = (START + 5 * DAY).date()
    slots = {"opens_min": 540, "closes_min": 600, "slot_min": 60, "max_capacity": 4}
    plan = SlotPlan(first_on=day, last_on=day, **slots)
    availability.create_slots(business_id=world.business.pk, plan=plan, by=world.owner, at=at)
    person = {"staff_member_id": world.staff.pk, "by": world.owner, "at": at}
    away = START + 6 * DAY
    return {
        "calendar": availability.add_calendar(
            staff_member_id=world.staff.pk,
            name="Quillon's own",
            address="https://quetzal.example/a.ics",
            by=world.owner,
            at=at,
        ),
        "exception": availability.set_opening_exception(
            business_id=world.business.pk, on=(START + 9 * DAY).date(), spans=[], by=world.owner, at=at
        ),
        "slot": CapacitySlot.objects.get(business=world.business),
        "busy": availability.mark_busy(
            starts_at=START + 2 * DAY, ends_at=START + 2 * DAY + HOUR, note="With doctor Larkspur", **person
        ),
        "time_off": availability.take_time_off(
            starts_at=away, ends_at=away + HOUR, note="Operation of the Perihelion knee", **person
        ),
    }


def _payouts(world, at):
    """Where the business and the customer are paid, and what was sent there."""
    business, person = of_business(world.business), of_person(world.customer)
    told = {"number": "7788990012", "bank_name": "Moonstone Bank"}
    account = usable_account(business, world.owner, **told)
    usable_account(person, world.customer, **told)
    earn(PayoutKind.BUSINESS, business, 1_000_000)
    earn(PayoutKind.WALLET, person, 1_000_000)
    return {
        "payout_account": account,
        "payout": ask(PayoutKind.BUSINESS, business, world.owner, amount_minor=600_000),
        "withdrawal": ask(PayoutKind.WALLET, person, world.customer, amount_minor=600_000),
    }


def _course(world, at):
    """A course that the customer has booked."""
    slots = [
        CapacitySlot.objects.create(
            business=world.business, service=world.service, starts_at=START + days * DAY, ends_at=START + days * DAY + HOUR,
            max_capacity=4,
        )
        for days in (30, 37)
    ]  # fmt: skip
    plan = CoursePlan(
        service_id=world.service.pk, title="Pottery for beginners", slot_ids=[slot.pk for slot in slots],
        price=Money(1_000_000, world.business.currency),
    )  # fmt: skip
    made = availability.create_course(business_id=world.business.pk, plan=plan, by=world.owner, at=at)
    request = CourseRequest(course_id=made.pk, participants=["Zephyrine"])
    return {
        "course": made,
        "course_booking": bookings.book_course(request=request, customer=world.customer, at=at),
    }


def make_person(role):
    """Somebody of that role to whom nothing of the stranger's belongs; business roles have a business of their own."""
    if role == Role.CEO:
        return BusinessFactory().owner
    if role == Role.EMPLOYEE:
        return MembershipFactory().user
    if role == Role.STAFF:
        return StaffMemberFactory().user
    return UserFactory(role=role, is_staff=role in OPS)


def bearer_of(user):
    """The header of a sign-in of that person, whose second factor was shown."""
    pair = accounts.begin_sign_in(user=user, second_factor=True, at=clock.now())
    return {"Authorization": f"Bearer {pair.access}"}
