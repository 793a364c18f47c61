"""Payouts in the back office: looked at, asked about, frozen and let go with a reason, and never a whole number."""

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.core.models import AuditEntry
from apps.payouts.models import PayoutFreeze
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import NUMBER, ask, available, earn, fresh, of_business, usable_account

pytestmark = pytest.mark.django_db
B = PayoutKind.BUSINESS
PAYOUTS, ACCOUNTS, FREEZES = (f"/admin/payouts/{page}/" for page in ("payout", "payoutaccount", "payoutfreeze"))


@pytest.fixture
def office(client):
    client.force_login(UserFactory(ops=True))
    return client


@pytest.fixture
def payout(business):
    earn(B, of_business(business), 1_000_000)
    usable_account(of_business(business), business.owner)
    return ask(B, of_business(business), business.owner)


def act(client, page, row, action, **fields):
    return client.post(page, {"action": action, "_selected_action": [str(row.pk)], **fields}, follow=True)


@pytest.mark.parametrize("page", [PAYOUTS, ACCOUNTS, FREEZES, "/admin/payouts/payoutaudit/"])
def test_each_list_opens_and_nothing_can_be_added(office, payout, page):
    act(office, PAYOUTS, payout, "freeze", reason="Looked into.")

    assert office.get(page).status_code == 200
    assert office.get(f"{page}add/").status_code == 403


def test_no_page_shows_a_whole_number(office, payout):
    for address in (ACCOUNTS, f"{ACCOUNTS}{payout.account_id}/change/", f"{PAYOUTS}{payout.pk}/change/"):
        shown = office.get(address)
        assert shown.status_code == 200
        assert NUMBER not in shown.content.decode()
    assert "••••4081" in office.get(PAYOUTS).content.decode()


def test_a_payout_shows_what_it_went_through_and_is_settled_by_asking(office, payout):
    act(office, PAYOUTS, payout, "ask", reason="")

    assert fresh(payout).state == "PAID"
    shown = office.get(f"{PAYOUTS}{payout.pk}/change/").content.decode()
    assert "IN_TRANSIT" in shown or "On its way" in shown


@pytest.mark.parametrize("page", [PAYOUTS, ACCOUNTS])
def test_an_owner_is_frozen_and_let_go_with_a_reason(office, payout, page):
    row = payout if page == PAYOUTS else payout.account
    act(office, page, row, "freeze", reason="")
    assert PayoutFreeze.objects.count() == 0
    act(office, page, row, "freeze", reason="Looked into.")
    twice = act(office, page, row, "freeze", reason="Again.")
    assert "on hold already" in twice.content.decode()
    act(office, page, row, "unfreeze", reason="All well.")
    nothing = act(office, page, row, "unfreeze", reason="Again.")
    assert "not on hold" in nothing.content.decode()

    freeze = PayoutFreeze.objects.get()
    assert (freeze.reason, freeze.lifted_reason) == ("Looked into.", "All well.")
    assert set(AuditEntry.objects.filter(action__contains="frozen").values_list("reason", flat=True)) == {
        "Looked into.", "All well.",
    }  # fmt: skip


def test_a_freeze_is_lifted_where_it_is_listed(office, payout):
    act(office, PAYOUTS, payout, "freeze", reason="Looked into.")
    act(office, FREEZES, PayoutFreeze.objects.get(), "lift", reason="All well.")

    assert PayoutFreeze.objects.standing().count() == 0


def test_a_name_is_accepted_or_rejected(office, business):
    doubtful = usable_account(of_business(business), business.owner, number="0000000009")
    act(office, ACCOUNTS, doubtful, "accept", reason="A certificate.")
    assert fresh(doubtful).state == "VERIFIED"
    act(office, ACCOUNTS, doubtful, "reject", reason="The certificate was forged.")

    assert (fresh(doubtful).state, fresh(doubtful).problem) == ("REJECTED", "The certificate was forged.")


def test_those_who_only_look_change_nothing(client, payout, business):
    client.force_login(UserFactory(viewer=True))
    assert client.get(PAYOUTS).status_code == 200
    act(client, PAYOUTS, payout, "ask", reason="x")
    act(client, PAYOUTS, payout, "freeze", reason="x")

    assert (fresh(payout).state, PayoutFreeze.objects.count()) == ("REQUESTED", 0)
    assert available(B, of_business(business)) == 0


def test_businesses_do_not_see_the_back_offices_payouts(client, payout, business):
    for person in (business.owner, business.desk):
        client.force_login(person)
        assert client.get(PAYOUTS).status_code in {302, 403}
        assert client.get(ACCOUNTS).status_code in {302, 403}
