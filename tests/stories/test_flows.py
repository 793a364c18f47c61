"""The worked examples of ``docs/flows.md`` run as they stand there."""

import re
from pathlib import Path

import pytest

from apps.accounts import operations as accounts
from apps.accounts.models import SecondFactor
from apps.accounts.tests.factories import UserFactory
from apps.bookings.tests.world import make_world
from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.payments.gateways.registry import gateway
from tests.stories.shell import Shell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "flows.md"
PASSWORD = "guild-demo-2026"
SEED = "GUILDDEMOGUILDDEMOGUILDDEMOGUILD"
EXPECTED = re.compile(r"^(.*?)(?:  # (\d{3})(?: (\w+))?)?$")


@pytest.fixture(autouse=True)
def now():
    """Time goes on, and the sandbox's clock can be moved."""
    return clock.now()


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


@pytest.fixture
def demo():
    """The people and the business that the examples name."""
    world = make_world(business={"slug": "adunni-hair-atelier"})
    names = {"ada": world.customer, "owner": world.owner, "ops": UserFactory(role="OPS", is_staff=True)}
    for name, user in names.items():
        user.email = f"{name}@guild.example"
        user.set_password(PASSWORD)
        user.save()
    at = clock.now()
    accounts.begin_enrolment(user_id=names["ops"].pk, at=at, seed=SEED)
    SecondFactor.objects.filter(user=names["ops"]).update(confirmed_at=at)
    return world


def lines():
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def work():
    """What a worker would have done meanwhile; hooks stay undelivered, as if the network were slow."""
    OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()
    while outbox.drain(at=clock.now()):
        OutboxMessage.objects.filter(task__endswith="deliver_sandbox_hook").delete()


def test_every_example_answers_as_the_document_says(demo):
    shell = Shell()
    told = 0

    for line in lines():
        command, status, code = EXPECTED.match(line).groups()
        clock.forget_offset()
        answer = shell.run(command)
        if status is not None:
            told += 1
            assert (answer.status, answer.code) == (int(status), code or ""), line
        work()

    assert told > 40
