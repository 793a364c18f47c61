"""Counting and paging the lists of the back office quickly at any size."""

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import OperationalError, connections, transaction
from django.utils.functional import cached_property

# Below it an exact count is cheap.
MANY = 50_000
PATIENCE_MS = 300
FAR_DOWN = 10_000


class EstimatedPaginator(Paginator):
    """Counts exactly while that is quick; a larger list by PostgreSQL's own estimate, so that it opens at once."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if rows.query.is_empty():
            return 0
        if not rows.query.where and not rows.query.distinct:
            estimate = _rows_of_table(rows)
            return estimate if estimate > MANY else super().count
        planned = _rows_by_plan(rows)
        if planned > MANY:
            return planned
        try:
            return self._counted_in_time(rows)
        except OperationalError:  # the planner expected few, and still it takes long
            return planned

    def page(self, number: Any) -> Page[Any]:
        """The page's rows; far down a list the keys are found first, and only then whole rows are read and joined."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        if first < FAR_DOWN:
            return super().page(number)
        keys = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)

    def _counted_in_time(self, rows: Any) -> int:
        connection = connections[rows.db]
        with transaction.atomic(using=rows.db), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (before,) = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            counted = super().count
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
        return counted


def _rows_of_table(rows: Any) -> int:
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [rows.model._meta.db_table]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _rows_by_plan(rows: Any) -> int:
    try:
        plan = rows.order_by().explain(format="json")
    except EmptyResultSet:  # a condition that no row can meet
        return 0
    if not plan:  # likewise, found out one step later
        return 0
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"])
