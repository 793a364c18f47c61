"""The command, the checks, the queue's entries, and small promises of the stand-ins."""

from __future__ import annotations

from io import StringIO

import pytest
import requests
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.payments import checks, tasks
from apps.payments.gateways.base import Gateway
from apps.payments.gateways.paystack import PaystackGateway, PaystackSettings
from apps.payments.gateways.reading import integer, moment, strings
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.stripe import StripeGateway, StripeSettings
from apps.payments.models import Payment
from apps.payments.operations import receive
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn


@pytest.mark.parametrize("name", ["stripe", "paystack"])
def test_stand_in_runs_by_command(name):
    out = StringIO()

    call_command("gateway_standin", name, "--seconds", "0", stdout=out)

    assert f"{name} stands in at http://127.0.0.1:" in out.getvalue()


def test_stand_in_does_not_run_outside_a_sandbox(settings):
    settings.SANDBOX = False

    with pytest.raises(CommandError):
        call_command("gateway_standin", "stripe")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"GATEWAY_BY_CURRENCY": {"*": "moon"}}, ["payments.E001"]),
        ({"GATEWAY_BY_CURRENCY": {"NGN": "stripe"}}, ["payments.E002"]),
        ({"SANDBOX_GATEWAY_SECRET": ""}, ["payments.E003"]),
    ],
)
def test_checks_find_what_is_wrong_with_the_settings(settings, change, found):
    for name, value in change.items():
        setattr(settings, name, value)

    assert [problem.id for problem in checks.check_gateways(None)] == found


def test_every_gateway_keeps_the_interface():
    stripe = StripeGateway(StripeSettings(secret_key="sk_live_x", webhook_secrets=()))
    paystack = PaystackGateway(PaystackSettings(secret_key="sk_live_x", webhook_secrets=()))

    for each in (stripe, paystack, gateway("sandbox")):
        assert isinstance(each, Gateway)
    assert (stripe.livemode, paystack.livemode, gateway("sandbox").livemode) == (True, True, False)


@pytest.mark.django_db
def test_queue_entry_empties_the_inbox(desk, ada):
    payment = desk.open(ada)
    desk.receive(*desk.act(payment))

    assert tasks.process_inbox() == 1
    assert Payment.objects.get().status == "SUCCEEDED"


@pytest.mark.django_db
def test_web_hook_is_taken_in_though_no_worker_can_be_woken(desk, ada, settings, monkeypatch):
    settings.OUTBOX_WAKE = True
    woken = []
    monkeypatch.setattr(receive.current_app, "send_task", lambda *name, **_: woken.append(name))
    desk.receive(*desk.act(desk.open(ada)), *desk.act(desk.open(ada)))
    assert woken == [("payments.process_inbox",)]

    def lost(*_arguments, **_named):
        raise ConnectionError

    monkeypatch.setattr(receive.cache, "add", lost)
    monkeypatch.setattr(receive.cache, "delete", lost)
    receive.note_inbox_awake()
    desk.receive(*desk.act(desk.open(ada)))
    desk.work(clock.now())
    assert set(Payment.objects.values_list("status", flat=True)) == {"SUCCEEDED"}


@pytest.mark.parametrize("kind", [StripeStandIn, PaystackStandIn])
def test_stand_in_refuses_a_wrong_key_and_an_unknown_address(kind):
    stand_in = kind()
    with pytest.raises(RuntimeError):
        _ = stand_in.url
    stand_in.start()
    try:
        assert requests.get(f"{stand_in.url}/moon", timeout=5).status_code == 404
        path = "/v1/refunds" if kind is StripeStandIn else "/refund"
        assert requests.get(stand_in.url + path, timeout=5).status_code == 401
    finally:
        stand_in.stop()


@pytest.mark.parametrize(
    ("value", "number"), [(True, 0), (5, 5), (5.0, 5), (5.5, 0), ("-7", -7), ("x", 0), (None, 0), ([], 0)]
)
def test_integers_are_read_from_anything(value, number):
    assert integer(value) == number


@pytest.mark.parametrize("value", [None, "", "yesterday", 10**20, float("nan"), True, []])
def test_moments_that_are_none_are_read_as_none(value):
    assert moment(value) is None


def test_moments_without_a_zone_are_utc_and_metadata_may_be_text():
    assert moment("2026-06-01T12:00:00").isoformat() == "2026-06-01T12:00:00+00:00"
    assert strings('{"a": 1}') == {"a": "1"}
    assert strings("nonsense") == {}
