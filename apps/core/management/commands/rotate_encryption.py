from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection
from rich.progress import track

from apps.core import encryption
from apps.core.fields import EncryptedTextField

BATCH = 1_000


class Command(BaseCommand):
    help = "Re-encrypts every encrypted column under the first of FIELD_ENCRYPTION_KEYS; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        columns = [
            (model, field)
            for model in apps.get_models()
            for field in model._meta.local_fields
            if isinstance(field, EncryptedTextField)
        ]
        for model, field in track(columns, description="Encrypted columns"):
            count = self._rotate(model, field)
            self.stdout.write(f"{model._meta.label}.{field.name}: {count} rows")

    def _rotate(self, model: Any, field: Any) -> int:
        """Reads and writes ciphertext, so plaintext never leaves the cipher; a row changed meanwhile is left alone."""
        quote = connection.ops.quote_name
        table, column, key = (quote(name) for name in (model._meta.db_table, field.column, model._meta.pk.column))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} <> ''")  # noqa: S608  # names of our own models, quoted
            rows = cursor.fetchall()
            for start in range(0, len(rows), BATCH):
                cursor.executemany(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608  # as above
                    [(encryption.rotate(token), pk, token) for pk, token in rows[start : start + BATCH]],
                )
        return len(rows)
