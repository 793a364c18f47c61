"""kill -9 of whoever takes part, between any two steps of the main job and within them: nothing is lost, nothing is twice."""

import json
import random
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from apps.demo.main_job import MainJob, client, player
from apps.demo.main_job.client import connect
from apps.payments.gateways.signatures import timestamped_signature
from tests.stories.footprint import footprint, under_way
from tests.stories.instance import Instance, wait_until
from tests.stories.leaving_money import LEASES, DeadlyPaystack, Leaving

pytestmark = [pytest.mark.crash, pytest.mark.story]
HOOKS, VERIFIES, AT_ONCE = 1_000, 40, 16
PRICE, COMMISSION = 2_100_000, 105_000
# The main job has ten steps, and after the last one nobody need wait for the dead to come back.
STRIKES = 9


@pytest.fixture(scope="module")
def paystack():
    """A gateway of its own, which does not die with us."""
    standing_in = DeadlyPaystack()
    standing_in.start()
    yield standing_in
    standing_in.stop()


@pytest.fixture(scope="module")
def instance(tmp_path_factory, paystack):
    keys = {"PAYSTACK_SECRET_KEY": paystack.secret_key, "PAYSTACK_BASE_URL": paystack.url}
    made = Instance(tmp_path_factory.mktemp("the guild"), **keys)
    try:
        made.up()
        yield made
        wait_until(lambda: httpx.get(f"{made.base_url}/readyz").status_code == 200, "ready at the end")
        assert "The books are sound" in made.guild("manage", "ledger", "verify")
    finally:
        made.down()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Where the gateway's word does not come, the customer's page asks for it after a second; clients ask often."""
    monkeypatch.setattr(player, "GATEWAY_S", 1.0)
    monkeypatch.setattr(player, "LAST_LOOK_S", 0.2)
    monkeypatch.setattr(client, "LONGEST_PAUSE_S", 0.25)


@pytest.fixture(scope="module")
def undisturbed(instance):
    """What a job leaves behind that nobody disturbed."""
    return played(instance, MainJob(instance.base_url))


def played(instance, job, after_step=lambda _step: None):
    """The footprint of the whole job, once the leases of the dead have ended and all that was ordered is done."""
    for step in job.steps():
        after_step(step)
    job.advance(LEASES)
    wait_until(lambda: not under_way(instance), "nothing is under way any more")
    return footprint(instance, job.booking)


def test_job_that_nobody_disturbs_leaves_everything_once(undisturbed):
    assert {name: max(found.values()) for name, found in undisturbed.items()} == dict.fromkeys(undisturbed, 1)
    assert undisturbed["booking"] == Counter({("COMPLETED", "RELEASED"): 1})
    assert undisturbed["payments"] == Counter({("SUCCEEDED", PRICE, 0, "FUNDED"): 1})
    assert undisturbed["holds"] == Counter({("RELEASED", PRICE, PRICE): 1})
    assert sorted(entry for entry in undisturbed["entries"] if entry[0] == "ESCROW_RELEASE") == [
        ("ESCROW_RELEASE", "AVAILABLE", PRICE - COMMISSION),
        ("ESCROW_RELEASE", "PLATFORM_REVENUE", COMMISSION),
        ("ESCROW_RELEASE", "SYSTEM_ESCROW", -PRICE),
    ]
    assert len(undisturbed["mails"]) == sum(1 for *_, channel, state in undisturbed["deliveries"] if (channel, state) == ("EMAIL", "SENT"))  # fmt: skip


@pytest.mark.parametrize("victim", ["postgresql", "web", "worker", "redis", "flush"])
def test_somebody_dies_after_every_step(instance, undisturbed, victim):
    before = instance.restarts(victim)

    left = played(instance, MainJob(instance.base_url), lambda _step: instance.strike(victim))

    assert left == undisturbed
    assert all(now - then >= STRIKES for then, now in zip(before, instance.restarts(victim), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_somebody_dies_in_the_middle_of_every_request_that_changes_something(instance, undisturbed, seed):
    fate = random.Random(seed)
    seen, blows = set(), []

    def threaten(request):
        key = request.headers.get("Idempotency-Key")
        if key is None or key in seen:  # who sends it again is let through
            return
        seen.add(key)
        victim = fate.choice(["postgresql", "web", "worker", "redis"])
        blows.append(threading.Timer(fate.uniform(0, 0.06), instance.strike, [victim]))
        blows[-1].start()

    def connect_doomed(base_url):
        client = connect(base_url)
        client.event_hooks = {"request": [threaten]}
        return client

    left = played(instance, MainJob(instance.base_url, connect=connect_doomed))

    assert left == undisturbed
    assert len(blows) >= 7


def test_jobs_that_were_broken_off_are_in_nobodys_way(instance, undisturbed):
    for last in ("books", "pays in the sandbox checkout", "starts the job", "completes it"):
        for step in MainJob(instance.base_url).steps():
            if step.did == last:
                break

    left = played(instance, MainJob(instance.base_url))

    assert left == undisturbed


# The next step writes to the hold: the money comes, clears, is released.
BEFORE_MONEY_MOVES = {"books", "starts the job", "completes it"}


@pytest.mark.parametrize("victims", [("web", "worker"), ("postgresql",)])
def test_whoever_has_claimed_the_work_dies_before_it_is_done(instance, undisturbed, victims):
    """A web hook, a completion and a release are each cut off inside their transaction, the claim committed."""
    job = MainJob(instance.base_url)
    steps = job.steps()
    coming = next(steps)
    cut = 0
    with ThreadPoolExecutor(1) as pool:
        while coming is not None:
            if coming.did not in BEFORE_MONEY_MOVES:
                coming = next(steps, None)
                continue
            with instance.table_held("ledger_hold") as somebody_waits:
                moved = pool.submit(next, steps)
                wait_until(somebody_waits, f"somebody writes to the hold after Ada {coming.did}")
                for victim in victims:
                    instance.strike(victim)
            coming, cut = moved.result(), cut + 1

    left = played(instance, Done(job))

    assert left == undisturbed
    assert cut == len(BEFORE_MONEY_MOVES)


class Done:
    """A job that has been played."""

    def __init__(self, job):
        self.booking, self.advance = job.booking, job.advance

    def steps(self):
        return ()


class Flooded(MainJob):
    """The gateway tells a thousand times, in parallel, while the customer's page asks and those who listen die."""

    def flood_with(self, instance):
        self.instance = instance
        return self

    def _approve(self, reference):
        self.instance.signal("worker", signal.SIGSTOP)  # what is stored stays unprocessed
        super()._approve(reference)
        ((payload,),) = self.instance.rows(
            "SELECT payload FROM payments_sandboxhook WHERE payload->'data'->'charge'->>'reference' = %s", reference
        )
        body = json.dumps(payload).encode()
        secret = self.instance.home.secret("sandbox_gateway_secret")
        signature = timestamped_signature(body, secret, at=self.now())
        ada = self.people["ada"]
        with httpx.Client(base_url=self.base_url, timeout=60) as gateway, ThreadPoolExecutor(AT_ONCE) as pool:

            def tell(number):
                if number == HOOKS // 2:
                    self.instance.strike("worker")
                if number == HOOKS * 3 // 4:
                    self.instance.strike("web")
                if number % (HOOKS // VERIFIES) == 0:
                    ada.get(f"/payments/verify/{reference}/")

                def heard():
                    try:
                        answer = gateway.post(
                            "/api/v1/payments/webhooks/sandbox/",
                            content=body,
                            headers={"Content-Type": "application/json", "X-Sandbox-Signature": signature},
                        )
                    except httpx.TransportError:
                        return False
                    return answer.status_code == 200

                return wait_until(heard, "the web hook is taken")

            assert list(pool.map(tell, range(HOOKS))) == [True] * HOOKS


def test_one_web_hook_1000_times_with_verify_while_web_and_worker_die(instance, undisturbed):
    left = played(instance, Flooded(instance.base_url).flood_with(instance))

    assert left == undisturbed


def test_money_that_leaves_is_sent_once_whoever_dies_before_hearing_of_it(instance, paystack):
    """Payouts and refunds are asked for while web dies; worker and PostgreSQL die when the gateway has just acted."""
    leaving = Leaving(instance, paystack)
    available, wallet = leaving.balances()
    victims = ("worker", "web", "postgresql")
    before = [times for victim in victims for times in instance.restarts(victim)]

    for victim in victims:
        leaving.while_dying(victim)
    leaving.settle()
    wait_until(lambda: not under_way(instance), "nothing is under way any more")

    after = [times for victim in victims for times in instance.restarts(victim)]
    assert all(now - then >= 2 for then, now in zip(before, after, strict=True))
    asked, payouts, refunds = leaving.asked, leaving.payouts(), leaving.refunds()
    acknowledged = asked["payouts"] | asked["withdrawals"]
    assert [(each, amount, state) for each, _, amount, state in payouts] == [(*each, "PAID") for each in sorted(acknowledged.items())]  # fmt: skip
    assert refunds == [(*each, "SUCCEEDED") for each in sorted(asked["refunds"].items())]
    sent = sorted((reference, amount) for _, reference, amount, _ in payouts)
    assert paystack.orders() == (sent, sorted(amount for _, amount, _ in refunds))
    left = (available - sum(asked["payouts"].values()), wallet - sum(asked["withdrawals"].values()))
    assert leaving.balances() == left
