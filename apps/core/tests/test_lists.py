"""Searching, counting and paging the lists of the back office."""

import pytest

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import BusinessFactory, ServiceFactory
from apps.core.admin import counting, search
from apps.core.admin.counting import EstimatedPaginator

pytestmark = pytest.mark.django_db
SERVICES = "/admin/catalog/service/"


@pytest.fixture
def ops(client):
    client.force_login(UserFactory(admin=True))
    return client


def found(page):
    return {str(row) for row in page.context["cl"].result_list}


def test_a_list_is_searched_by_what_stands_in_related_tables(ops):
    ServiceFactory(title="Braids", business=BusinessFactory(name="Crown & Coil"))
    ServiceFactory(title="Massage", business=BusinessFactory(name="Oasis"))

    page = ops.get(SERVICES, {"q": "crown coil"})

    assert found(page) == {"Braids"}
    assert found(ops.get(SERVICES, {"q": "crown oasis"})) == set()
    assert found(ops.get(SERVICES, {"q": "nowhere"})) == set()


def test_a_key_is_found_whole_and_in_either_case(ops):
    user = UserFactory(first_name="Ngozi", last_name="Eze")
    UserFactory()

    assert found(ops.get("/admin/accounts/user/", {"q": str(user.pk).upper()})) == {"Ngozi Eze"}
    assert found(ops.get("/admin/accounts/user/", {"q": str(user.pk)[:-1]})) == set()


def test_a_word_that_cannot_be_a_key_does_no_harm(ops):
    for word in ("%", "'", '"', "1" * 40, "x" * 300):
        assert ops.get("/admin/accounts/signin/", {"q": word}).status_code == 200
        assert ops.get("/admin/ledger/transfer/", {"q": word}).status_code == 200


def test_a_word_that_fits_too_much_says_so(ops, monkeypatch):
    monkeypatch.setattr(search, "RELATED", 1)
    for name in ("Crown One", "Crown Two"):
        ServiceFactory(business=BusinessFactory(name=name))

    page = ops.get(SERVICES, {"q": "crown"})

    assert len(page.context["cl"].result_list) == 1
    assert "More fits than is shown here" in page.content.decode()


def test_a_small_list_is_counted_exactly_and_a_large_one_by_estimate(monkeypatch):
    UserFactory.create_batch(3, role="CUSTOMER")
    rows = User.objects.filter(role="CUSTOMER").order_by("-id")

    assert EstimatedPaginator(rows, 50).count == 3
    assert EstimatedPaginator(rows.none(), 50).count == 0

    monkeypatch.setattr(counting, "MANY", -1)
    assert EstimatedPaginator(rows, 50).count == counting._rows_by_plan(rows)


def test_a_count_that_takes_too_long_is_given_up(monkeypatch):
    rows = User.objects.filter(role="CUSTOMER").extra(where=["pg_sleep(1) IS NOT NULL"]).order_by("-id")
    UserFactory(role="CUSTOMER")
    monkeypatch.setattr(counting, "PATIENCE_MS", 1)

    assert EstimatedPaginator(rows, 50).count == counting._rows_by_plan(rows)


def test_pages_far_down_hold_the_same_rows(monkeypatch):
    UserFactory.create_batch(7)
    rows = User.objects.order_by("-id")
    near = [list(EstimatedPaginator(rows, 3).page(number).object_list) for number in (1, 2, 3)]

    monkeypatch.setattr(counting, "FAR_DOWN", 0)

    assert [list(EstimatedPaginator(rows, 3).page(number).object_list) for number in (1, 2, 3)] == near
