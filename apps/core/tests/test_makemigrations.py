"""Tables are created whole: one operation of a migration instead of one for each index, constraint and trigger."""

from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.models import CheckConstraint, Index, Q
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger

from apps.core.management.commands.makemigrations import folded


def _table() -> CreateModel:
    return CreateModel("Shelf", [("id", models.AutoField(primary_key=True)), ("width", models.IntegerField())])


def _trigger(name: str, condition: str) -> Trigger:
    sql = UpsertTriggerSql(
        func="RETURN NULL;",
        condition=condition,
        hash=name,
        operation="UPDATE",
        pgid=name,
        table="core_shelf",
        when="AFTER",
    )
    return Trigger(name=name, sql=sql)


def test_indexes_and_constraints_join_their_table() -> None:
    index = Index(fields=["width"], name="shelf_width")
    check = CheckConstraint(condition=Q(width__gt=0), name="shelf_is_wide")

    (table,) = folded([_table(), AddIndex("Shelf", index), AddConstraint("Shelf", check)])

    assert table.options == {"indexes": [index], "constraints": [check]}


def test_what_names_a_field_that_comes_later_stays_behind_it() -> None:
    height = AddField("Shelf", "height", models.IntegerField())
    on_height = AddIndex("Shelf", Index(fields=["height"], name="shelf_height"))
    on_width = AddIndex("Shelf", Index(fields=["width"], name="shelf_width"))

    table, *rest = folded([_table(), height, on_height, on_width])

    assert rest == [height, on_height]
    assert [index.name for index in table.options["indexes"]] == ["shelf_width"]


def test_triggers_join_their_table_unless_they_name_a_field_that_comes_later() -> None:
    height = AddField("Shelf", "height", models.IntegerField())
    on_width, on_height = _trigger("wider", "WHEN (NEW.width > 1)"), _trigger("higher", "WHEN (NEW.height > 1)")

    table, *rest = folded([_table(), height, AddTrigger("shelf", on_height), AddTrigger("shelf", on_width)])

    assert [each.trigger for each in rest[1:]] == [on_height]
    assert table.options["triggers"] == [on_width]


def test_what_belongs_to_a_table_of_another_migration_stays() -> None:
    index = AddIndex("Rack", Index(fields=["width"], name="rack_width"))

    assert folded([_table(), index])[1:] == [index]
