"""The ledger's functions, the trigger that keeps entries balanced, and what the application may touch."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).resolve().parent.parent / "sql"
_PARTS = (
    "entries", "posting", "funding", "holds", "recovery", "keeping", "soundness", "evidence", "accounting", "rights",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0002_app_role")]

    operations = [migrations.RunSQL((_SQL / f"{part}.sql").read_text(), migrations.RunSQL.noop) for part in _PARTS]
