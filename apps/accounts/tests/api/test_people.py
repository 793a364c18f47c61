from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.accounts import operations
from apps.accounts.errors import LastAdmin
from apps.accounts.events import ProfileViewed, RoleChanged, UserRestored, UserSuspended
from apps.accounts.models import AccountActivity, SecondFactor, User
from apps.accounts.tests.conftest import BASE
from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
URL = f"{BASE}/admin/users/"


@pytest.mark.parametrize("trait", ["ops", "viewer", "ceo", "staff", "employee", None])
def test_people_are_for_admins(api, customer, trait):
    client = api(UserFactory(**({trait: True} if trait else {})))

    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}{customer.pk}/").status_code == 403
    assert client.put(f"{URL}{customer.pk}/role/", {"role": "ADMIN"}).status_code == 403
    for act in ("suspend", "restore", "second-factor/reset"):
        assert client.post(f"{URL}{customer.pk}/{act}/", {"reason": "x"}).status_code == 403
    customer.refresh_from_db()
    assert (customer.role, customer.is_active) == ("CUSTOMER", True)


def test_anonymous_people_are_told_to_sign_in(api, customer):
    assert api().get(URL).status_code == 401


def test_people_are_listed_filtered_and_searched(api, admin, now):
    ada = UserFactory(first_name="Adaeze", last_name="Nwosu", email="adaeze@example.com")
    UserFactory(ceo=True, is_active=False)
    operations.guest_customer(email="guest@example.com", phone="+2348031234567", at=now)

    def ids(query):
        return [row["id"] for row in api(admin).get(URL + query).json()["data"]["results"]]

    assert len(ids("")) == 3
    assert len(ids("?role=CEO")) == 1
    assert len(ids("?is_active=false")) == 1
    assert ids("?search=adaeze nwosu") == [str(ada.pk)]
    assert ids("?ordering=email")[0] == str(admin.pk) or ids("?ordering=email")
    for bad in ("?role=KING", "?ordering=password"):
        assert api(admin).get(URL + bad).status_code == 400


def test_the_list_costs_the_same_for_one_and_many(api, admin, count_queries):
    with count_queries() as one:
        api(admin).get(URL)
    UserFactory.create_batch(10)
    with count_queries() as many:
        api(admin).get(URL)
    assert len(one) == len(many)


def test_a_new_role_is_audited_told_and_ends_every_token(api, admin, customer, login, bearer, heard):
    tokens = login(customer)

    answer = api(admin).put(f"{URL}{customer.pk}/role/", {"role": "OPS", "reason": "Joined the desk."})

    customer.refresh_from_db()
    assert answer.status_code == 200
    assert (customer.role, customer.is_staff, customer.token_version) == ("OPS", True, 2)
    assert bearer(tokens["access"]).get(f"{BASE}/auth/user/").status_code == 401
    assert api().post(f"{BASE}/auth/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401
    entry = AuditEntry.objects.get(action="user.role_changed")
    assert (entry.before, entry.after, entry.actor, entry.reason) == (
        {"role": "CUSTOMER"},
        {"role": "OPS"},
        admin,
        "Joined the desk.",
    )
    assert customer.email not in entry.target_label
    assert heard.last(RoleChanged).new_role == "OPS"


def test_the_same_role_changes_nothing(api, admin, customer):
    api(admin).put(f"{URL}{customer.pk}/role/", {"role": "CUSTOMER"})

    customer.refresh_from_db()
    assert customer.token_version == 1
    assert not AuditEntry.objects.filter(action="user.role_changed").exists()


@pytest.mark.parametrize(
    ("trait", "was_staff", "role", "opens"),
    [
        ("ceo", True, "EMPLOYEE", True),
        ("ceo", True, "CUSTOMER", False),
        ("ops", True, "CEO", False),
        ("ceo", False, "STAFF", False),
        ("ops", True, "VIEWER", True),
    ],
)
def test_who_keeps_the_back_office(api, admin, trait, was_staff, role, opens):
    user = UserFactory(**{trait: True}, is_staff=was_staff)

    api(admin).put(f"{URL}{user.pk}/role/", {"role": role})

    user.refresh_from_db()
    assert user.is_staff is opens


def test_nobody_acts_on_their_own_account(api, admin):
    UserFactory(admin=True)

    for answer in (
        api(admin).put(f"{URL}{admin.pk}/role/", {"role": "CUSTOMER"}),
        api(admin).post(f"{URL}{admin.pk}/suspend/", {"reason": "x"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "own_account")


def test_there_is_always_an_admin(admin, now):
    other = UserFactory(admin=True, is_active=False)

    with pytest.raises(LastAdmin):
        operations.change_role(user_id=admin.pk, role="OPS", by=other, at=now)
    with pytest.raises(LastAdmin):
        operations.suspend_user(user_id=admin.pk, by=other, at=now, reason="x")
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("ADMIN", True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_leave_one(now):
    first, second = UserFactory(admin=True), UserFactory(admin=True)

    def demote(pair):
        try:
            with clock.frozen(now):
                operations.change_role(user_id=pair[0].pk, role="OPS", by=pair[1], at=now)
        except Exception as error:  # noqa: BLE001  # a deadlock would be one, too
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(demote, [(first, second), (second, first)]))

    assert outcomes == ["LastAdmin", "done"]
    assert User.objects.filter(role="ADMIN").count() == 1


def test_suspending_closes_and_restoring_opens(api, admin, customer, login, bearer, heard):
    tokens = login(customer)

    suspended = api(admin).post(f"{URL}{customer.pk}/suspend/", {"reason": "Two chargebacks."})
    assert suspended.json()["data"]["is_active"] is False
    assert bearer(tokens["access"]).get(f"{BASE}/auth/user/").status_code == 401
    assert api(admin).post(f"{URL}{customer.pk}/suspend/", {"reason": "x"}).json()["code"] == "wrong_state"
    restored = api(admin).post(f"{URL}{customer.pk}/restore/", {"reason": "Cleared."})

    assert restored.json()["data"]["is_active"] is True
    assert api(admin).post(f"{URL}{customer.pk}/restore/", {"reason": "x"}).json()["code"] == "wrong_state"
    assert bearer(tokens["access"]).get(f"{BASE}/auth/user/").status_code == 401
    login(customer)
    assert (heard.last(UserSuspended).user_id, heard.last(UserRestored).user_id) == (customer.pk, customer.pk)
    actions = AuditEntry.objects.filter(target_id=str(customer.pk)).order_by("at").values_list("action", flat=True)
    assert list(actions) == ["user.suspended", "user.restored"]


def test_acting_on_nobody_is_a_404(api, admin):
    nobody = "01890000-0000-7000-8000-000000000000"
    client = api(admin)

    assert client.get(f"{URL}{nobody}/").status_code == 404
    assert client.put(f"{URL}{nobody}/role/", {"role": "OPS"}).status_code == 404
    for act in ("suspend", "restore", "second-factor/reset", "view-as"):
        assert client.post(f"{URL}{nobody}/{act}/", {"reason": "x"}).status_code == 404


def test_a_lost_second_factor_is_taken_off(api, admin, customer, now):
    seed = operations.begin_enrolment(user_id=customer.pk, at=now).seed
    operations.confirm_enrolment(user_id=customer.pk, code=operations.code_at(seed, now), at=now)

    answer = api(admin).post(f"{URL}{customer.pk}/second-factor/reset/", {"reason": "Lost the phone."})

    assert answer.status_code == 200
    assert not SecondFactor.objects.exists()
    line = AccountActivity.objects.get(kind="SECOND_FACTOR_OFF")
    assert (line.actor, line.note, line.ip_address) == (admin, "Lost the phone.", None)
    assert api(admin).post(f"{URL}{customer.pk}/second-factor/reset/", {"reason": "x"}).status_code == 409


class TestViewAs:
    @pytest.fixture
    def ops(self, db):
        return UserFactory(ops=True)

    @pytest.fixture
    def screen(self, api, bearer, customer, ops):
        answer = api(ops).post(f"{URL}{customer.pk}/view-as/", {"reason": "Ticket 4711."})
        assert answer.status_code == 201
        return bearer(answer.json()["data"]["access"])

    def test_ops_see_what_the_customer_sees_and_change_nothing(self, screen, customer):
        assert screen.get(f"{BASE}/auth/user/").json()["data"]["id"] == str(customer.pk)
        assert screen.get(f"{BASE}/profile/").status_code == 200
        for method, path in [
            ("patch", "/auth/user/"), ("post", "/profile/addresses/"), ("put", "/auth/password/"),
            ("post", "/auth/logout-all/"), ("post", "/auth/api-keys/"), ("post", "/auth/logout/"),
            ("get", "/profile/export/"), ("get", "/auth/api-keys/"), ("get", "/auth/mfa/"), ("post", "/profile/erase/"),
        ]:  # fmt: skip
            answer = getattr(screen, method)(BASE + path, {})
            assert (answer.status_code, answer.json()["code"]) == (403, "read_only"), path

    def test_it_is_audited_and_shown_to_the_customer(self, screen, api, customer, ops):
        assert AuditEntry.objects.get(action="user.viewed").actor == ops
        line = api(customer).get(f"{BASE}/profile/history/").json()["data"]["results"][0]
        assert (line["kind"], line["by_our_team"], line["note"]) == ("VIEWED_BY_OPS", True, "Ticket 4711.")

    def test_it_is_told(self, heard, customer, ops, now):
        operations.view_as(user_id=customer.pk, by=ops, at=now, reason="x")

        assert heard.last(ProfileViewed).viewer_id == ops.pk

    def test_it_ends_after_a_quarter_of_an_hour(self, screen, now):
        from datetime import timedelta

        with clock.frozen(now + timedelta(minutes=15)):
            assert screen.get(f"{BASE}/profile/").status_code == 401

    @pytest.mark.parametrize(
        "change", [{"is_active": False}, {"token_version": 5}, {"role": "CUSTOMER"}, {"is_deleted": True}]
    )
    def test_it_ends_with_the_viewer(self, screen, ops, change):
        User.all_objects.filter(pk=ops.pk).update(**change)

        assert screen.get(f"{BASE}/profile/").status_code == 401

    def test_it_ends_with_the_customers_tokens(self, screen, customer, now):
        operations.sign_out_everywhere(user_id=customer.pk, by=customer, at=now)

        assert screen.get(f"{BASE}/profile/").status_code == 401

    @pytest.mark.parametrize("trait", ["ceo", "staff", "employee", "admin", "ops", "viewer"])
    def test_nobody_but_customers(self, api, ops, trait):
        user = UserFactory(**{trait: True})

        answer = api(ops).post(f"{URL}{user.pk}/view-as/", {"reason": "x"})

        assert (answer.status_code, answer.json()["code"]) == (403, "not_viewable")

    @pytest.mark.parametrize("trait", ["viewer", "ceo", "staff", None])
    def test_nobody_but_ops_look(self, api, customer, trait):
        client = api(UserFactory(**({trait: True} if trait else {})))

        assert client.post(f"{URL}{customer.pk}/view-as/", {"reason": "x"}).status_code == 403

    def test_a_reason_is_needed(self, api, ops, customer):
        assert api(ops).post(f"{URL}{customer.pk}/view-as/", {}).status_code == 400
