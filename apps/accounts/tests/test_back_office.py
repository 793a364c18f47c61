import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts import operations
from apps.accounts.models import (
    AccountActivity,
    Address,
    ApiKey,
    PushDevice,
    SecondFactor,
    SignIn,
    SignInGuard,
    User,
)  # fmt: skip
from apps.accounts.tests.factories import PASSWORD, UserFactory
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN, FACTOR, CHANGE, INDEX = "/admin/login/", "/admin/second-factor/", "/admin/password_change/", "/admin/"


@pytest.fixture
def browser():
    return Client()


def _sign_in(browser, user, password=PASSWORD, code=""):
    return browser.post(LOGIN, {"username": user.email, "password": password, "code": code, "next": INDEX})


def _with_factor(user, now):
    seed = operations.begin_enrolment(user_id=user.pk, at=now).seed
    SecondFactor.objects.update(confirmed_at=now)
    return seed


def test_the_page_asks_for_a_code(browser):
    page = browser.get(LOGIN).content.decode()

    assert 'name="code"' in page
    assert 'name="username"' in page


def test_ops_without_a_second_factor_are_led_to_set_one_up(browser, now):
    user = UserFactory(ops=True)
    assert _sign_in(browser, user)["Location"] == INDEX
    assert browser.get(INDEX)["Location"] == FACTOR
    assert browser.get("/admin/accounts/user/")["Location"] == FACTOR
    page = browser.get(FACTOR).content.decode()
    seed = SecondFactor.objects.get().seed
    assert "<svg" in page
    assert seed in page

    wrong = browser.post(FACTOR, {"code": "000000"})
    assert wrong.status_code == 400
    assert SecondFactor.objects.get().seed == seed
    right = browser.post(FACTOR, {"code": operations.code_at(seed, now)})

    assert "recovery codes" in right.content.decode()
    assert browser.get(INDEX).status_code == 200


def test_ops_with_a_second_factor_sign_in_with_its_code(browser, now):
    user = UserFactory(ops=True)
    seed = _with_factor(user, now)

    without = _sign_in(browser, user)
    wrong = _sign_in(browser, user, code="000000")
    assert "Type the code of your authenticator" in without.content.decode()
    assert wrong.status_code == 200
    assert browser.get(INDEX).status_code == 302

    assert _sign_in(browser, user, code=operations.code_at(seed, now))["Location"] == INDEX
    assert browser.get(INDEX).status_code == 200


def test_a_session_without_the_factor_is_asked_for_it(browser, now):
    user = UserFactory(ops=True)
    _sign_in(browser, user)
    seed = _with_factor(user, now)

    assert browser.get(INDEX)["Location"] == FACTOR
    assert "recovery codes" in browser.get(FACTOR).content.decode()
    assert browser.post(FACTOR, {"code": operations.code_at(seed, now)})["Location"] == INDEX
    assert browser.get(INDEX).status_code == 200


def test_a_factor_shown_by_one_person_is_not_anothers(browser, now):
    first, second = UserFactory(ops=True), UserFactory(ops=True)
    seed = _with_factor(first, now)
    _sign_in(browser, first, code=operations.code_at(seed, now))
    _sign_in(browser, second)

    assert browser.get(INDEX)["Location"] == FACTOR


def test_a_sandbox_may_do_without(browser, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    _sign_in(browser, UserFactory(ops=True))

    assert browser.get(INDEX).status_code == 200


def test_wrong_passwords_lock_out(browser):
    user = UserFactory(viewer=True)
    for _ in range(5):
        _sign_in(browser, user, password="wrong")

    assert "Too many failed attempts" in _sign_in(browser, user).content.decode()


@pytest.mark.parametrize("trait", ["staff", None])
def test_others_do_not_get_in(browser, trait):
    user = UserFactory(**({trait: True} if trait else {}))

    assert _sign_in(browser, user).status_code == 200
    assert browser.get(INDEX).status_code == 302
    assert browser.get(FACTOR)["Location"].startswith(LOGIN)


def test_who_must_change_the_password_does_that_first(browser):
    user = UserFactory(viewer=True, must_change_password=True)
    _sign_in(browser, user)
    assert browser.get(INDEX)["Location"] == CHANGE
    assert browser.get(CHANGE).status_code == 200
    body = {"current_password": PASSWORD, "new_password": "Another-Good-One-4", "again": "Another-Good-One-4"}

    assert "differ" in browser.post(CHANGE, {**body, "again": "x"}).content.decode()
    assert browser.post(CHANGE, {**body, "current_password": "wrong"}).status_code == 400
    assert browser.post(CHANGE, {**body, "new_password": "short", "again": "short"}).status_code == 400
    assert browser.post(CHANGE, body)["Location"] == INDEX

    assert browser.get(INDEX).status_code == 200
    user.refresh_from_db()
    assert (user.must_change_password, user.token_version) == (False, 2)


def test_sessions_end_with_the_tokens(browser, now):
    user = UserFactory(viewer=True)
    _sign_in(browser, user)
    assert browser.get(INDEX).status_code == 200

    operations.sign_out_everywhere(user_id=user.pk, by=user, at=now)

    assert browser.get(INDEX).status_code == 302


@pytest.fixture
def inside(browser, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    user = UserFactory(admin=True)
    _sign_in(browser, user)
    browser.user = user
    return browser


def _rows(now):
    user = UserFactory()
    operations.begin_sign_in(user=user, second_factor=False, at=now)
    operations.create_api_key(user=user, name="Till", scopes=["read"], at=now)
    operations.register_device(user=user, kind="FCM", address="secret-device", at=now)
    text = operations.AddressText(label="Home", lines=["1 Way"], city="Lagos", country="NG")
    operations.add_address(user=user, text=text, is_default=True, at=now)
    SignInGuard.objects.create(key="k", last_failed_at=now)
    return user


def test_every_list_and_page_opens_and_shows_no_secret(inside, now):
    _rows(now)
    key, device = ApiKey.objects.get(), PushDevice.objects.get()

    for model in (User, Address, ApiKey, PushDevice, SignIn, AccountActivity, SignInGuard):
        base = f"/admin/accounts/{model._meta.model_name}/"
        pages = [inside.get(base), inside.get(f"{base}{model._default_manager.first().pk}/change/")]
        for page in pages:
            assert page.status_code == 200, model
            text = page.content.decode()
            assert key.digest not in text
            assert "secret-device" not in text
            assert device.address_digest not in text


def test_lists_cost_the_same_for_one_and_many(inside, now, count_queries):
    _rows(now)
    for model in (User, Address, ApiKey, PushDevice, SignIn, AccountActivity):
        path = f"/admin/accounts/{model._meta.model_name}/"
        inside.get(path)
        with count_queries() as few:
            inside.get(path)
        for number in range(3):
            user = UserFactory()
            operations.begin_sign_in(user=user, second_factor=False, at=now)
            operations.create_api_key(user=user, name="Till", scopes=["read"], at=now)
            operations.register_device(user=user, kind="FCM", address=f"{model}{number}", at=now)
            text = operations.AddressText(label="Home", lines=["1 Way"], city="Lagos", country="NG")
            operations.add_address(user=user, text=text, is_default=True, at=now)
        with count_queries() as many:
            inside.get(path)
        assert len(few) == len(many), model


@pytest.mark.parametrize(
    ("action", "check"),
    [
        ("suspend", lambda user: not user.is_active),
        ("make_ops", lambda user: user.role == "OPS"),
        ("make_viewer", lambda user: user.role == "VIEWER"),
        ("sign_out_everywhere", lambda user: user.token_version == 2),
    ],
)
def test_buttons_call_operations(inside, action, check):
    user = UserFactory()

    inside.post("/admin/accounts/user/", {"action": action, "_selected_action": [str(user.pk)]})

    user.refresh_from_db()
    assert check(user)
    assert AuditEntry.objects.filter(actor=inside.user).exists()


def test_more_buttons(inside, now):
    user = _rows(now)
    _with_factor(user, now)
    operations.suspend_user(user_id=user.pk, by=inside.user, at=now, reason="x")

    for model, action, pk in [
        ("user", "restore", user.pk),
        ("user", "reset_second_factor", user.pk),
        ("apikey", "revoke", ApiKey.objects.get().pk),
        ("signinguard", "unlock", SignInGuard.objects.get().pk),
        ("user", "make_customer", user.pk),
    ]:
        inside.post(f"/admin/accounts/{model}/", {"action": action, "_selected_action": [str(pk)]})

    user.refresh_from_db()
    assert user.is_active
    assert not SecondFactor.objects.exists()
    assert ApiKey.objects.get().revoked_at is not None
    assert not SignInGuard.objects.exists()


def test_names_may_be_mended_and_that_is_on_record(inside):
    user = UserFactory()
    body = {"first_name": "Ngozi", "last_name": "Eze", "time_zone": "Africa/Lagos", "language": "en"}

    inside.post(f"/admin/accounts/user/{user.pk}/change/", {**body, "role": "ADMIN"})

    user.refresh_from_db()
    assert (user.first_name, user.role) == ("Ngozi", "CUSTOMER")
    assert AuditEntry.objects.filter(action="admin.user.changed").count() == 1


def test_a_viewer_changes_nothing(browser):
    viewer, user = UserFactory(viewer=True), UserFactory()
    _sign_in(browser, viewer)

    browser.post("/admin/accounts/user/", {"action": "suspend", "_selected_action": [str(user.pk)]})
    browser.post(f"/admin/accounts/user/{user.pk}/change/", {"first_name": "X"})

    user.refresh_from_db()
    assert user.is_active
    assert user.first_name != "X"


class TestFirstAdmin:
    @pytest.fixture(autouse=True)
    def _environment(self, settings):
        settings.FIRST_ADMIN_EMAIL, settings.FIRST_ADMIN_PASSWORD = "boss@guild.example", "Harmattan-Breeze-7"

    def test_one_is_made_and_must_change_the_password(self, capsys):
        call_command("ensure_first_admin")
        call_command("ensure_first_admin")

        user = User.objects.get()
        assert (user.role, user.is_staff, user.must_change_password) == ("ADMIN", True, True)
        assert "already" in capsys.readouterr().out

    def test_none_is_made_beside_another(self):
        UserFactory(admin=True)

        call_command("ensure_first_admin")

        assert User.objects.count() == 1

    def test_without_an_address_nobody_is_made(self, settings):
        settings.FIRST_ADMIN_EMAIL = ""

        call_command("ensure_first_admin")

        assert not User.objects.exists()

    def test_a_weak_password_is_refused(self, settings):
        settings.FIRST_ADMIN_PASSWORD = "password"

        with pytest.raises(CommandError, match="refused"):
            call_command("ensure_first_admin")


def test_a_sandbox_shows_a_code_production_does_not(settings, now, capsys):
    user = UserFactory(ops=True)
    with pytest.raises(CommandError):
        call_command("second_factor_code", user.email)
    seed = _with_factor(user, now)

    call_command("second_factor_code", user.email)
    assert capsys.readouterr().out.strip() == operations.code_at(seed, now)
    settings.SANDBOX = False
    with pytest.raises(CommandError):
        call_command("second_factor_code", user.email)
