"""A booking's life: its state, the moments that belong to it, and the moves between states."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django_fsm import FSMField, transition

from apps.bookings import machine, stakes
from apps.bookings.action import SYSTEM, Actor
from apps.bookings.reminders import next_reminder
from apps.bookings.states import RECOVERING, BookingStatus, Party
from apps.core.conf import timer
from apps.core.models import SoftDeleteModel

S = BookingStatus
# What is due about it later; every move that sets or ends one of them keeps them all.
TIMERS = ("ask_at", "ask_ops", "remind_at")


class BookingLife(SoftDeleteModel):
    """The machine that ``states`` draws. Each move notes who made it, as whom, when and why; a trigger copies the note
    into the history, and refuses a move without one.
    """

    # Of the booking itself, which a change of person changes
    crew: Any
    staff_member_id: Any
    # Of the booking itself, which a revival takes again
    use_returned_at: Any

    status = FSMField(max_length=20, choices=S.choices, default=S.PENDING, protected=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Unpaid, it holds its time until then.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejection_reason = models.TextField(blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    replacement = models.ForeignKey(
        "catalog.StaffMember", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Who is offered to the customer in place of whoever declined.",
    )  # fmt: skip
    no_show_at = models.DateTimeField(null=True, blank=True)
    actual_start_time = models.DateTimeField(null=True, blank=True)
    actual_end_time = models.DateTimeField(null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)
    refund_cap_percent = models.PositiveSmallIntegerField(
        default=100, help_text="The most that goes back: what would have gone back when the customer last moved it."
    )
    ask_at = models.DateTimeField(null=True, blank=True, help_text="When somebody is to be asked about it.")
    ask_ops = models.BooleanField(default=False, help_text="Its people were asked; next it is operations.")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="When the next reminder of it is due.")
    # The last change, which the history repeats
    change_number = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    changed_as = models.CharField(max_length=10, choices=Party.choices)
    change = models.CharField(max_length=20)
    change_reason = models.TextField(blank=True)

    class Meta:
        abstract = True

    def note(self, change: str, *, by: Actor, at: datetime, reason: str = "") -> None:
        """The last change of the booking is this one."""
        self.change_number += 1
        self.change, self.changed_at, self.change_reason = change, at, reason
        self.changed_by_id, self.changed_as = by.user_id, by.party

    def keep(self, *fields: str) -> None:
        """The state, the note of the last change and ``fields`` are written; nothing else of the row is."""
        self.save(update_fields=[*_NOTED, *fields])

    # --- Money decides --------------------------------------------------------------------------------------------
    @transition(field=status, source=S.PENDING, target=S.CONFIRMED, conditions=[stakes.is_settled])
    def confirm(self, *, at: datetime, by: Actor = SYSTEM, reason: str = "") -> None:
        """It will take place, without anybody being asked; or by whoever of the business has taken the money."""
        self._be_confirmed(at)
        self.note("confirm", by=by, at=at, reason=reason)

    @transition(field=status, source=S.PENDING, target=S.EXPIRED, conditions=[stakes.is_unpaid])
    def expire(self, *, at: datetime) -> None:
        """Nobody paid in time."""
        self.expired_at = at
        self.note("expire", by=SYSTEM, at=at)

    @transition(field=status, source=S.EXPIRED, target=S.PENDING)
    def revive(self, *, at: datetime) -> None:
        """Money came after all, and the time is the booking's again, as is a use of a package that pays for it."""
        self.expired_at, self.use_returned_at = None, None
        self.note("revive", by=SYSTEM, at=at)

    @transition(field=status, source=[S.PENDING, *RECOVERING], target=S.CANCELLED_BY_SYSTEM)
    def lapse(self, *, at: datetime, reason: str) -> None:
        """Its start passed, and nobody had approved it, or nobody was found for it."""
        self.cancelled_at, self.replacement_id = at, None
        self.note("lapse", by=SYSTEM, at=at, reason=reason)

    @transition(field=status, source=S.DECLINED, target=S.DECLINED_WITH_OPTION)
    def offer(self, *, replacement_id: UUID, at: datetime) -> None:
        """The customer is offered somebody else for the same time."""
        self.replacement_id = replacement_id
        self.note("offer", by=SYSTEM, at=at)

    @transition(field=status, source=S.DECLINED_WITH_OPTION, target=S.DECLINED)
    def withdraw(self, *, at: datetime, reason: str) -> None:
        """Who was offered cannot come after all."""
        self.replacement_id = None
        self.note("withdraw", by=SYSTEM, at=at, reason=reason)

    # --- People decide --------------------------------------------------------------------------------------------
    @transition(
        field=status, source=list(machine.APPROVE.sources), target=S.CONFIRMED, conditions=[stakes.is_settled],
        permission=machine.APPROVE.permits, custom={"action": machine.APPROVE},
    )  # fmt: skip
    def approve(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """It will take place, as somebody of the business said."""
        self._be_confirmed(at)
        self.note("approve", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.REJECT.sources), target=S.REJECTED,
        permission=machine.REJECT.permits, custom={"action": machine.REJECT},
    )  # fmt: skip
    def reject(self, *, by: Actor, at: datetime, reason: str) -> None:
        """The business does not take it."""
        self.rejected_at, self.rejection_reason = at, reason
        self.note("reject", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.START.sources), target=S.IN_PROGRESS, conditions=[stakes.is_settled],
        permission=machine.START.permits, custom={"action": machine.START},
    )  # fmt: skip
    def start(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """The work is under way."""
        self.actual_start_time = at
        self.ask_at, self.ask_ops = max(self.ends_at, at) + timer("BOOKING_NEVER_COMPLETED_ASK"), False
        self.remind_at = None
        self.note("start", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.COMPLETE.sources), target=S.COMPLETED, conditions=[stakes.has_done_sop],
        permission=machine.COMPLETE.permits, custom={"action": machine.COMPLETE},
    )  # fmt: skip
    def complete(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """The work is done; its length is counted in whole minutes, to the nearest."""
        self.actual_end_time = at
        self.duration_minutes = _minutes(self.actual_start_time, at)
        self._stop_timers()
        self.note("complete", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.CANCEL.sources), target=S.CANCELLED,
        permission=machine.CANCEL.permits, custom={"action": machine.CANCEL},
    )  # fmt: skip
    def cancel(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """It will not take place."""
        self.cancelled_at = at
        self._stop_timers()
        self.note("cancel", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.NO_SHOW.sources), target=S.NO_SHOW,
        permission=machine.NO_SHOW.permits, custom={"action": machine.NO_SHOW},
    )  # fmt: skip
    def miss(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """The customer did not come."""
        self.no_show_at = at
        self._stop_timers()
        self.note("no-show", by=by, at=at, reason=reason)

    @transition(field=status, source=S.IN_PROGRESS, target=S.NO_SHOW)
    def miss_session(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Nobody of it came to the session, which is over."""
        self.no_show_at = at
        self._stop_timers()
        self.note("no-show", by=by, at=at, reason=reason)

    @transition(
        field=status, source=list(machine.DECLINE.sources), target=S.DECLINED, conditions=[stakes.is_settled],
        permission=machine.DECLINE.permits, custom={"action": machine.DECLINE},
    )  # fmt: skip
    def decline(self, *, by: Actor, at: datetime, reason: str) -> None:
        """The person whose job it was does not do it."""
        self._be_declined(by, at, reason)

    @transition(field=status, source=list(machine.DECLINE.sources), target=S.DECLINED, conditions=[stakes.is_settled])
    def excuse(self, *, by: Actor, at: datetime, reason: str) -> None:
        """The desk has taken it off a person who is away."""
        self._be_declined(by, at, reason)

    @transition(
        field=status, source=list(machine.ACCEPT_REPLACEMENT.sources), target=S.CONFIRMED,
        conditions=[stakes.is_settled], permission=machine.ACCEPT_REPLACEMENT.permits,
        custom={"action": machine.ACCEPT_REPLACEMENT},
    )  # fmt: skip
    def accept(self, *, by: Actor, at: datetime, from_id: UUID) -> None:
        """It takes place at its time, with who was offered."""
        self._hand_over(from_id, self.replacement_id)
        self._be_confirmed(at)
        self.note("accept-replacement", by=by, at=at)

    @transition(
        field=status, source=list(machine.CHOOSE_STAFF.sources), target=S.CONFIRMED, conditions=[stakes.is_settled],
        permission=machine.CHOOSE_STAFF.permits, custom={"action": machine.CHOOSE_STAFF},
    )  # fmt: skip
    def choose(
        self, *, by: Actor, at: datetime, from_id: UUID, staff_id: UUID, starts_at: datetime, ends_at: datetime
    ) -> None:
        """It takes place with whom the customer chose, at its own time or another."""
        self.starts_at, self.ends_at = starts_at, ends_at
        self._hand_over(from_id, staff_id)
        self._be_confirmed(at)
        self.note("choose-staff", by=by, at=at)

    @transition(
        field=status, source=list(machine.GIVE_UP.sources), target=S.CANCELLED_BY_SYSTEM,
        permission=machine.GIVE_UP.permits, custom={"action": machine.GIVE_UP},
    )  # fmt: skip
    def give_up(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Its customer looks no further."""
        self.cancelled_at, self.replacement_id = at, None
        self.note("cancel", by=by, at=at, reason=reason)

    def move(self, *, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime, reason: str = "") -> None:
        """It takes place at another time; its state stays."""
        self.starts_at, self.ends_at = starts_at, ends_at
        if self.ask_at is not None:
            self.ask_at, self.ask_ops = starts_at + timer("BOOKING_NEVER_STARTED"), False
        if self.status == S.CONFIRMED:
            self.remind_at = next_reminder(starts_at, after=at)
        self.note("reschedule", by=by, at=at, reason=reason)

    def reassign(self, *, from_id: UUID, staff_id: UUID, by: Actor, at: datetime, reason: str = "") -> None:
        """Somebody else of the business does it; its state and its time stay."""
        self._hand_over(from_id, staff_id)
        self.note("reassign", by=by, at=at, reason=reason)

    def _be_declined(self, by: Actor, at: datetime, reason: str) -> None:
        self.declined_at = at
        self._stop_timers()
        self.note("decline", by=by, at=at, reason=reason)

    def _hand_over(self, from_id: UUID, to_id: UUID | None) -> None:
        self.replacement_id = None
        self.crew = [to_id if person == from_id else person for person in self.crew]
        if self.staff_member_id == from_id:
            self.staff_member_id = to_id

    def _be_confirmed(self, at: datetime) -> None:
        self.confirmed_at, self.expires_at = at, None
        self.ask_at, self.ask_ops = self.starts_at + timer("BOOKING_NEVER_STARTED"), False
        self.remind_at = next_reminder(self.starts_at, after=at)

    def _stop_timers(self) -> None:
        self.ask_at, self.ask_ops, self.remind_at = None, False, None


_NOTED = ("status", "change_number", "change", "changed_at", "changed_by", "changed_as", "change_reason")


def _minutes(since: datetime | None, until: datetime) -> int:
    if since is None:  # the database keeps that a started job has its moment
        raise ValueError("a job that was never started has no length")
    return int(((until - since).total_seconds() + 30) // 60)
