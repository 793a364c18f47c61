"""Rows by the million, for benchmarks: believable in number and spread, made by the database itself in sets.

Nothing here goes through operations: what is measured afterwards is how the product reads, and sweeps, such tables.
Triggers and foreign keys rest while rows are written, so a database filled so is for measuring only.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model
from psycopg import sql

from apps.accounts.models import User
from apps.availability.models import BusyBlock, OpeningHours, WeeklySchedule
from apps.catalog.models import Business, Category, Membership, Service, StaffMember
from apps.core import clock
from apps.demo.places import CITIES

CHUNK = 50_000
OWNERS = 5_000
# People and services with bookings; the other businesses are for ranking and search.
BUSY_BUSINESSES = 20_000
Told = Callable[[str, int, int], None]

_EVERY_DAY = "'[[540, 1080]]'::jsonb"
_WEEK = "'[[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]]]'::jsonb"


def fill_scale(*, businesses: int, bookings: int, told: Told) -> None:
    """``businesses`` verified businesses around the demo's cities, and ``bookings`` bookings of their people."""
    at = clock.now().isoformat()
    category, _ = Category.objects.get_or_create(slug="scale", defaults={"name": "Scale"})
    cities = _cities()
    fill(
        User, min(OWNERS, businesses), told, called="owners",
        id="md5('scale-user' || n)::uuid", email="'scale' || n || '@guild.example'", first_name="'Scale'",
        last_name="n::text", role="'CEO'", password="'!'", created_at=f"'{at}'", updated_at=f"'{at}'",  # noqa: S106  # no password fits it
        date_joined=f"'{at}'",
    )  # fmt: skip
    fill(
        Business, businesses, told,
        id="md5('scale-business' || n)::uuid", owner_id=f"md5('scale-user' || (1 + n % {min(OWNERS, businesses)}))::uuid",
        name="'Studio ' || n", slug="'studio-' || n", verification_status="'VERIFIED'",
        verified_at=f"'{at}'", applied_at=f"'{at}'", created_at=f"'{at}'", updated_at=f"'{at}'",
        rating_average="round((3 + 2 * abs(hashint8(n)::bigint % 1000) / 1000.0)::numeric, 2)",
        rating_count="abs(hashint8(n + 7)::bigint % 400)",
        location=f"ST_SetSRID(ST_MakePoint({cities}[1 + n % {len(CITIES)}][1] + (abs(hashint8(n)::bigint % 4000) - 2000) / 8000.0, "
        f"{cities}[1 + n % {len(CITIES)}][2] + (abs(hashint8(n + 13)::bigint % 4000) - 2000) / 8000.0), 4326)::geography",
    )  # fmt: skip
    busy = min(BUSY_BUSINESSES, businesses)
    fill(
        Membership, busy, told,
        id="md5('scale-membership' || n)::uuid", business_id="md5('scale-business' || n)::uuid",
        user_id=f"md5('scale-user' || (1 + n % {min(OWNERS, businesses)}))::uuid", kind="'OWNER'", state="'ACTIVE'",
        joined_at=f"'{at}'", created_at=f"'{at}'", updated_at=f"'{at}'",
    )  # fmt: skip
    fill(
        User, busy, told, called="performers",
        id="md5('scale-performer' || n)::uuid", email="'performer' || n || '@guild.example'", first_name="'Performer'",
        last_name="n::text", role="'STAFF'", password="'!'", created_at=f"'{at}'", updated_at=f"'{at}'",  # noqa: S106  # as above
        date_joined=f"'{at}'",
    )  # fmt: skip
    fill(
        StaffMember, busy, told,
        id="md5('scale-staff' || n)::uuid", business_id="md5('scale-business' || n)::uuid",
        user_id="md5('scale-performer' || n)::uuid", display_name="'Performer ' || n", created_at=f"'{at}'",
        updated_at=f"'{at}'",
    )  # fmt: skip
    fill(
        Service, busy, told,
        id="md5('scale-service' || n)::uuid", business_id="md5('scale-business' || n)::uuid",
        category_id=f"'{category.pk}'", title="'Session ' || n", price_minor="500000", duration_min="60",
        places="'{AT_BUSINESS}'::varchar[]", created_at=f"'{at}'", updated_at=f"'{at}'",
    )  # fmt: skip
    fill(
        WeeklySchedule, busy, told,
        id="md5('scale-schedule' || n)::uuid", staff_member_id="md5('scale-staff' || n)::uuid", weekly=_WEEK,
        created_at=f"'{at}'", updated_at=f"'{at}'",
    )  # fmt: skip
    fill(
        OpeningHours, busy * 7, told,
        id="md5('scale-hours' || n)::uuid", business_id="md5('scale-business' || (1 + (n - 1) / 7))::uuid",
        weekday="(n - 1) % 7", spans=_EVERY_DAY, created_at=f"'{at}'", updated_at=f"'{at}'",
    )  # fmt: skip
    _bookings(bookings, busy, at, told)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cities() -> str:
    """The cities' first quarters as an array of (longitude, latitude)."""
    return "(ARRAY[" + ",".join(f"[{city.quarters[0][2]},{city.quarters[0][1]}]" for city in CITIES) + "]::float8[][])"


def _bookings(count: int, busy: int, at: str, told: Told) -> None:
    """Three in a thousand are still to come; the others were done, day by day, over the years before."""
    from apps.bookings.models import Booking  # noqa: PLC0415  # the only part that needs the trades

    ahead = "(n % 1000 < 3)"
    # One a day for each person, in working hours; no two overlap.
    start = (
        f"date_trunc('day', '{at}'::timestamptz) + interval '8 hours' + (n % 8) * interval '1 hour'"
        f" + (1 + n / {busy}) * (CASE WHEN {ahead} THEN 1 ELSE -1 END) * interval '1 day'"
    )
    end = f"{start} + interval '1 hour'"
    person = f"(1 + n % {busy})"
    fill(
        Booking, count, told,
        id="md5('scale-booking' || n)::uuid", reference="upper(substr(md5('scale-reference' || n), 1, 1)) || lpad(n::text, 7, '0')",
        customer_id=f"md5('scale-performer' || (1 + (n * 31) % {busy}))::uuid",
        business_id=f"md5('scale-business' || {person})::uuid",
        service_id=f"md5('scale-service' || {person})::uuid",
        staff_member_id=f"md5('scale-staff' || {person})::uuid",
        time_zone="'Africa/Lagos'", currency="'NGN'", base_minor="500000", total_minor="500000",
        status=f"CASE WHEN {ahead} THEN 'CONFIRMED' ELSE 'COMPLETED' END",
        payment_status=f"CASE WHEN {ahead} THEN 'HELD' ELSE 'RELEASED' END",
        starts_at=start, ends_at=end, confirmed_at=f"{start} - interval '2 days'",
        actual_start_time=f"CASE WHEN {ahead} THEN NULL ELSE {start} END",
        actual_end_time=f"CASE WHEN {ahead} THEN NULL ELSE {end} END",
        duration_minutes=f"CASE WHEN {ahead} THEN NULL ELSE 60 END",
        change_number=f"CASE WHEN {ahead} THEN 2 ELSE 4 END",
        change=f"CASE WHEN {ahead} THEN 'confirm' ELSE 'complete' END",
        changed_as=f"CASE WHEN {ahead} THEN 'SYSTEM' ELSE 'STAFF' END",
        changed_at=f"CASE WHEN {ahead} THEN {start} - interval '2 days' ELSE {end} END",
        created_at=f"{start} - interval '3 days'", updated_at=start,
    )  # fmt: skip
    fill(
        BusyBlock, count, told, only=ahead,
        id="md5('scale-block' || n)::uuid", booking_id="md5('scale-booking' || n)::uuid",
        staff_member_id=f"md5('scale-staff' || {person})::uuid", person_id=f"md5('scale-performer' || {person})::uuid",
        service_id=f"md5('scale-service' || {person})::uuid", starts_at=start, ends_at=end,
        during=f"tstzrange({start}, {end})", created_at=f"'{at}'", updated_at=f"'{at}'",
    )  # fmt: skip


def fill(
    model: type[Model], count: int, told: Told, *, called: str = "", only: str = "true", **expressions: str
) -> None:
    """Rows of ``model`` for each ``n`` up to ``count``: given columns by expressions, the others by their defaults."""
    fields = [field for field in model._meta.local_concrete_fields if field.column not in expressions]
    defaults = [_default(field) for field in fields]
    columns = [*expressions, *(str(field.column) for field in fields)]
    statement = sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM generate_series({}, {}) AS n WHERE {} ON CONFLICT DO NOTHING"
    ).format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(column) for column in columns),
        sql.SQL(", ").join(
            [*(sql.SQL(each.replace("%", "%%")) for each in expressions.values()), *[sql.Placeholder()] * len(fields)]
        ),  # type: ignore[arg-type]  # constants of this page
        sql.Placeholder(),
        sql.Placeholder(),
        sql.SQL(only.replace("%", "%%")),  # type: ignore[arg-type]  # as above
    )
    text = statement.as_string(None)
    for first in range(1, count + 1, CHUNK):
        last = min(first + CHUNK - 1, count)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute(text, [*defaults, first, last])
        told(called or str(model._meta.verbose_name_plural), last, count)


def _default(field: "Field[Any, Any]") -> Any:
    """The value that a row made by the model would have, as the driver takes it."""
    value = field.get_default()
    if value is None and not field.null:
        if field.get_internal_type() == "BooleanField":
            value = False
        elif field.empty_strings_allowed:
            value = ""
        else:
            raise LookupError(f"{field} needs an expression.")
    return field.get_db_prep_save(value, connection)
