"""A person is away: their time cannot be booked, and each of their jobs looks for somebody else.

Reporting it writes the absence and orders the rest from the queue, a message for each job, so that one job stands or
falls alone and a crash in between loses none.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.availability import operations as availability
from apps.availability.states import TimeOffReason
from apps.bookings import machine
from apps.bookings.errors import ReasonMissing, SpanInvalid
from apps.bookings.models import Booking, SickLeave
from apps.bookings.notices import recovery as notices
from apps.bookings.operations.decline import take_off
from apps.bookings.operations.lock import lock_booking
from apps.bookings.operations.replace import close_offer, offer_replacement
from apps.bookings.queries.recovery import jobs_hit, last_decline, offers_hit
from apps.bookings.queries.viewer import find_desk_staff, viewer_of
from apps.bookings.states import BookingStatus, OfferOutcome, Party
from apps.catalog import operations as catalog
from apps.core import audit
from apps.core.outbox import after_commit, after_commit_many

LONGEST = timedelta(days=92)
ORDER = "apps.bookings.tasks.order_take_offs"
TAKE_OFF = "apps.bookings.tasks.take_job_off"
REPLACE = "apps.bookings.tasks.replace_offer_of"


@transaction.atomic
def report_sick(
    *, business_id: UUID, staff_id: UUID, starts_at: datetime, ends_at: datetime, by: Any, at: datetime, note: str = ""
) -> SickLeave:
    """The person is away in the span, and after the commit their jobs in it are declined, each into its recovery.

    Reporting the same again changes nothing more. Raises: SpanInvalid, NoSuchStaff, ReasonMissing of ops.
    """
    ensure_span(starts_at, ends_at, at)
    viewer = viewer_of(by)
    staff = find_desk_staff(viewer, business_id=business_id, staff_id=staff_id)
    is_desk = business_id in viewer.desk_ids
    if not is_desk and not note:
        raise ReasonMissing(errors={"note": ["Operations say why they act for a business."]})
    catalog.lock_staff([staff.pk])
    leave, _ = SickLeave.objects.get_or_create(
        staff_member=staff, starts_at=starts_at, ends_at=ends_at,
        defaults={
            "business_id": business_id, "note": note, "reported_by": by, "created_at": at,
            "reported_as": Party.DESK if is_desk else Party.OPS,
        },
    )  # fmt: skip
    if leave.time_off_id is None:
        leave.time_off = availability.take_time_off(
            staff_member_id=staff.pk, starts_at=starts_at, ends_at=ends_at, reason=TimeOffReason.SICK, note=note, by=by,
            at=at,
        )  # fmt: skip
        leave.save(update_fields=["time_off"])
        audit.record("booking.sick_leave_reported", target=leave, by=by, at=at, reason=note)
    after_commit(ORDER, leave_id=str(leave.pk))
    return leave


def ensure_span(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Raises: SpanInvalid."""
    if ends_at <= starts_at:
        raise SpanInvalid(errors={"to": ["The end lies after the start."]})
    if ends_at <= at:
        raise SpanInvalid(errors={"to": ["The span lies in the past."]})
    if ends_at - starts_at > LONGEST:
        raise SpanInvalid(errors={"to": [f"Report at most {LONGEST.days} days at a time."]})


@transaction.atomic
def order_take_offs(*, leave_id: UUID, at: datetime) -> None:
    """Each job that the absence hits, and each offer of the person, waits in the queue for its turn."""
    leave = _in_force(leave_id)
    if leave is None:
        return
    jobs = jobs_hit(leave.staff_member_id, since=leave.starts_at, until=leave.ends_at, at=at)
    offers = offers_hit(leave.staff_member_id, since=leave.starts_at, until=leave.ends_at)
    for task, booking_ids in ((TAKE_OFF, jobs.values_list("pk", flat=True)), (REPLACE, offers)):
        after_commit_many(task, [{"leave_id": str(leave.pk), "booking_id": str(key)} for key in booking_ids])


def take_off_later(booking: Booking) -> None:
    """A booking whose money came only after its person was reported away is taken off them as well."""
    leave = (
        SickLeave.objects.filter(staff_member_id__in=booking.performer_ids, time_off__isnull=False)
        .filter(starts_at__lt=booking.ends_at, ends_at__gt=booking.starts_at)
        .order_by("pk")
        .first()
    )
    if leave is not None:
        after_commit(TAKE_OFF, leave_id=str(leave.pk), booking_id=str(booking.pk))


@transaction.atomic
def take_job_off(*, leave_id: UUID, booking_id: UUID, at: datetime) -> bool:
    """The job is declined into its recovery; whether it still had to be."""
    leave = _in_force(leave_id)
    if leave is None:
        return False
    booking = lock_booking(booking_id)
    refusal = machine.DECLINE.refusal(booking, Party.STAFF, at)
    if refusal is not None or not _is_hit(booking, leave, booking.performer_ids):
        return False
    take_off(booking, leave, at=at)
    return True


@transaction.atomic
def replace_offer_of(*, leave_id: UUID, booking_id: UUID, at: datetime) -> bool:
    """The customer is offered somebody else than the person who is away; whether that had to be."""
    leave = _in_force(leave_id)
    if leave is None:
        return False
    booking = lock_booking(booking_id)
    is_offered = booking.status == BookingStatus.DECLINED_WITH_OPTION and at < booking.starts_at
    if not is_offered or not _is_hit(booking, leave, [booking.replacement_id]):
        return False
    decline = last_decline(booking)
    booking.withdraw(at=at, reason="The replacement cannot come after all.")
    booking.keep("replacement")
    close_offer(booking, OfferOutcome.WITHDRAWN, at=at)
    availability.release_person(booking_id=booking.pk, staff_member_id=leave.staff_member_id, at=at)
    found = offer_replacement(booking, decline, at=at)
    notices.tell_offer_changed(booking, decline, replacement=found, at=at)
    return True


def _in_force(leave_id: UUID) -> SickLeave | None:
    """The absence with its people, unless the person has come back to work."""
    leaves = SickLeave.objects.select_related("reported_by", "staff_member")
    leave: SickLeave | None = leaves.filter(pk=leave_id, time_off__isnull=False).first()
    return leave


def _is_hit(booking: Booking, leave: SickLeave, people: list[Any]) -> bool:
    is_theirs = leave.staff_member_id in people
    return is_theirs and booking.starts_at < leave.ends_at and booking.ends_at > leave.starts_at
