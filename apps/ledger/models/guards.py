"""Triggers that several of the ledger's tables share."""

import pgtrigger


def kept(table: str) -> list[pgtrigger.Trigger]:
    """Triggers by which the database refuses to delete rows of ``table`` or to empty it."""
    return [
        pgtrigger.Protect(name=f"{table}_kept", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{table}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{table} cannot be truncated';",
        ),
    ]
