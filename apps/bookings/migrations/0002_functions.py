"""Named database functions of bookings."""

from django.db import migrations

from apps.bookings.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("availability", "0002_functions")]

    operations = [
        migrations.RunSQL(sql.read("new_reference"), "DROP FUNCTION bookings_new_reference();"),
        migrations.RunSQL(
            sql.read("offer"), "DROP FUNCTION bookings_offer(uuid, uuid[], uuid[], timestamptz, timestamptz);"
        ),
    ]
