"""Named database functions of bought packages."""

from django.db import migrations

from apps.packages.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql.read("uses"),
            "DROP FUNCTION packages_spend_use(uuid, uuid, uuid, uuid, timestamptz, timestamptz);"
            "DROP FUNCTION packages_return_use(uuid, uuid, timestamptz);",
        ),
    ]
