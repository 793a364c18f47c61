"""Reconciliation over HTTP, by the command, in the back office, and every night."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.core.sweeps import run_sweep
from apps.core.testing import BackOfficeBrowser
from apps.ledger.models import Transfer
from apps.ledger.tests.sql import run as sql
from apps.ledger.tests.sql import without_triggers
from apps.notifications.models import Notification
from apps.payments.gateways.errors import GatewayUnavailable
from apps.payments.models import SandboxCharge
from apps.payments.tests.conftest import make_user
from apps.reconciliation.models import BooksProof, Break, ReconciliationRun
from apps.reconciliation.sweeps import prove_books
from apps.reconciliation.tests.conftest import DAY, over, reconciled

pytestmark = pytest.mark.django_db
URL = "/api/v1/reconciliation/"
SEVEN = {"amount": "7.00", "currency": "NGN"}
LEGS = [
    {"account": "SYSTEM::GATEWAY_CLEARING/sandbox:NGN", "side": "DEBIT", "amount": SEVEN},
    {"account": "SYSTEM::SUSPENSE:NGN", "side": "CREDIT", "amount": SEVEN},
]


@pytest.fixture
def stranger(db, now):
    """A charge at the sandbox for which there is no payment."""
    return SandboxCharge.objects.create(
        reference="GP-STRANGER", amount_minor=700, currency="NGN", method="CARD", status="PAID", paid_minor=700,
        paid_currency="NGN", paid_at=now,
    )  # fmt: skip


@pytest.fixture
def night(now):
    with clock.frozen(over(now)):
        yield over(now)


def test_a_day_is_compared_and_its_break_proposed_sent_back_proposed_and_resolved(
    stranger, api, ops, admin, night, sound
):
    answer = api(ops).post(f"{URL}run/", {"gateway": "sandbox", "day": str(DAY)}, format="json")
    assert answer.status_code == 201, answer.json()
    run = answer.json()["data"]
    assert (run["state"], run["lines"], run["found"], run["fresh"]) == ("DONE", 1, 1, 1)
    assert api(ops).get(f"{URL}runs/{run['id']}/").json()["data"] == run
    assert [each["id"] for each in api(ops).get(f"{URL}runs/?gateway=sandbox").json()["data"]["results"]] == [run["id"]]
    (found,) = api(ops).get(f"{URL}breaks/?state=OPEN&kind=MISSING_HERE").json()["data"]["results"]
    assert (found["subject"], found["gap"], found["account"]) == (
        "charge GP-STRANGER", SEVEN, "SYSTEM::GATEWAY_CLEARING/sandbox:NGN",
    )  # fmt: skip
    assert found["available_actions"] == ["propose"]
    address = f"{URL}breaks/{found['id']}/"

    body = {"resolution": "CORRECTED", "reason": "Paid by hand.", "legs": LEGS}
    proposed = api(ops).post(f"{address}propose/", body, format="json").json()["data"]
    assert (proposed["state"], proposed["legs"], proposed["available_actions"]) == ("PROPOSED", LEGS, ["send_back"])
    assert api(ops).post(f"{address}resolve/", {}, format="json").status_code == 403
    back = api(admin).post(f"{address}send-back/", {"reason": "Whose?"}, format="json").json()["data"]
    assert (back["state"], back["sent_back_reason"], back["legs"]) == ("OPEN", "Whose?", [])
    api(ops).post(f"{address}propose/", body, format="json")
    assert api(admin).get(address).json()["data"]["available_actions"] == ["resolve", "send_back"]
    done = api(admin).post(f"{address}resolve/", {}, format="json").json()["data"]

    assert (done["state"], done["available_actions"]) == ("RESOLVED", [])
    assert str(Transfer.objects.get().pk) == done["transfer"]
    assert done["decided_by"]["id"] == str(admin.pk)


def test_the_same_administrator_does_not_resolve_what_they_proposed(stranger, api, admin, now, night):
    reconciled("sandbox", now)
    address = f"{URL}breaks/{Break.objects.get().pk}/"
    api(admin).post(f"{address}propose/", {"resolution": "EXPLAINED", "reason": "Ours."}, format="json")

    answer = api(admin).post(f"{address}resolve/", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (403, "second_person_needed")


@pytest.mark.parametrize("role", ["CUSTOMER", "CEO", "VIEWER"])
def test_others_act_on_nothing_and_outsiders_read_nothing(stranger, api, now, night, role):
    reconciled("sandbox", now)
    person, found = make_user("x", role), Break.objects.get()
    reads = [f"{URL}runs/", f"{URL}breaks/", f"{URL}breaks/{found.pk}/", f"{URL}runs/{found.first_run_id}/"]

    assert {api(person).get(address).status_code for address in reads} == {200 if role == "VIEWER" else 403}
    acts = [
        ("run/", {"gateway": "sandbox"}),
        *[(f"breaks/{found.pk}/{act}/", {}) for act in ("propose", "resolve", "send-back")],
    ]
    assert {api(person).post(URL + path, body, format="json").status_code for path, body in acts} == {403}
    assert ReconciliationRun.objects.count() == 1


def test_wrong_requests_are_told_what_is_wrong(stranger, api, ops, now, night):
    reconciled("sandbox", now)
    address = f"{URL}breaks/{Break.objects.get().pk}/propose/"
    other = [{**LEGS[0], "amount": {"amount": "7.00", "currency": "USD"}}, LEGS[1]]

    def code(path, body):
        answer = api(ops).post(path, body, format="json")
        return answer.status_code, answer.json()["code"]

    assert code(f"{URL}run/", {"gateway": "sandbox", "day": "2026-11-30"}) == (400, "day_not_over")
    assert code(f"{URL}run/", {"gateway": "paystack"}) == (400, "unknown_gateway")
    assert code(address, {"resolution": "CORRECTED", "reason": "x", "legs": LEGS[:1]}) == (400, "legs_do_not_fit")
    assert code(address, {"resolution": "CORRECTED", "reason": "x", "legs": other})[0] == 400
    assert (
        code(f"{URL}breaks/{ReconciliationRun.objects.get().pk}/propose/", {"resolution": "EXPLAINED", "reason": "x"})[
            0
        ]
        == 404
    )
    assert api(ops).get(f"{URL}runs/{Break.objects.get().pk}/").status_code == 404
    assert api(ops).get(f"{URL}breaks/{ReconciliationRun.objects.get().pk}/").status_code == 404


def test_a_gateway_that_is_silent_is_told_as_such(api, ops, night, monkeypatch):
    def silent(*_arguments, **_named):
        raise GatewayUnavailable("Nobody there.")

    monkeypatch.setattr("apps.payments.sandbox.gateway.SandboxGateway.list_records", silent)

    answer = api(ops).post(f"{URL}run/", {"gateway": "sandbox"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    assert ReconciliationRun.objects.get().problem == "Nobody there."


def test_the_command_says_what_differs_by_its_words_and_its_status(stranger, night):
    said = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("reconcile", "--gateway", "sandbox", "--day", str(DAY), stdout=said)

    assert refused.value.returncode == 1
    assert "sandbox, 2026-11-18: 1 lines, 0 too fresh; 1 differ (1 new), 0 made good, 0 gone." in said.getvalue()
    assert "charge GP-STRANGER: nothing here, 7.00 NGN there (SYSTEM::GATEWAY_CLEARING/sandbox:NGN)" in said.getvalue()
    SandboxCharge.objects.update(status="FAILED")
    said = StringIO()
    call_command("reconcile", stdout=said, day=DAY)
    assert "0 differ (0 new), 0 made good, 1 gone." in said.getvalue()
    with pytest.raises(CommandError, match="no such gateway"):
        call_command("reconcile", "--gateway", "paypal", stdout=said)


def test_the_command_says_that_a_gateway_is_silent(night, monkeypatch):
    def silent(*_arguments, **_named):
        raise GatewayUnavailable("Nobody there.")

    monkeypatch.setattr("apps.payments.sandbox.gateway.SandboxGateway.list_records", silent)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("reconcile", stdout=said)

    assert "Interrupted. Nobody there." in said.getvalue()


def test_operations_hear_of_new_breaks_once(stranger, ops, now):
    reconciled("sandbox", now)
    reconciled("sandbox", now)

    told = Notification.objects.filter(user=ops, notification_type="reconciliation_breaks")
    assert told.count() == 1


def test_the_sweeps_compare_and_prove_once_a_night(stranger, ops, now):
    with clock.frozen(over(now)):
        run_sweep("reconciliation.nightly")
        run_sweep("reconciliation.prove_books")
        run_sweep("reconciliation.prove_books")
    assert (ReconciliationRun.objects.get().found, BooksProof.objects.get().faults) == (1, 0)

    with without_triggers():
        sql("INSERT INTO ledger_transfer (id, kind, idempotency_key, body_hash, cause_type, metadata, created_at)"
            " VALUES (gen_random_uuid(), 'TIP', 'x', '', '', '{}', now())")  # fmt: skip
    prove_books(over(now, 2), 1)

    proof = BooksProof.objects.order_by("-made_at").first()
    assert (proof.faults, proof.named[0]["rule"], str(proof)) == (2, "S1", "2 faults")
    assert Notification.objects.filter(user=ops, notification_type="books_unsound").count() == 1


# --- The back office ---------------------------------------------------------------------------------------------------
def signed_in(user):
    client = BackOfficeBrowser()
    client.force_login(user)
    return client


def act(user, page, row, action, **fields):
    body = {"action": action, "_selected_action": [str(row.pk)], **fields}
    answer = signed_in(user).post(f"/admin/reconciliation/{page}/", body)
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_a_break_is_looked_at_proposed_and_resolved_in_the_back_office(stranger, ops, admin, now, night, sound):
    run = reconciled("sandbox", now)
    found = Break.objects.get()
    clearing, suspense = (leg["account"] for leg in LEGS)
    page = signed_in(ops).get(f"/admin/reconciliation/break/{found.pk}/change/").content.decode()
    assert f"/admin/reconciliation/gatewayline/{found.line_id}/change/" in page
    assert "charge GP-STRANGER" in signed_in(ops).get("/admin/reconciliation/break/").content.decode()
    assert (
        "charge GP-STRANGER"
        in signed_in(ops).get(f"/admin/reconciliation/reconciliationrun/{run.pk}/change/").content.decode()
    )

    assert "beside the action" in act(ops, "break", found, "correct", reason="x")
    fields = {"reason": "Paid by hand.", "debit": clearing, "credit": suspense, "amount": "7.00"}
    assert "1 done" in act(ops, "break", found, "correct", **fields)
    assert "Debit SYSTEM" in signed_in(ops).get(f"/admin/reconciliation/break/{found.pk}/change/").content.decode()
    assert "1 done" in act(admin, "break", found, "send_back", reason="Whose?")
    assert "1 done" in act(ops, "break", found, "explain", reason="Ours.")
    assert "does not allow" in act(ops, "break", found, "resolve")
    assert "1 done" in act(admin, "break", found, "resolve")

    found.refresh_from_db()
    assert found.state == "RESOLVED"


def test_a_day_is_compared_again_in_the_back_office(stranger, ops, now, night):
    run = reconciled("sandbox", now)

    assert "1 breaks" in act(ops, "reconciliationrun", run, "again")
    SandboxCharge.objects.update(status="FAILED")
    assert "0 breaks" in act(ops, "reconciliationrun", run, "last_day")
    assert ReconciliationRun.objects.count() == 3
    assert signed_in(ops).get("/admin/reconciliation/gatewayline/").status_code == 200


def test_a_proof_says_what_is_broken(ops, now):
    sound_one = BooksProof.objects.create(made_at=now, faults=0)
    broken = BooksProof.objects.create(
        made_at=now + timedelta(days=1), faults=1, named=[{"rule": "S4", "subject": "x", "expected": "1", "found": "2"}]
    )

    pages = [
        signed_in(ops).get(f"/admin/reconciliation/booksproof/{each.pk}/change/").content.decode()
        for each in (sound_one, broken)
    ]
    assert "the books are sound" in pages[0]
    assert "S4 x: should be 1, is 2" in pages[1]
