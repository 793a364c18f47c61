"""The rows of one booking, as the product writes them, made without asking whether they may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.sql import InsertQuery

from apps.availability.models import BusyBlock
from apps.bookings.models import Booking
from apps.core.ids import new_id, new_reference
from apps.core.models import IdempotencyRecord, OutboxMessage

DURATION_MIN = 30
PRICE_MINOR = 100
BUFFER = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whom and what the rows name; ``key`` is the idempotency key."""

    service_id: str
    business_id: str
    staff_member_id: str
    person_id: str
    customer_id: str
    starts_at: datetime
    at: datetime
    key: str


def rows_of(wanted: Wanted) -> list[Any]:
    """Booking, busy block, outbox message and record of the key. The booking's history row is its trigger's."""
    at, starts_at, ends_at = wanted.at, wanted.starts_at, wanted.starts_at + timedelta(minutes=DURATION_MIN)
    expires_at = at + timedelta(minutes=30)
    booking = Booking(
        pk=new_id(), reference=new_reference(), customer_id=wanted.customer_id, business_id=wanted.business_id,
        service_id=wanted.service_id, staff_member_id=wanted.staff_member_id, time_zone="UTC", starts_at=starts_at,
        ends_at=ends_at, expires_at=expires_at, currency="NGN", base_minor=PRICE_MINOR, total_minor=PRICE_MINOR,
        price_lines=[{"kind": "SERVICE", "label": "Bench", "amount_minor": PRICE_MINOR}],
        cancellation_policy={"tiers": [{"hours_before": 24, "refund_percent": 100}], "grace_minutes": 5},
        payment_status="PENDING_PAYMENT", change="create", changed_at=at, changed_by_id=wanted.customer_id,
        changed_as="CUSTOMER", created_at=at,
    )  # fmt: skip
    block = BusyBlock(
        staff_member_id=wanted.staff_member_id, person_id=wanted.person_id, starts_at=starts_at, ends_at=ends_at,
        during=(starts_at, ends_at + BUFFER), booking_id=booking.pk, service_id=wanted.service_id,
        holder_id=wanted.customer_id, expires_at=expires_at, created_at=at,
    )  # fmt: skip
    message = OutboxMessage(
        task="apps.bookings.tasks.tell_created", arguments={"booking_id": str(booking.pk)}, due_at=at, created_at=at
    )
    record = IdempotencyRecord(
        actor=wanted.customer_id, key=wanted.key, fingerprint=booking.pk.hex * 2, status=201, body=as_answer(booking),
        created_at=at,
    )  # fmt: skip
    return [block, booking, message, record]


def as_answer(booking: Booking) -> dict[str, Any]:
    """The row, column by column: about as long as the product's answer."""
    return {field.attname: getattr(booking, field.attname) for field in booking._meta.concrete_fields}


def statement_of(row: Model) -> tuple[str, tuple[Any, ...]]:
    """The INSERT that the ORM would send for the row, with its parameters."""
    query = InsertQuery(type(row))
    query.insert_values(row._meta.concrete_fields, [row])
    return query.get_compiler(DEFAULT_DB_ALIAS).as_sql()[0]
