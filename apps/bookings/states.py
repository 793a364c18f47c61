"""The life of a booking, and where its money is.

    ── create ──▶ PENDING ──confirm, approve──▶ CONFIRMED ──start──▶ IN_PROGRESS ──complete──▶ COMPLETED
                   │ │ │ ▲                      │ │ │ ▲
                   │ │ │ └─revive─┐             │ │ │ └─accept a replacement, choose staff─┐
                   │ │ └─expire─▶ EXPIRED       │ │ └─decline─▶ DECLINED ⇄ DECLINED_WITH_OPTION
                   │ │            │             │ │                 └────────┬────────┘
                   │ │            └─revive─▶ CONFIRMED                CANCELLED_BY_SYSTEM
                   │ └─reject─▶ REJECTED        │ └─no-show─▶ NO_SHOW
                   └─cancel─▶ CANCELLED ◀─cancel┘
        also PENDING ──its start passes unapproved──▶ CANCELLED_BY_SYSTEM, PENDING ──decline──▶ DECLINED

A session is started for all its seats at once, so that who of them did not come is known when it ends: a seat goes from
IN_PROGRESS to NO_SHOW.

Only an expired booking comes back, and only by money that arrives while its time is still free. A declined one may be
confirmed with somebody else, and declined again, any number of times; it ends with all money back where its customer
gives up or its start passes.
"""

from django.db import models


class BookingStatus(models.TextChoices):
    PENDING = "PENDING", "pending"
    CONFIRMED = "CONFIRMED", "confirmed"
    IN_PROGRESS = "IN_PROGRESS", "in progress"
    COMPLETED = "COMPLETED", "completed"
    CANCELLED = "CANCELLED", "cancelled"
    CANCELLED_BY_SYSTEM = "CANCELLED_BY_SYSTEM", "cancelled by the platform"
    REJECTED = "REJECTED", "rejected"
    EXPIRED = "EXPIRED", "expired"
    DECLINED = "DECLINED", "declined"
    DECLINED_WITH_OPTION = "DECLINED_WITH_OPTION", "declined, a replacement is offered"
    NO_SHOW = "NO_SHOW", "the customer did not come"


S = BookingStatus
ACTIVE = (S.PENDING, S.CONFIRMED, S.IN_PROGRESS)
RECOVERING = (S.DECLINED, S.DECLINED_WITH_OPTION)
UPCOMING = (S.PENDING, S.CONFIRMED, S.IN_PROGRESS, *RECOVERING)
# A booking in one of these has no seat of its session; in every other it has, also when it was used or missed.
SEATLESS = (S.CANCELLED, S.CANCELLED_BY_SYSTEM, S.REJECTED, S.EXPIRED)
# While staff may know how to reach the customer
REACHABLE = (S.CONFIRMED, S.IN_PROGRESS)
ENDED = tuple(state for state in S if state not in UPCOMING)
# While a link of a letter may act on it: it has not begun, and may yet take place.
LINKABLE = (S.PENDING, S.CONFIRMED, S.EXPIRED, *RECOVERING)

# The database keeps the same table by a trigger. The model's transitions are exactly MOVES.
MOVES: list[tuple[BookingStatus, BookingStatus]] = [
    (S.PENDING, S.CONFIRMED),
    (S.PENDING, S.REJECTED),
    (S.PENDING, S.EXPIRED),
    (S.PENDING, S.CANCELLED),
    (S.PENDING, S.CANCELLED_BY_SYSTEM),
    (S.EXPIRED, S.PENDING),
    (S.CONFIRMED, S.IN_PROGRESS),
    (S.CONFIRMED, S.CANCELLED),
    (S.CONFIRMED, S.NO_SHOW),
    (S.IN_PROGRESS, S.COMPLETED),
    (S.IN_PROGRESS, S.NO_SHOW),
    (S.PENDING, S.DECLINED),
    (S.CONFIRMED, S.DECLINED),
    (S.DECLINED, S.DECLINED_WITH_OPTION),
    (S.DECLINED_WITH_OPTION, S.DECLINED),
    (S.DECLINED, S.CONFIRMED),
    (S.DECLINED_WITH_OPTION, S.CONFIRMED),
    (S.DECLINED, S.CANCELLED_BY_SYSTEM),
    (S.DECLINED_WITH_OPTION, S.CANCELLED_BY_SYSTEM),
]


class PaymentStatus(models.TextChoices):
    """Where the money of a booking is, derived from its hold; a free booking has none of these.

    ``CASH`` alone has no hold: the business took the money itself, and the marketplace never sees, releases or refunds it.
    """

    PENDING_PAYMENT = "PENDING_PAYMENT", "awaiting payment"
    HELD = "HELD", "held in escrow"
    PENDING_CLEARANCE = "PENDING_CLEARANCE", "clearing"
    FROZEN = "FROZEN", "frozen by a dispute"
    RELEASED = "RELEASED", "released to the business"
    REFUNDED = "REFUNDED", "refunded"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED", "refunded in part"
    CASH = "CASH", "taken in cash by the business, outside the escrow"


# The money is where the work may rely on it.
SETTLED = (PaymentStatus.HELD, PaymentStatus.CASH)


class Place(models.TextChoices):
    """Where the work is done."""

    AT_BUSINESS = "AT_BUSINESS", "at the business"
    AT_CUSTOMER = "AT_CUSTOMER", "at the customer's"
    VIRTUAL = "VIRTUAL", "by video"


class Party(models.TextChoices):
    """As whom a person acts on a booking; one person may be several."""

    CUSTOMER = "CUSTOMER", "the customer"
    STAFF = "STAFF", "the assigned staff"
    DESK = "DESK", "the business's desk"
    OPS = "OPS", "the marketplace's operations"
    SYSTEM = "SYSTEM", "the platform"


class DeclineReason(models.TextChoices):
    """Why somebody does not do a job that was theirs."""

    SICK = "SICK", "ill"
    OVERBOOKED = "OVERBOOKED", "too many jobs"
    TOO_FAR = "TOO_FAR", "too far away"
    UNSAFE = "UNSAFE", "not safe"
    EQUIPMENT = "EQUIPMENT", "equipment is missing"
    OTHER = "OTHER", "another reason"


# Who gives one of these cannot come then at all; the other reasons are about the one job.
CANNOT_COME = (DeclineReason.SICK, DeclineReason.OVERBOOKED)


class OfferOutcome(models.TextChoices):
    """What became of a replacement that was offered to a customer."""

    OPEN = "OPEN", "awaits the customer"
    ACCEPTED = "ACCEPTED", "accepted"
    PASSED = "PASSED", "the customer chose otherwise"
    WITHDRAWN = "WITHDRAWN", "the person cannot come after all"
    LAPSED = "LAPSED", "the start passed without an answer"


class ReviewEnd(models.TextChoices):
    """How a Ranking Review came to its end."""

    CLEARED = "CLEARED", "few enough declines in the last days"
    LIFTED = "LIFTED", "lifted by operations"


class Attendance(models.TextChoices):
    """Whether a participant came to the session."""

    EXPECTED = "EXPECTED", "not marked yet"
    PRESENT = "PRESENT", "came"
    ABSENT = "ABSENT", "did not come"


class WaitState(models.TextChoices):
    """Where somebody stands who waits for a seat."""

    WAITING = "WAITING", "in line"
    OFFERED = "OFFERED", "a seat is offered"
    ACCEPTED = "ACCEPTED", "has booked the seat"
    LAPSED = "LAPSED", "did not answer in time"
    LEFT = "LEFT", "has left the line"


LIVE_WAITS = (WaitState.WAITING, WaitState.OFFERED)


class ExtraKind(models.TextChoices):
    """What was added to a running job."""

    EXTRA = "EXTRA", "an extra of the service"
    SERVICE = "SERVICE", "another service"
    PRODUCT = "PRODUCT", "a product"


class ExtraState(models.TextChoices):
    """Where something added to a running job stands.

    ADDED ──refuse──▶ REFUSED,  ADDED ──complete──▶ DUE ──pay──▶ PAID ──refund──▶ RETURNED,  ADDED, DUE ──waive──▶ WAIVED;
    what costs nothing is PAID when the work is complete.
    """

    ADDED = "ADDED", "added, may be refused"
    REFUSED = "REFUSED", "refused by the customer"
    DUE = "DUE", "to be paid"
    PAID = "PAID", "paid"
    RETURNED = "RETURNED", "paid and given back"
    WAIVED = "WAIVED", "waived by the business"


E = ExtraState
EXTRA_MOVES: list[tuple[ExtraState, ExtraState]] = [
    (E.ADDED, E.REFUSED),
    (E.ADDED, E.DUE),
    (E.ADDED, E.PAID),
    (E.ADDED, E.WAIVED),
    (E.DUE, E.PAID),
    (E.DUE, E.WAIVED),
    (E.PAID, E.RETURNED),
]
# What the customer neither owes nor has paid
UNCHARGED = (E.REFUSED, E.WAIVED, E.RETURNED)


class ReminderKind(models.TextChoices):
    """Which of the reminders before a booking it is."""

    FIRST = "FIRST", "a day before"
    SECOND = "SECOND", "an hour before"
    LAST = "LAST", "half an hour before"


class TipState(models.TextChoices):
    """Where a tip stands: it is the performer's once it is paid."""

    DUE = "DUE", "to be paid"
    PAID = "PAID", "paid"


class ContactChannel(models.TextChoices):
    """How somebody of the business reaches the customer."""

    CALL = "CALL", "telephone"
    SMS = "SMS", "SMS"
    EMAIL = "EMAIL", "e-mail"
    ADDRESS = "ADDRESS", "address"


class LinkAction(models.TextChoices):
    """What a link of a letter lets its holder do."""

    CANCEL = "CANCEL", "cancel"
    RESCHEDULE = "RESCHEDULE", "move to another time"
