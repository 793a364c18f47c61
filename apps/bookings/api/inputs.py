"""Shapes of requests about bookings."""

from typing import Any

from rest_framework import serializers

from apps.accounts.api.fields import PhoneField
from apps.bookings.states import Attendance, BookingStatus, DeclineReason, PaymentStatus
from apps.catalog.api.filters import OrderingField
from apps.core.api.fields import AmountField, DayField, MomentField, MoneyField
from apps.core.api.serializers import InputSerializer, StrictInputSerializer

MOST_EXTRAS = 30
MOST_PARTICIPANTS = 100


class ParticipantIn(StrictInputSerializer):
    name = serializers.CharField(max_length=120)


class BookingIn(StrictInputSerializer):
    """What a customer asks for; fields that are not known are refused, because money hangs on them."""

    makes_given_only = True
    needs_start = True

    service = serializers.UUIDField()
    start = MomentField(required=False, help_text="Of work that takes somebody's time.")
    staff = serializers.UUIDField(required=False, allow_null=True)
    slot = serializers.UUIDField(required=False, help_text="A session, in place of `start` and `staff`.")
    participants = ParticipantIn(
        many=True, required=False, allow_empty=False, max_length=MOST_PARTICIPANTS,
        help_text="With a slot: one seat for each. Without, it is one seat, the customer's.",
    )  # fmt: skip
    package = serializers.UUIDField(
        required=False, help_text="A purchase of one's own, a use of which pays for the service (for one seat of it)."
    )
    extras = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_EXTRAS)
    address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    virtual = serializers.BooleanField(required=False)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    expected_total = MoneyField(required=False)
    credits = AmountField(required=False, help_text="Pay with credits first: true for all there are, or so much.")
    promo = serializers.CharField(required=False, allow_blank=True, max_length=30, help_text="A discount code.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A position has both its numbers, work is either at an address or online, and at a start or in a slot."""
        _check_slot_or_start(attrs, needs_start=self.needs_start)
        if ("lat" in attrs) != ("lng" in attrs):
            raise serializers.ValidationError({"lat": ["A position has both lat and lng."]})
        if attrs.get("virtual") and attrs.get("address"):
            raise serializers.ValidationError({"virtual": ["Say either where, or that it is online."]})
        return attrs


class QuoteIn(BookingIn):
    """What is to be priced: the body of the booking that would be made, whose start may be open yet."""

    needs_start = False


class CallerIn(StrictInputSerializer):
    """Whoever stands at the desk or telephones."""

    name = serializers.CharField(max_length=120)
    phone = PhoneField()
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)


class DeskBookingIn(BookingIn):
    """A booking that the desk makes for somebody, and whether it has the money in cash already."""

    customer = CallerIn()
    credits = None
    promo = None
    paid_in_cash = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class SeriesIn(BookingIn):
    """A booking, and the rule of its further dates; `expected_total` is that of each."""

    rrule = serializers.CharField(
        max_length=300, help_text="RFC 5545, such as `FREQ=WEEKLY;COUNT=8`; with an end, at most 52 dates."
    )
    skip_clashes = serializers.BooleanField(required=False, help_text="Book the others where some dates are taken.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A series is of work at a start, not of sessions."""
        if not isinstance(attrs.get("credits", False), bool):
            raise serializers.ValidationError(
                {"credits": ["Say true or false for a series: each is paid for by itself."]}
            )
        if "slot" in attrs:
            raise serializers.ValidationError({"slot": ["A series takes people's time, not seats."]})
        return super().validate(attrs)


class ChangesIn(InputSerializer):
    participants = ParticipantIn(
        many=True, required=False, allow_empty=False, max_length=MOST_PARTICIPANTS, help_text="As many as it has seats."
    )
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class NotesIn(InputSerializer):
    owner_notes = serializers.CharField(allow_blank=True, max_length=5000)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class ActIn(StrictInputSerializer):
    """A reason is required of operations, and welcome of everybody."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class RejectIn(StrictInputSerializer):
    reason = serializers.CharField(max_length=1000)


class RescheduleIn(StrictInputSerializer):
    start = MomentField(required=False)
    slot = serializers.UUIDField(required=False, help_text="For seats of a session: another session.")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class DeclineIn(StrictInputSerializer):
    reason_code = serializers.ChoiceField(choices=DeclineReason.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class ChooseStaffIn(StrictInputSerializer):
    staff = serializers.UUIDField()
    start = MomentField(required=False, help_text="The booking's own time where left out.")


class ReassignIn(StrictInputSerializer):
    staff = serializers.UUIDField()
    instead_of = serializers.UUIDField(
        required=False, help_text="In a crew, whose place is taken; else the first one's."
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class SpanQuery(InputSerializer):
    """A span of time, ``from`` a moment ``to`` another."""

    def get_fields(self) -> dict[str, Any]:
        span = {
            "from": MomentField(help_text="A moment with its offset."),
            "to": MomentField(help_text="Not included; at most 92 days later."),
        }
        return {**span, **super().get_fields()}


class SickLeaveIn(SpanQuery):
    refuse_unknown = True

    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class LiftIn(StrictInputSerializer):
    reason = serializers.CharField(max_length=1000)


class SopTickIn(InputSerializer):
    id = serializers.CharField(max_length=80)
    done = serializers.BooleanField()


class SopIn(InputSerializer):
    items = SopTickIn(many=True, allow_empty=False, max_length=100)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class ListQuery(InputSerializer):
    """Filters of lists."""

    status = serializers.CharField(required=False, max_length=200)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices, required=False)
    business = serializers.UUIDField(required=False)
    staff = serializers.UUIDField(required=False)
    service = serializers.UUIDField(required=False)
    date = DayField(required=False)
    search = serializers.CharField(required=False, max_length=100)
    ordering = OrderingField(
        allowed={"starts_at": "starts_at", "created_at": "created_at", "total": "total_minor", "status": "status"}
    )

    def validate_status(self, value: str) -> list[str]:
        """One state, or several between commas."""
        wanted = [each.strip() for each in value.split(",") if each.strip()]
        unknown = sorted(set(wanted) - set(BookingStatus.values))
        if unknown:
            raise serializers.ValidationError(f"Not a status: {', '.join(unknown)}.")
        return wanted


class WaitIn(InputSerializer):
    service = serializers.UUIDField(required=False, help_text="Where the slot is of any service of the business.")


class AcceptSeatIn(StrictInputSerializer):
    package = serializers.UUIDField(
        required=False, help_text="A purchase of one's own, a use of which pays for the seat."
    )
    participants = ParticipantIn(many=True, required=False, allow_empty=False, max_length=1)
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    expected_total = MoneyField(required=False)


class MarkIn(StrictInputSerializer):
    id = serializers.UUIDField(help_text="A participant.")
    attendance = serializers.ChoiceField(choices=Attendance.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class AttendanceIn(StrictInputSerializer):
    participants = MarkIn(many=True, allow_empty=False, max_length=1000)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class CourseBookingIn(StrictInputSerializer):
    makes_given_only = True

    participants = ParticipantIn(
        many=True, required=False, allow_empty=False, max_length=MOST_PARTICIPANTS,
        help_text="One seat in every session for each. Without, it is one seat, the customer's.",
    )  # fmt: skip
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    expected_total = MoneyField(required=False)
    credits = AmountField(required=False, help_text="Pay with credits first: true for all there are, or so much.")
    promo = serializers.CharField(required=False, allow_blank=True, max_length=30, help_text="A discount code.")


class CourseListQuery(InputSerializer):
    """Filters of the list of booked courses."""

    business = serializers.UUIDField(required=False)
    course = serializers.UUIDField(required=False)


def _check_slot_or_start(attrs: dict[str, Any], *, needs_start: bool) -> None:
    if "slot" in attrs and (attrs.keys() & {"start", "staff"}):
        raise serializers.ValidationError({"slot": ["A slot has its own start and host."]})
    if "slot" not in attrs and "participants" in attrs:
        raise serializers.ValidationError({"participants": ["Only a slot has seats for participants."]})
    if needs_start and not attrs.keys() & {"slot", "start"}:
        raise serializers.ValidationError({"start": ["Say when, or name a slot."]})
