"""What the walks lean on: every kind of change is seen, and undone."""

import pytest

from apps.catalog.models import Category
from apps.catalog.tests.factories import CategoryFactory
from tests.security.undoing import Print, undone, writes, written_since

pytestmark = pytest.mark.django_db
TABLE = Category._meta.db_table


@pytest.mark.parametrize(
    "change",
    [
        CategoryFactory,
        lambda: Category.objects.update(name="Another"),
        lambda: Category.objects.filter(children=None).delete(),
    ],
    ids=["insert", "update", "delete"],
)
def test_a_change_is_seen_and_then_gone(change):
    CategoryFactory()
    before, mark = Print(), writes()

    with undone():
        change()
        assert TABLE in before.changed()
        assert TABLE in written_since(mark)

    assert before.changed() == []


def test_what_is_written_as_it_was_is_no_change():
    CategoryFactory(name="Hair")
    before, mark = Print(), writes()

    Category.objects.update(name="Hair")

    assert before.changed() == []
    assert written_since(mark) == [TABLE]
