"""Every guard of accounts' tables: the row it refuses, which goes in once the guard is dropped."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.accounts.models import (
    AccountActivity,
    Address,
    ApiKey,
    OneTimeCode,
    PushDevice,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    SignIn,
    SignInGuard,
    User,
)  # fmt: skip
from apps.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _user(**fields):
    return lambda now: UserFactory(**fields)


def _twice(make):
    def act(now):
        make(now)
        make(now)

    return act


def _refresh(sign_in, now, **change):
    terms = {"version": 1, "role": "CUSTOMER", "issued_at": now, "expires_at": now + timedelta(days=7)}
    return RefreshToken.objects.create(sign_in=sign_in, **{**terms, **change})


def _sign_in(**change):
    return SignIn.objects.create(user=UserFactory(), **change)


def _two_living(now):
    sign_in = _sign_in()
    _refresh(sign_in, now)
    _refresh(sign_in, now)


def _unrotated_successor(now):
    sign_in = _sign_in()
    old = _refresh(sign_in, now, rotated_at=now)
    _refresh(sign_in, now, successor=old)


def _two_codes(now):
    user = UserFactory()
    for _ in range(2):
        _code(user, now)


def _code(user, now, **change):
    fields = {"purpose": "SIGN_IN", "phone": "+2348031234567", "digest": "x", "expires_at": now}
    return OneTimeCode.objects.create(user=user, **{**fields, **change})


def _address(user=None, **change):
    fields = {"label": "Home", "lines": ["1 Way"], "city": "Lagos", "country": "NG"}
    return Address.objects.create(user=user or UserFactory(), **{**fields, **change})


def _two_defaults(now):
    user = UserFactory()
    for _ in range(2):
        _address(user, is_default=True)


def _key(now, **change):
    fields = {"name": "Till", "prefix": "guild_x", "digest": "d", "scopes": ["read"]}
    return ApiKey.objects.create(user=UserFactory(), **{**fields, **change})


def _device(now, **change):
    fields = {"kind": "FCM", "address": "a", "address_digest": "d", "last_seen_at": now}
    return PushDevice.objects.create(user=UserFactory(), **{**fields, **change})


def _two_recovery_codes(now):
    factor = SecondFactor.objects.create(user=UserFactory(), seed="A")
    for _ in range(2):
        RecoveryCode.objects.create(second_factor=factor, digest="x")


def _two_factors(now):
    user = UserFactory()
    for _ in range(2):
        SecondFactor.objects.create(user=user, seed="A")


_GUEST = {"is_guest": True, "email": "g@example.com", "phone": "+2348031234567"}
GUARDS = [
    (User, "user_email_unique", lambda now: [UserFactory(email="a@x.example"), UserFactory(email="A@X.example")]),
    (User, "user_phone_unique", lambda now: [UserFactory(phone="+2341"), UserFactory(phone="+2341")]),
    (User, "user_guest_unique", _twice(_user(**_GUEST))),
    (User, "user_guest_unique", _twice(_user(**{**_GUEST, "phone": None}))),
    (User, "user_guest_is_customer", _user(**{**_GUEST, "role": "ADMIN"})),
    (User, "user_guest_is_customer", _user(**{**_GUEST, "is_staff": True})),
    (User, "user_erased_is_nameless", lambda now: UserFactory(erased_at=now)),
    (User, "user_suspended_is_inactive", lambda now: UserFactory(suspended_at=now)),
    (User, "user_can_be_reached", _user(email=None)),
    (User, "user_role_known", _user(role="KING")),
    (SignIn, "sign_in_end_has_reason", lambda now: _sign_in(ended_at=now)),
    (SignIn, "sign_in_end_has_reason", lambda now: _sign_in(end_reason="SIGNED_OUT")),
    (RefreshToken, "refresh_token_one_living", _two_living),
    (RefreshToken, "refresh_token_successor_needs_rotation", _unrotated_successor),
    (RefreshToken, "refresh_token_ends_after_issue", lambda now: _refresh(_sign_in(), now, expires_at=now)),
    (OneTimeCode, "one_time_code_one_open", _two_codes),
    (OneTimeCode, "one_time_code_tries", lambda now: _code(UserFactory(), now, tries=6)),
    (OneTimeCode, "one_time_code_purpose_known", lambda now: _code(UserFactory(), now, purpose="FLY")),
    (Address, "address_one_default", _two_defaults),
    (Address, "address_point_has_source", lambda now: _address(point=Point(3, 6, srid=4326))),
    (Address, "address_point_has_source", lambda now: _address(point_source="PIN")),
    (Address, "address_country_code", lambda now: _address(country="ng")),
    (Address, "address_has_lines", lambda now: _address(lines=[])),
    (ApiKey, "api_key_has_scopes", lambda now: _key(now, scopes=[])),
    (ApiKey, "accounts_apikey_digest_*", _twice(_key)),
    (PushDevice, "push_device_web_push_has_keys", lambda now: _device(now, kind="WEB_PUSH")),
    (PushDevice, "accounts_pushdevice_address_digest_*", _twice(_device)),
    (RecoveryCode, "recovery_code_unique", _two_recovery_codes),
    (SecondFactor, "accounts_secondfactor_user_id_*", _two_factors),
    (SignInGuard, "accounts_signinguard_key_*", _twice(lambda now: SignInGuard.objects.create(key="k", last_failed_at=now))),
]  # fmt: skip
IDS = [f"{name}-{number}" for number, (_, name, _) in enumerate(GUARDS)]


def _drop(model, name):
    table = model._meta.db_table
    pattern = name.replace("*", "%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE %s AND contype <> 'f'",
            [table, pattern],
        )
        constraints = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname LIKE %s", [table, pattern])
        indexes = [row[0] for row in cursor.fetchall() if row[0] not in constraints]
        assert constraints or indexes, f"there is no guard {name}"
        for constraint in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        for index in indexes:
            cursor.execute(f'DROP INDEX "{index}"')


@pytest.mark.parametrize(("model", "name", "act"), GUARDS, ids=IDS)
def test_the_database_refuses(model, name, act, now):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act(now)
    assert name.rstrip("*") in str(refusal.value)

    _drop(model, name)
    act(now)


def test_every_named_guard_is_listed():
    models = {model for model, _, _ in GUARDS}
    named = {constraint.name for model in models for constraint in model._meta.constraints}

    assert named <= {name for _, name, _ in GUARDS}


def test_a_line_of_history_is_never_edited(now):
    line = AccountActivity.objects.create(user=UserFactory(), kind="SIGNED_IN", created_at=now)

    with pytest.raises(DatabaseError), transaction.atomic():
        AccountActivity.objects.update(note="nothing happened")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_accountactivity DISABLE TRIGGER USER")
    AccountActivity.objects.update(note="edited")
    line.refresh_from_db()
    assert line.note == "edited"
