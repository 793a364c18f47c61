"""What the database itself keeps of payouts, whatever code asks for it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.core.ids import new_id
from apps.ledger import soundness
from apps.payouts import operations
from apps.payouts.models import Payout, PayoutAccount, PayoutAudit, PayoutFreeze
from apps.payouts.owners import Owner
from apps.payouts.states import ACCOUNT_MOVES, PAYOUT_MOVES, AccountState, PayoutKind, PayoutState
from apps.payouts.tests.payees import (
    DAY,
    ask,
    carry_out,
    customer,
    earn,
    new_account,
    of_business,
    of_person,
    usable_account,
)

pytestmark = pytest.mark.django_db
B, S = PayoutKind.BUSINESS, PayoutState
_MOMENTS = {
    S.REQUESTED: {},
    S.IN_TRANSIT: {"sent_at": True},
    S.PAID: {"sent_at": True, "paid_at": True, "paid_transfer_id": True},
    S.FAILED: {"ended_at": True},
    S.REVERSED: {"sent_at": True, "paid_at": True, "paid_transfer_id": True, "ended_at": True},
}


@pytest.fixture
def payout(business):
    earn(B, of_business(business), 1_000_000)
    usable_account(of_business(business), business.owner)
    return ask(B, of_business(business), business.owner)


def refused(match, act):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        act()


def put(payout, state, at):
    """The row as it would be in that state, past every trigger but the constraints."""
    values = {"sent_at": None, "paid_at": None, "paid_transfer_id": None, "ended_at": None}
    values |= {name: (new_id() if name == "paid_transfer_id" else at) for name in _MOMENTS[state]}
    return Payout.objects.filter(pk=payout.pk).update(state=state, outcome_unknown=False, next_attempt_at=at, **values)


@pytest.mark.parametrize("source", list(S))
@pytest.mark.parametrize("target", list(S))
def test_a_payout_moves_as_the_table_says_and_in_no_other_way(payout, source, target, now):
    way = {
        S.REQUESTED: [], S.IN_TRANSIT: [S.IN_TRANSIT], S.PAID: [S.IN_TRANSIT, S.PAID], S.FAILED: [S.FAILED],
        S.REVERSED: [S.IN_TRANSIT, S.PAID, S.REVERSED],
    }[source]  # fmt: skip
    mark = transaction.savepoint()
    for step in way:
        put(payout, step, now)
    if source == target or (source, target) in PAYOUT_MOVES:
        assert put(payout, target, now) == 1
    else:
        refused("Invalid transition", lambda: put(payout, target, now))
    transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("target", list(AccountState))
@pytest.mark.parametrize("source", list(AccountState))
def test_an_account_moves_as_the_table_says_and_in_no_other_way(business, source, target, now):
    account = new_account(of_business(business), business.owner, number="0000000009")
    rows = PayoutAccount.objects.filter(pk=account.pk)

    def put_account(state):
        removed = now if state == AccountState.REMOVED else None
        return rows.update(state=state, verified_at=now, is_default=False, removed_at=removed)

    way = {
        AccountState.PENDING: [AccountState.VERIFIED, AccountState.PENDING],
        AccountState.NEEDS_REVIEW: [],
        AccountState.VERIFIED: [AccountState.VERIFIED],
        AccountState.REJECTED: [AccountState.REJECTED],
        AccountState.REMOVED: [AccountState.REMOVED],
    }[source]
    for step in way:
        put_account(step)
    if source == target or (source, target) in ACCOUNT_MOVES:
        assert put_account(target) == 1
    else:
        refused("Invalid transition", lambda: put_account(target))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"outcome_unknown": True}, "payout_unknown_only_in_transit"),
        ({"next_attempt_at": None}, "payout_open_is_not_forgotten"),
        ({"attempts": 1}, "payout_sent_has_a_moment"),
        ({"fee_minor": -1}, "payout_amount_positive"),
        ({"state": "PAID"}, "payout_state_has_its_moments|Invalid transition"),
    ],
)
def test_a_payout_keeps_what_its_state_needs(payout, changes, constraint):
    refused(constraint, lambda: Payout.objects.filter(pk=payout.pk).update(**changes))


def test_a_payout_is_not_sent_before_it_is_asked_for(payout, now):
    refused(
        "payout_sent_after_request",
        lambda: Payout.objects.filter(pk=payout.pk).update(sent_at=now - timedelta(seconds=1)),
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount_minor", 5), ("recipient_id", "RCP_thief"), ("reference", "another"), ("currency", "USD")],
)
def test_the_terms_of_a_payout_never_change(payout, field, value):
    refused("Cannot update", lambda: Payout.objects.filter(pk=payout.pk).update(**{field: value}))


def test_an_accounts_number_and_owner_never_change(business):
    account = new_account(of_business(business), business.owner)
    for changes in ({"number_digest": "other"}, {"currency": "USD"}, {"bank_code": "099"}):
        refused("Cannot update", lambda changes=changes: PayoutAccount.objects.filter(pk=account.pk).update(**changes))


def test_rows_of_payouts_are_never_deleted(payout, business, now):
    operations.freeze_payouts(owner=of_business(business), reason="x", by=business.owner, at=now)
    for rows in (Payout.objects, PayoutAccount.objects, PayoutFreeze.objects):
        refused("Cannot delete", lambda rows=rows: rows.all()._raw_delete("default"))
    refused("append-only|Cannot", lambda: PayoutAudit.objects.all()._raw_delete("default"))


def again(payout, **changes):
    """Another payout like it, by somebody who goes past the operations."""
    kept = {
        field.attname: getattr(payout, field.attname)
        for field in Payout._meta.concrete_fields
        if field.attname not in {"id", "reference"}
    }
    return Payout.objects.create(**{**kept, "reference": f"again-{new_id().hex}", **changes})


def test_the_database_sends_nothing_to_an_account_that_is_not_usable(payout, business, now):
    ada = customer()
    strange = usable_account(of_person(ada), ada, number="1111111111")
    young = new_account(of_business(business), business.owner, number="5555555555")
    doubtful = usable_account(of_business(business), business.owner, number="0000000009")
    for account in (strange, young, doubtful):
        refused(
            "not usable",
            lambda account=account: again(payout, account_id=account.pk, recipient_id=account.recipient_id),
        )
    refused("not usable", lambda: again(payout, recipient_id="RCP_thief"))
    refused("not usable", lambda: again(payout, requested_at=now - 3 * DAY))


def test_the_database_sends_nothing_to_an_owner_who_is_frozen(payout, business, now):
    operations.freeze_payouts(owner=of_business(business), reason="x", by=business.owner, at=now)
    refused("are frozen", lambda: again(payout))


def test_a_payout_of_a_kind_is_of_its_owner(payout):
    refused("payout_kind_fits_its_owner", lambda: again(payout, kind="TIPS"))
    refused("payout_asked_for_or_weekly", lambda: again(payout, requested_by_id=None))
    refused("payout_of_one_owner|not usable", lambda: again(payout, user_id=payout.requested_by_id))
    refused("payout_amount_positive", lambda: again(payout, amount_minor=0))


def test_one_number_one_default_and_one_standing_freeze_an_owner(business, now):
    account = new_account(of_business(business), business.owner)
    other = new_account(of_business(business), business.owner, number="5555555555")
    operations.freeze_payouts(owner=of_business(business), reason="x", by=business.owner, at=now)
    rows = PayoutAccount.objects.filter(pk=other.pk)

    refused("payout_account_one_default", lambda: rows.update(is_default=True))
    refused("payout_account_weekly_is_verified_default", lambda: rows.update(weekly_at=now))
    refused("payout_account_removed_has_moment", lambda: rows.update(removed_at=now))
    refused("payout_account_verified_is_known", lambda: rows.update(recipient_id=""))
    refused(
        "payout_account_default_is_live",
        lambda: PayoutAccount.objects.filter(pk=account.pk).update(state="REJECTED", weekly_at=None),
    )
    refused("payout_account_number_once", lambda: copy_of(account))
    refused("payout_account_bank_has_number", lambda: copy_of(account, number_digest=""))
    refused("payout_account_connected_once", lambda: [copy_of(account, kind="CONNECT", number_digest="") for _ in "ab"])
    refused("payout_account_of_one_owner", lambda: copy_of(account, user_id=business.owner.pk, number_digest="z"))
    freeze = {"business_id": business.pk, "frozen_at": now}
    refused("payout_freeze_one_stands", lambda: PayoutFreeze.objects.create(reason="y", **freeze))
    refused(
        "payout_freeze_has_a_reason",
        lambda: PayoutFreeze.objects.create(reason="", lifted_at=now, lifted_reason="z", **freeze),
    )
    refused("payout_freeze_lifted_with_a_reason", lambda: PayoutFreeze.objects.update(lifted_at=now))
    refused("payout_freeze_of_one_owner", lambda: PayoutFreeze.objects.create(reason="y", frozen_at=now))


def copy_of(account, **changes):
    kept = {
        field.attname: getattr(account, field.attname)
        for field in PayoutAccount._meta.concrete_fields
        if field.attname != "id"
    }
    return PayoutAccount.objects.create(**{**kept, "is_default": False, "weekly_at": None, **changes})


def test_a_gateways_id_is_of_one_payout(payout):
    Payout.objects.filter(pk=payout.pk).update(gateway_id="TRF_1")
    refused("payout_gateway_id_once", lambda: again(payout, gateway_id="TRF_1"))


def test_an_owner_is_a_business_or_a_person():
    with pytest.raises(ValueError, match="business or a person"):
        Owner()


# The verifier of the books


def broken(rule):
    return [str(fault) for fault in soundness.faults_of(rule)]


def test_s9_finds_money_in_transit_that_no_open_payout_explains(payout, now):
    assert broken("S9") == []
    mark = transaction.savepoint()
    put(payout, S.FAILED, now)

    assert broken("S9") == ["S9 payouts in transit in NGN: should be 0, is 1000000"]
    assert broken("S8") == [
        f"S8 payout {payout.reference}: should be 0 in transit, 0 sent NGN, is 1000000 in transit, 0 sent NGN"
    ]
    transaction.savepoint_rollback(mark)


def test_s8_counts_what_payouts_took_out_of_the_gateway(payout, now):
    paid = carry_out(payout)
    assert (paid.state, broken("S8"), broken("S9")) == ("PAID", [], [])
    mark = transaction.savepoint()
    Payout.objects.filter(pk=payout.pk).update(fee_minor=1)

    found = broken("S8")
    assert found[0] == "S8 clearing of sandbox in NGN: should be -1000001, is -1000000"
    assert found[1].startswith(f"S8 payout {payout.reference}: should be 0 in transit, 1000001 sent NGN")
    transaction.savepoint_rollback(mark)


def test_without_a_desk_the_verifier_compares_nothing(payout):
    desk = soundness._desk
    soundness.connect(None)
    try:
        assert (broken("S8"), broken("S9")) == ([], [])
    finally:
        soundness.connect(desk)
