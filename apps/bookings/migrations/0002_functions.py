"""Named database functions of bookings."""

from django.db import migrations

from apps.bookings.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial"), ("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(sql.read("new_reference"), "DROP FUNCTION bookings_new_reference();"),
        migrations.RunSQL(sql.read("offer"), "DROP FUNCTION bookings_offer(uuid, uuid[], boolean);"),
    ]
