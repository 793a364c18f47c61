import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from apps.core import audit, context, redaction
from apps.core.models import AuditEntry

pytestmark = pytest.mark.django_db
ATTACKS = ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry", "TRUNCATE core_auditentry"]


@pytest.fixture
def entry(customer, now):
    origin = context.RequestContext(request_id="edge-1", ip_address="203.0.113.7", user_agent="Phone")
    token = context.current.set(origin)
    yield audit.record(
        "user.role_changed", target=customer, by=customer, at=now, before={"role": "CUSTOMER"}, after={"role": "OPS"}
    )
    context.current.reset(token)


def test_an_act_is_kept_with_who_what_and_from_where(entry, customer, now):
    kept = AuditEntry.objects.get()
    assert (kept.actor, kept.action, kept.target_type) == (customer, "user.role_changed", "accounts.User")
    assert kept.target_id == str(customer.pk)
    assert (kept.before, kept.after) == ({"role": "CUSTOMER"}, {"role": "OPS"})
    assert (kept.ip_address, kept.user_agent, kept.request_id, kept.at) == ("203.0.113.7", "Phone", "edge-1", now)


def test_secrets_are_struck_out_at_any_depth(customer, now):
    after = {"password": "x", "bank_details": "1", "list": [{"api_key": "k"}], "name": "Ada"}
    kept = audit.record("x", target=customer, by=None, at=now, after=after)

    assert kept.after == {"password": "•••", "bank_details": "•••", "list": [{"api_key": "•••"}], "name": "Ada"}


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_database_keeps_the_trail(entry, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_running_product_has_no_right_to_change_the_trail(entry, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE guild_app")
        cursor.execute(statement)


def test_what_goes_to_sentry_holds_no_secret_at_any_depth():
    frame = {"function": "pay", "vars": {"password": "x", "amount": "5", "headers": {"Authorization": "Bearer y"}}}
    event = {"exception": {"values": [{"stacktrace": {"frames": [frame]}}]}}

    kept = redaction.strike_event(event, {})["exception"]["values"][0]["stacktrace"]["frames"][0]

    assert kept["vars"] == {"password": "•••", "amount": "5", "headers": {"Authorization": "•••"}}
