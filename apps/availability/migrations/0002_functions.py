from django.db import migrations

from apps.availability.migrations import sql

CALENDAR = "availability_calendar(uuid, uuid, uuid[], timestamptz, timestamptz, boolean)"
BLOCK_TIME = (
    "availability_block_time(uuid, uuid, text, timestamptz, timestamptz, timestamptz, timestamptz, uuid, uuid, uuid, "
    "timestamptz, text, text, uuid, timestamptz)"
)


class Migration(migrations.Migration):
    """Free time is read in one answer and time is taken in one statement, by named functions."""

    dependencies = [("availability", "0001_initial"), ("catalog", "0002_functions")]

    operations = [
        migrations.RunSQL(sql.read("calendar"), f"DROP FUNCTION {CALENDAR}"),
        migrations.RunSQL(sql.read("block_time"), f"DROP FUNCTION {BLOCK_TIME}"),
        migrations.RunSQL(sql.read("count_seats"), "DROP FUNCTION availability_count_seats(uuid, integer)"),
        migrations.RunSQL(
            sql.read("lay_imports"), "DROP FUNCTION availability_lay_imports(uuid, timestamptz, boolean)"
        ),
        migrations.RunSQL(
            sql.read("overruns"),
            "DROP FUNCTION availability_claim_overruns(timestamptz, integer), availability_next_overrun()",
        ),
    ]
