from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.notifications import kinds
from apps.notifications.models import Notification, Preference
from apps.notifications.operations import announce_new
from apps.notifications.tests.factories import notified

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/"


@pytest.fixture
def bola():
    return User.objects.create_user(email="bola@example.com", role="CEO")


def test_list_shows_ones_own_newest_first_by_cursor(api, ada, bola, now):
    keys = [notified(ada, kinds.WELCOME, at=now + timedelta(minutes=number)) for number in range(25)]
    notified(bola, kinds.WELCOME, at=now)

    first = api(ada).get(URL).json()["data"]
    second = api(ada).get(first["next"]).json()["data"]

    assert first["count"] is None
    shown = [row["id"] for row in first["results"] + second["results"]]
    assert shown == [str(key) for key in reversed(keys)]


def test_a_notification_has_its_words_before_and_after_the_worker_wrote_them(api, ada, now):
    notified(ada, kinds.PAYMENT_RECEIVED, at=now)
    before = api(ada).get(URL).json()["data"]["results"][0]

    announce_new(limit=10)

    after = api(ada).get(URL).json()["data"]["results"][0]
    assert before == after
    assert after["title"] == "Payment received"
    assert after["message"].startswith("₦5,000.00 for Deep tissue massage at Serenity Spa")


def test_list_costs_the_same_for_two_and_for_many(api, ada, now, count_queries):
    def cost(number):
        for _ in range(number):
            notified(ada, kinds.WELCOME, at=now)
        with count_queries() as counted:
            api(ada).get(URL, {"page_size": 100})
        return len(counted)

    assert cost(2) == cost(60)


def test_read_marks_it_once(api, ada, now):
    key = notified(ada, kinds.WELCOME, at=now)

    first = api(ada).post(f"{URL}{key}/read/")
    again = api(ada).post(f"{URL}{key}/read/")

    assert first.status_code == again.status_code == 200
    assert (first.json()["data"]["is_read"], first.json()["data"]["read_at"]) == (True, "2026-11-18T09:00:00Z")
    assert Notification.objects.get().read_at == now


def test_somebody_elses_notification_is_not_there(api, ada, bola, now):
    key = notified(ada, kinds.WELCOME, at=now)

    answer = api(bola).post(f"{URL}{key}/read/")

    assert answer.status_code == 404
    assert Notification.objects.get().is_read is False


def test_what_is_not_for_the_dashboard_is_not_shown(api, ada, now):
    key = notified(ada, kinds.VERIFICATION, at=now)

    assert api(ada).get(URL).json()["data"]["results"] == []
    assert api(ada).post(f"{URL}{key}/read/").status_code == 404
    assert api(ada).get(f"{URL}unread-count/").json()["data"] == {"unread_count": 0}


def test_read_all_and_unread_count(api, ada, bola, now):
    for _ in range(3):
        notified(ada, kinds.WELCOME, at=now)
    notified(bola, kinds.WELCOME, at=now)
    assert api(ada).get(f"{URL}unread-count/").json()["data"] == {"unread_count": 3}

    answer = api(ada).post(f"{URL}read-all/")

    assert answer.json()["message"] == "3 marked as read."
    assert api(ada).get(f"{URL}unread-count/").json()["data"] == {"unread_count": 0}
    assert api(bola).get(f"{URL}unread-count/").json()["data"] == {"unread_count": 1}


@pytest.mark.parametrize("path", ["", "unread-count/", "preferences/"])
def test_nobody_signed_in_sees_nothing(api, path):
    assert api().get(URL + path).status_code == 401


def cells(answer):
    return {
        (row["notification_type"], row["channel"]): (row["is_enabled"], row["may_change"])
        for row in answer.json()["data"]["preferences"]
    }


def test_preferences_show_what_concerns_the_role(api, ada, bola, ops):
    customer, owner, office = (cells(api(user).get(f"{URL}preferences/")) for user in (ada, bola, ops))

    assert customer["booking_started", "PUSH"] == (True, True)
    assert customer["payment_received", "DASHBOARD"] == (True, False)
    assert customer["payment_received", "EMAIL"] == (True, True)
    assert customer["password_changed", "EMAIL"] == (True, False)
    assert ("kyc_approved", "EMAIL") not in customer
    assert ("kyc_approved", "EMAIL") in owner
    assert ("payment_needs_review", "EMAIL") in office


def test_put_preferences_changes_what_is_named(api, ada):
    wish = {"notification_type": "booking_started", "channel": "PUSH", "is_enabled": False}

    for _ in range(2):
        answer = api(ada).put(f"{URL}preferences/", {"preferences": [wish]})

    assert answer.status_code == 200
    assert cells(answer)["booking_started", "PUSH"] == (False, True)
    assert Preference.objects.count() == 1

    api(ada).put(f"{URL}preferences/", {"preferences": [{**wish, "is_enabled": True}]})
    assert Preference.objects.get().is_enabled is True


def test_naming_a_cell_twice_keeps_the_last(api, ada):
    wish = {"notification_type": "booking_started", "channel": "PUSH", "is_enabled": False}

    answer = api(ada).put(f"{URL}preferences/", {"preferences": [wish, {**wish, "is_enabled": True}]})

    assert cells(answer)["booking_started", "PUSH"] == (True, True)


@pytest.mark.parametrize(
    ("name", "channel"),
    [("payment_received", "DASHBOARD"), ("password_changed", "DASHBOARD"), ("password_changed", "EMAIL")],
)
def test_money_and_safety_cannot_be_muted_on_the_dashboard(api, ada, name, channel):
    fine = {"notification_type": "booking_started", "channel": "PUSH", "is_enabled": False}
    wrong = {"notification_type": name, "channel": channel, "is_enabled": False}

    answer = api(ada).put(f"{URL}preferences/", {"preferences": [fine, wrong]})

    assert (answer.status_code, answer.json()["code"]) == (400, "cannot_be_muted")
    assert f"{name}.{channel}" in answer.json()["errors"]
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    "wish",
    [
        {"notification_type": "nothing", "channel": "PUSH", "is_enabled": False},
        {"notification_type": "welcome", "channel": "SMS", "is_enabled": False},
        {"notification_type": "welcome", "channel": "PIGEON", "is_enabled": False},
        {"notification_type": "welcome", "channel": "EMAIL"},
        {"notification_type": ["welcome"], "channel": {}, "is_enabled": "perhaps"},
        "welcome",
        None,
    ],
)
def test_put_preferences_refuses_what_makes_no_sense(api, ada, wish):
    answer = api(ada).put(f"{URL}preferences/", {"preferences": [wish]})

    assert answer.status_code == 400
    assert "preferences" in answer.json()["errors"]
