from datetime import timedelta

import pytest

from apps.accounts import operations, sweeps
from apps.accounts.models import OneTimeCode, RefreshToken, SignIn, SignInGuard
from apps.accounts.states import CodePurpose
from apps.accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_spent_tokens_are_forgotten_living_ones_not(now):
    user = UserFactory()
    pair = operations.begin_sign_in(user=user, second_factor=False, at=now)
    later = now + timedelta(days=5)
    operations.refresh(token=pair.refresh, at=later)

    assert sweeps.forget_tokens(now + timedelta(days=8), 100) == 1
    assert RefreshToken.objects.get().issued_at == later
    assert sweeps.forget_tokens(now + timedelta(days=8), 100) == 0


def test_old_codes_are_forgotten(now):
    operations.send_code(user=UserFactory(phone_only=True), purpose=CodePurpose.SIGN_IN, at=now)

    assert sweeps.forget_codes(now + timedelta(hours=23), 100) == 0
    assert sweeps.forget_codes(now + timedelta(days=2), 100) == 1
    assert not OneTimeCode.objects.exists()


def test_old_sign_ins_are_forgotten_with_a_limit(now):
    for _ in range(3):
        operations.begin_sign_in(user=UserFactory(), second_factor=False, at=now)
    season = now + timedelta(days=91)
    assert sweeps.forget_sign_ins(season, 100) == 0
    sweeps.forget_tokens(season, 100)

    assert sweeps.forget_sign_ins(season, 2) == 2
    assert sweeps.forget_sign_ins(season, 2) == 1
    assert not SignIn.objects.exists()


def test_old_failures_are_forgotten(now):
    SignInGuard.objects.create(key="k", last_failed_at=now)

    assert sweeps.forget_failures(now + timedelta(hours=23), 100) == 0
    assert sweeps.forget_failures(now + timedelta(hours=25), 100) == 1
