from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class Command(makemigrations.Command):
    """Django's own, which moreover creates each table with its indexes, constraints and triggers in one operation.

    Django writes one operation for each of them, and before each operation ``migrate`` builds the models again:
    with several hundred of them that was nine tenths of the time in which a database is set up.
    """

    def write_migration_files(self, changes: dict[str, list[Any]], *arguments: Any, **named: Any) -> None:
        for migrations in changes.values():
            for migration in migrations:
                migration.operations = folded(migration.operations)
        super().write_migration_files(changes, *arguments, **named)


def folded(operations: list[Operation]) -> list[Operation]:
    """The same operations, with indexes, constraints and triggers inside the tables that are created before them.

    What names a field that its table gets later stays where it is.
    """
    tables = {each.name_lower: each for each in operations if isinstance(each, CreateModel)}
    later = [(each.model_name_lower, each.name) for each in operations if isinstance(each, AddField)]
    left = []
    for each in operations:
        kind, part, words = _part_of_a_table(each)
        name = getattr(each, "model_name_lower", "")
        if kind and name in tables and not any(model == name and field in words for model, field in later):
            tables[name].options.setdefault(kind, []).append(part)
        else:
            left.append(each)
    return left


def _part_of_a_table(operation: Operation) -> tuple[str, Any, str]:
    """The option of a table to which the operation adds, what it adds, and all the words of that."""
    match operation:
        case AddIndex():
            return "indexes", operation.index, repr(operation.index.deconstruct())
        case AddConstraint():
            return "constraints", operation.constraint, repr(operation.constraint.deconstruct())
        case AddTrigger():
            return "triggers", operation.trigger, operation.trigger.install_sql
        case _:
            return "", None, ""
