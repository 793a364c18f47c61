import pytest

pytestmark = pytest.mark.django_db


def test_the_time_machine_is_not_for_customers(api):
    answer = api().post("/api/v1/sandbox/clock/advance/", {"hours": "1"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer.json()["status"] == "error"
