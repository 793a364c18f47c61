from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.catalog import events, operations, rules
from apps.catalog.errors import FileIncomplete, VerificationWrongState
from apps.catalog.models import Business, VerificationPaper
from apps.catalog.states import PaperState, VerificationStatus
from apps.catalog.tests.factories import BusinessFactory, PaperFactory, UserFactory
from apps.core import clock, sweeps
from apps.core import events as core_events
from apps.core.errors import NotAllowed
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
ACCOUNT = operations.BankAccount(bank_name="GTBank", bank_code="058", account_number="0123456789", account_name="Ade")
PAPER = operations.Paper(kind="REGISTRATION", title="CAC", file_name="kyc/cac.pdf")


@pytest.fixture
def facts(monkeypatch):
    """The facts that were stated, in order."""
    heard = []
    named = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, events.Event)]
    known = dict(core_events._handlers)
    core_events._handlers.update(dict.fromkeys(named, (heard.append,)))
    yield heard
    core_events._handlers.clear()
    core_events._handlers.update(known)


@pytest.fixture
def young():
    return BusinessFactory(verification_status="UNVERIFIED", verified_at=None, applied_at=None)


def _apply(business, at, **changes):
    sent = {"cac_number": "RC1", "bank_account": ACCOUNT, "papers": [PAPER], **changes}
    return operations.apply_for_verification(business_id=business.pk, by=business.owner, at=at, **sent)


def test_the_way_from_a_file_to_a_verified_business(young, admin_user, now, facts):
    _apply(young, now)
    assert not rules.may_be_booked(Business.objects.get(), now)

    verified = operations.verify_business(business_id=young.pk, reason="Checked.", by=admin_user, at=now)

    assert (verified.verification_status, verified.verified_at) == (VerificationStatus.VERIFIED, now)
    assert rules.may_be_booked(verified, now)
    assert rules.may_receive_money(verified)
    assert VerificationPaper.objects.get().state == PaperState.APPROVED
    assert [type(each).__name__ for each in facts] == ["BusinessApplied", "BusinessVerified"]
    entry = AuditEntry.objects.get(action="business.verified")
    assert (entry.actor, entry.reason, entry.before) == (admin_user, "Checked.", {"verification_status": "PENDING"})


@pytest.mark.parametrize("missing", [{"cac_number": None}, {"bank_account": None}, {"papers": []}])
def test_a_file_with_a_part_missing_changes_nothing(young, now, missing):
    with pytest.raises(FileIncomplete) as refusal, transaction.atomic():
        _apply(young, now, **missing)

    assert len(refusal.value.errors) == 1
    young.refresh_from_db()
    assert (young.verification_status, young.cac_number) == ("UNVERIFIED", "")


def test_a_rejected_file_can_be_mended(young, admin_user, now, facts):
    _apply(young, now)
    operations.reject_business(business_id=young.pk, reason="Blurred.", by=admin_user, at=now)
    with pytest.raises(FileIncomplete) as refusal, transaction.atomic():
        _apply(Business.objects.get(), now, papers=[])
    again = _apply(Business.objects.get(), now)

    assert set(refusal.value.errors) == {"documents"}
    assert again.verification_status == "PENDING"
    assert [each.state for each in VerificationPaper.objects.order_by("created_at", "pk")] == ["REJECTED", "SUBMITTED"]
    assert facts[1].reason == "Blurred."


def test_a_suspended_business_takes_neither_jobs_nor_money_until_it_is_verified_again(business, admin_user, now):
    suspended = operations.suspend_business(business_id=business.pk, reason="Complaint.", by=admin_user, at=now)
    assert not rules.may_be_booked(suspended, now)
    assert not rules.may_receive_money(suspended)

    assert rules.may_be_booked(
        operations.verify_business(business_id=business.pk, reason="Settled.", by=admin_user, at=now), now
    )


def test_a_verified_business_keeps_its_number_and_may_name_another_account(business, now, facts):
    _apply(business, now)
    with pytest.raises(VerificationWrongState):
        _apply(business, now, cac_number="RC2")

    assert [type(each).__name__ for each in facts] == ["BusinessApplied", "BankDetailsChanged"]
    assert "0123456789" not in repr(facts)
    assert "0123456789" not in repr(ACCOUNT)


def test_only_admin_decides(young, now):
    _apply(young, now)
    for role in ("OPS", "VIEWER", "CEO", "CUSTOMER"):
        for decide in (operations.verify_business, operations.reject_business, operations.suspend_business):
            with pytest.raises(NotAllowed):
                decide(business_id=young.pk, reason="x", by=UserFactory(role=role), at=now)
    assert Business.objects.get().verification_status == "PENDING"


MOVES = {
    "verify": (operations.verify_business, {"PENDING", "SUSPENDED"}),
    "reject": (operations.reject_business, {"PENDING"}),
    "suspend": (operations.suspend_business, {"VERIFIED"}),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", VerificationStatus.values)
def test_every_decision_in_every_state(name, state, admin_user, now):
    decide, allowed = MOVES[name]
    business = BusinessFactory(verification_status=state)

    if state in allowed:
        assert decide(business_id=business.pk, reason="x", by=admin_user, at=now).verification_status != state
    else:
        with pytest.raises(VerificationWrongState):
            decide(business_id=business.pk, reason="x", by=admin_user, at=now)
        assert Business.objects.get().verification_status == state


@pytest.mark.parametrize("target", VerificationStatus.values)
@pytest.mark.parametrize("source", VerificationStatus.values)
def test_the_database_allows_the_same_moves(source, target, now):
    from apps.catalog.states import VERIFICATION_MOVES

    business = BusinessFactory(verification_status=source)
    move = Business.objects.filter(pk=business.pk)

    if source == target or (source, target) in VERIFICATION_MOVES:
        move.update(verification_status=target)
    else:
        with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
            move.update(verification_status=target)


@pytest.mark.parametrize("fields", [{"verified_at": None}, {"verification_status": "PENDING", "applied_at": None}])
def test_a_state_without_its_moment_is_refused_by_the_database(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessFactory(**fields)


def _sweep(at):
    with clock.frozen(at):
        return sweeps.run_sweep("catalog.papers", at=at)


def test_a_paper_warns_at_30_7_and_1_days_lapses_then_stops_jobs_and_recovers(business, admin_user, now, facts):
    first = PaperFactory(business=business, expires_on=date(2027, 1, 31))
    operations.approve_paper(business_id=business.pk, paper_id=first.pk, by=admin_user, at=now)
    midnight = datetime.fromisoformat("2027-01-31T00:00:00+01:00")

    warned = []
    day = midnight - timedelta(days=40)
    while day <= midnight + timedelta(days=1):
        heard = len(facts)
        _sweep(day)
        warned += [each.days_left for each in facts[heard:] if isinstance(each, events.PaperExpiring)]
        _sweep(day)
        day += timedelta(days=1)

    business.refresh_from_db()
    lapsed = midnight + timedelta(days=1)
    assert warned == [30, 7, 1]
    assert business.papers_lapsed_at == lapsed
    assert isinstance(facts[-1], events.PaperExpired)
    assert facts[-1].jobs_stop_at == lapsed + timedelta(days=14)
    assert rules.may_be_booked(business, lapsed + timedelta(days=13))
    assert not rules.may_be_booked(business, lapsed + timedelta(days=14))
    assert rules.may_receive_money(business)

    renewed = PaperFactory(business=business, expires_on=date(2028, 1, 31))
    operations.approve_paper(
        business_id=business.pk, paper_id=renewed.pk, by=admin_user, at=lapsed + timedelta(days=20)
    )

    business.refresh_from_db()
    first.refresh_from_db()
    assert (business.papers_lapsed_at, first.state) == (None, "REPLACED")
    assert rules.may_be_booked(business, lapsed + timedelta(days=20))
    assert isinstance(facts[-1], events.PapersInOrder)


def test_the_time_machine_knows_when_a_paper_is_due(business, admin_user, now):
    paper = PaperFactory(business=business, expires_on=date(2027, 1, 31))
    operations.approve_paper(business_id=business.pk, paper_id=paper.pk, by=admin_user, at=now)

    assert operations.next_paper_due() == datetime.fromisoformat("2027-01-01T00:00:00+01:00")


def test_one_new_paper_stands_for_one_old_one(business, admin_user, now):
    for _ in range(2):
        VerificationPaper.objects.create(
            business=business,
            kind="LICENCE",
            title="old",
            state="EXPIRED",
            decided_at=now,
            expires_on=date(2026, 11, 1),
        )
    Business.objects.update(papers_lapsed_at=now)
    new = PaperFactory(business=business)

    operations.approve_paper(business_id=business.pk, paper_id=new.pk, by=admin_user, at=now)

    business.refresh_from_db()
    assert business.papers_lapsed_at is not None
    assert VerificationPaper.objects.filter(state="EXPIRED").count() == 1


def test_the_database_keeps_the_moves_of_papers(business, now):
    paper = PaperFactory(business=business)
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        VerificationPaper.objects.filter(pk=paper.pk).update(state="EXPIRED", decided_at=now)
    with pytest.raises(IntegrityError, match="paper_decided_has_moment"), transaction.atomic():
        VerificationPaper.objects.filter(pk=paper.pk).update(state="APPROVED")


def test_history_follows_states_and_prices_and_nothing_else(business, admin_user, now):
    def count():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM catalog_businesshistory")
            return cursor.fetchone()[0]

    before = count()
    Business.objects.update(rating_count=5, about="x")
    assert count() == before
    operations.suspend_business(business_id=business.pk, reason="x", by=admin_user, at=now)
    assert count() == before + 1
