"""Operations grant credits with a reason and make promo codes; everything else is for looking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.core import clock
from apps.core.models import AuditEntry
from apps.core.testing import BackOfficeBrowser
from apps.credits.models import Grant, PromoCode
from apps.credits.tests.purse import grant_code, promise, purse_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops():
    return UserFactory(ops=True)


@pytest.fixture
def office(ops):
    browser = BackOfficeBrowser()
    browser.force_login(ops)
    return browser


def given(customer, **more):
    ends = clock.now() + timedelta(days=30)
    return {
        "customer": str(customer.pk), "currency": "NGN", "source": "PROMOTION", "amount_minor": "5000",
        "expires_at_0": ends.date().isoformat(), "expires_at_1": "09:00:00", "reason": "Spring", **more,
    }  # fmt: skip


def test_operations_grant_credits_with_a_reason_and_it_is_in_the_trail(office, ada, ops):
    answer = office.post(reverse("admin:credits_grant_add"), given(ada))

    assert answer.status_code == 302
    grant = Grant.objects.get()
    assert (grant.given_by, grant.reason, purse_of(ada)[0]) == (ops, "Spring", 5_000)
    assert AuditEntry.objects.get(action="credits.granted").reason == "Spring"


@pytest.mark.parametrize("wrong", [{"amount_minor": "0"}, {"reason": ""}, {"source": "REFUND"}, {"source": "PURCHASE"}])
def test_a_grant_that_makes_no_sense_is_shown_again(office, ada, wrong):
    answer = office.post(reverse("admin:credits_grant_add"), given(ada, **wrong))

    assert (answer.status_code, Grant.objects.count()) == (200, 0)


def test_a_grant_is_looked_at_and_not_changed(office, ada):
    grant = promise(ada, 1_000)

    page = office.get(reverse("admin:credits_grant_change", args=[grant.pk]))

    assert page.status_code == 200
    assert b'name="_save"' not in page.content


def test_operations_make_and_switch_off_codes(office):
    code = grant_code()
    page = office.get(reverse("admin:credits_promocode_change", args=[code.pk]))
    assert page.status_code == 200
    assert office.get(reverse("admin:credits_promocode_add")).status_code == 200

    assert PromoCode.objects.get().is_active
