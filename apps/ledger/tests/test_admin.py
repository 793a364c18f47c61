from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import BusinessFactory, MembershipFactory
from apps.core.admin import bases
from apps.core.models import AuditEntry
from apps.core.testing import BackOfficeBrowser
from apps.ledger import operations
from apps.ledger.models import EscrowHold, Transfer
from apps.ledger.states import HoldState

pytestmark = pytest.mark.django_db

LISTS = ["account", "balance", "transfer", "escrowhold", "sealbatch"]


@pytest.fixture
def business():
    return BusinessFactory()


@pytest.fixture
def holds(cleared, fund, business, now):
    """One hold of the business that was released, one frozen, and one of somebody else's."""
    cleared(10_000, business_id=business.pk)
    operations.release_due_holds(at=now + timedelta(days=1), limit=5)
    mine, other = fund(2_000, business_id=business.pk), cleared(3_000)
    return mine, other


def signed_in(user):
    client = BackOfficeBrowser()
    client.force_login(user)
    return client


def act(client, action, hold, reason="the customer's photos"):
    return client.post(
        "/admin/ledger/escrowhold/", {"action": action, "_selected_action": [str(hold.pk)], "reason": reason}
    )


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ["admin", "ops", "viewer"])
def test_ops_look_at_everything_and_change_nothing(holds, name, role):
    client = signed_in(UserFactory(**{role: True}))

    assert client.get(f"/admin/ledger/{name}/").status_code == 200
    assert client.get(f"/admin/ledger/{name}/add/").status_code == 403


def test_a_transfer_is_shown_with_its_entries_and_cannot_be_saved(holds):
    transfer = Transfer.objects.get(kind="ESCROW_RELEASE")
    client = signed_in(UserFactory(admin=True))
    address = f"/admin/ledger/transfer/{transfer.pk}/change/"

    page = client.get(address)

    assert page.status_code == 200
    assert "−₦100.00" in page.content.decode()
    assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize("name", ["account", "balance", "escrowhold"])
def test_an_owner_sees_only_their_own(holds, business, name, monkeypatch):
    monkeypatch.setattr(bases, "_business_keys", lambda user: [business.pk] if user == business.owner else [])
    client, stranger = signed_in(business.owner), signed_in(BusinessFactory().owner)
    mine, other = holds

    page, theirs = client.get(f"/admin/ledger/{name}/"), stranger.get(f"/admin/ledger/{name}/")

    expected = str(mine.pk) if name == "escrowhold" else str(business.pk)
    hidden = str(other.pk) if name == "escrowhold" else "GATEWAY_CLEARING/paystack"
    assert expected in page.content.decode()
    assert hidden not in page.content.decode()
    assert expected not in theirs.content.decode()
    assert client.get("/admin/ledger/transfer/").status_code == 403


def test_the_desk_sees_holds_and_no_balance(holds, business):
    client = signed_in(MembershipFactory(business=business).user)
    mine, other = holds

    page = client.get("/admin/ledger/escrowhold/").content.decode()

    assert str(mine.pk) in page
    assert str(other.pk) not in page
    for name in ("account", "balance"):
        assert client.get(f"/admin/ledger/{name}/").status_code == 403


def test_ops_freeze_unfreeze_and_release_with_a_reason(holds):
    _, hold = holds
    client = signed_in(ops := UserFactory(ops=True))

    act(client, "freeze", hold)
    hold.refresh_from_db()
    frozen = (hold.state, hold.frozen_reason)
    act(client, "unfreeze", hold)
    hold.refresh_from_db()
    unfrozen = hold.state
    act(client, "release", hold)
    hold.refresh_from_db()

    assert frozen == (HoldState.FROZEN, "the customer's photos")
    assert (unfrozen, hold.state, hold.release_reason) == (
        HoldState.PENDING_CLEARANCE,
        HoldState.RELEASED,
        "OPS_DECISION",
    )
    trail = AuditEntry.objects.filter(target_id=str(hold.pk), actor=ops).order_by("pk").values_list("action", "reason")
    assert list(trail) == [(f"escrow.{done}", "the customer's photos") for done in ("frozen", "unfrozen", "released")]


def test_an_action_without_a_reason_or_against_the_state_is_refused_in_words(holds):
    mine, other = holds
    client = signed_in(UserFactory(ops=True))

    without = act(client, "freeze", other, reason=" ")
    against = act(client, "release", mine)

    said = [str(message) for answer in (without, against) for message in get_messages(answer.wsgi_request)]
    assert any("Say why" in words for words in said)
    assert any("cannot be moved" in words for words in said)
    assert set(EscrowHold.objects.filter(pk__in=[mine.pk, other.pk]).values_list("state", flat=True)) == {
        HoldState.HELD,
        HoldState.PENDING_CLEARANCE,
    }


@pytest.mark.parametrize("who", ["viewer", "owner"])
def test_others_cannot_act(holds, business, who, monkeypatch):
    monkeypatch.setattr(bases, "_business_keys", lambda user: [business.pk])
    mine, _ = holds
    client = signed_in(business.owner if who == "owner" else UserFactory(viewer=True))

    act(client, "freeze", mine)

    mine.refresh_from_db()
    assert mine.state == HoldState.HELD
