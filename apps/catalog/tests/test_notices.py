from datetime import date, timedelta

import pytest

from apps.catalog import operations
from apps.catalog.invitations import is_token_of
from apps.catalog.models import VerificationPaper
from apps.catalog.tests.factories import BusinessFactory, PaperFactory
from apps.core import clock, sweeps
from apps.notifications import kinds, values
from apps.notifications.models import Notification

pytestmark = pytest.mark.django_db


def _told(kind):
    told = Notification.objects.filter(notification_type=kind).order_by("created_at", "pk")
    return [(each.user, each.context) for each in told]


def test_whoever_is_invited_has_a_link_that_lets_them_in(business, now):
    invitation = operations.invite_member(
        business_id=business.pk, email="new@example.com", kind="STAFF", by=business.owner, at=now
    )

    notice = Notification.objects.get(notification_type="member_invited")

    assert (notice.user, notice.to_email) == (None, "new@example.com")
    assert "token" not in str(notice.context)  # it is sealed until it is sent
    shown = values.shown(kinds.MEMBER_INVITED, notice.context, time_zone="Africa/Lagos")
    link, _, token = shown["accept_url"].partition("?token=")
    assert link.endswith(f"/invitations/{business.pk}/{invitation.pk}")
    assert is_token_of(token, invitation.pk)


def test_the_owner_is_told_of_every_decision_and_ops_of_the_file(admin_user, now):
    business = BusinessFactory(verification_status="UNVERIFIED", verified_at=None, applied_at=None)
    operations.apply_for_verification(
        business_id=business.pk,
        cac_number="RC1",
        bank_account=operations.BankAccount(bank_name="b", bank_code="c", account_number="12345", account_name="n"),
        papers=[operations.Paper(kind="OTHER", title="t", file_name="f")],
        by=business.owner,
        at=now,
    )
    operations.verify_business(business_id=business.pk, reason="ok", by=admin_user, at=now)
    operations.suspend_business(business_id=business.pk, reason="Complaint.", by=admin_user, at=now)

    assert [user for user, _ in _told("kyc_submitted")] == [admin_user]
    assert [user for user, _ in _told("kyc_approved")] == [business.owner]
    assert [context["reason"] for _, context in _told("kyc_suspended")] == ["Complaint."]


def test_a_paper_that_runs_out_tells_its_owner_each_time_once(business, admin_user, now):
    paper = PaperFactory(business=business, expires_on=date(2026, 12, 1), title="Insurance")
    operations.approve_paper(business_id=business.pk, paper_id=paper.pk, by=admin_user, at=now)
    for days in range(20):
        at = now + timedelta(days=days)
        with clock.frozen(at):
            sweeps.run_sweep("catalog.papers", at=at)
            sweeps.run_sweep("catalog.papers", at=at)

    assert [context["days_left"] for _, context in _told("paper_expiring")] == [13, 7, 1]
    assert [user for user, _ in _told("paper_expired")] == [business.owner]
    assert VerificationPaper.objects.get().state == "EXPIRED"


def test_a_changed_bank_account_warns_the_owner(business, now):
    operations.apply_for_verification(
        business_id=business.pk,
        cac_number=None,
        bank_account=operations.BankAccount(bank_name="b", bank_code="c", account_number="98765", account_name="n"),
        papers=[],
        by=business.owner,
        at=now,
    )

    ((user, context),) = _told("bank_details_changed")
    assert user == business.owner
    assert "98765" not in str(context)
