"""Named database functions of the catalogue."""

from django.db import migrations

from apps.catalog.migrations import sql


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(sql.read("performers"), "DROP FUNCTION catalog_performers(uuid);")]
