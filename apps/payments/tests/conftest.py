"""A small trade whose things can be paid for, people, and a memory of the facts that were stated."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.accounts.models import User
from apps.core import clock, events
from apps.core.conf import timer
from apps.ledger import addresses
from apps.ledger.models import Balance, EscrowHold
from apps.payments import events as facts
from apps.payments import operations, payables
from apps.payments.errors import AlreadyPaid, ItemNotFound
from apps.payments.gateways.registry import gateway
from apps.payments.gateways.signatures import timestamped_signature
from apps.payments.gateways.values import RefundRequest, RefundResult
from apps.payments.models import Payment, SandboxHook, WebhookEvent
from apps.payments.operations import ItemToPay
from apps.payments.payables import PayableQuote
from apps.payments.sandbox import hooks
from apps.payments.sandbox.play import Act, act
from apps.payments.states import Destination

FACTS = (
    facts.PaymentCaptured,
    facts.PaymentPending,
    facts.PaymentFailed,
    facts.PaymentAbandoned,
    facts.PaymentNeedsReview,
    facts.RefundCompleted,
    facts.RefundFailed,
    facts.GatewayTransferReported,
    facts.GatewayDisputeReported,
)


@dataclass
class Trade:
    """Sells things at a price; who asks for another's is told that there is nothing."""

    things: dict[UUID, tuple[UUID, PayableQuote]] = field(default_factory=dict)
    paid: set[UUID] = field(default_factory=set)

    def sell(self, buyer: Any, amount_minor: int = 500_000, currency: str = "NGN", **changes: Any) -> ItemToPay:
        """Something that the buyer may pay for."""
        quote = PayableQuote(
            amount_minor=amount_minor,
            currency=currency,
            kind="BOOKING",
            description="Haircut at Ada’s",
            business_id=uuid4(),
        )
        item = ItemToPay(item_type="BOOKING", item_id=uuid4())
        self.things[item.item_id] = (buyer.pk, replace(quote, **changes))
        return item

    def sell_for(self, item: ItemToPay, amount_minor: int) -> None:
        """From now on the thing costs another price."""
        buyer_id, quote = self.things[item.item_id]
        self.things[item.item_id] = (buyer_id, replace(quote, amount_minor=amount_minor))

    def tip(self, giver: Any, performer: Any, amount_minor: int = 20_000) -> ItemToPay:
        """A tip that the giver may pay."""
        item = self.sell(
            giver,
            amount_minor,
            kind="TIP",
            business_id=None,
            destination=Destination.PERFORMER,
            performer_id=performer.pk,
        )
        return ItemToPay(item_type="TIP", item_id=item.item_id)

    def quote(self, *, item_type: str, item_id: UUID, payer: Any, at: Any) -> PayableQuote:
        """What a trade answers when payments asks."""
        owner_id, quote = self.things.get(item_id, (None, None))
        if quote is None or owner_id != payer.pk:
            raise ItemNotFound
        if item_id in self.paid:
            raise AlreadyPaid
        return quote


@pytest.fixture
def trade():
    made = Trade()
    before = dict(payables._payables)
    payables.connect({"BOOKING": made.quote, "TIP": made.quote, "CREDITS": operations.quote_credits})
    yield made
    payables.connect(before)


@pytest.fixture
def stated():
    """Every fact that the desk stated, in order."""
    heard: list[Any] = []
    before = dict(events._handlers)
    events.connect({fact: [heard.append] for fact in FACTS})
    yield heard
    events.connect(before)


@pytest.fixture(autouse=True)
def _no_trade_listens():
    """The desk is proven by itself: what it is paid for here is no row of any trade."""
    before = dict(events._handlers)
    events.connect({})
    yield
    events.connect(before)


@pytest.fixture(autouse=True)
def _no_gateway_is_left_over():
    gateway.cache_clear()
    yield
    gateway.cache_clear()


def make_user(name: str, role: str = "CUSTOMER") -> User:
    return User.objects.create_user(email=f"{name}-{uuid4().hex[:8]}@example.com", first_name=name.title(), role=role)


@pytest.fixture
def ada(db):
    return make_user("ada")


@pytest.fixture
def bayo(db):
    return make_user("bayo")


@pytest.fixture
def performer(db):
    return make_user("performer", "STAFF")


@pytest.fixture
def ops(db):
    return make_user("ops", "OPS")


@pytest.fixture
def admin(db):
    return make_user("admin", "ADMIN")


@dataclass
class Desk:
    """Shortcuts over the real operations, at the test's moment."""

    trade: Trade

    def open(self, payer: Any, *items: ItemToPay, **wish: Any) -> Payment:
        """An initialized payment for the items, or for a new thing."""
        wanted = items or (self.trade.sell(payer),)
        return operations.initialize_payment(items=wanted, payer=payer, at=clock.now(), **wish)

    def act(self, payment: Payment, choice: Act = Act.APPROVE, **how: Any) -> list[tuple[bytes, dict[str, str]]]:
        """The customer acts on the hosted page; answers the web hooks that go out, signed."""
        before = set(SandboxHook.objects.values_list("pk", flat=True))
        act(reference=payment.reference, choice=choice, at=clock.now(), **how)
        made = SandboxHook.objects.exclude(pk__in=before).order_by("pk")
        return [hooks.signed(hook, at=clock.now()) for hook in made]

    def receive(self, *delivered: tuple[bytes, dict[str, str]]) -> None:
        """The web hooks arrive."""
        for body, headers in delivered:
            operations.receive_webhook(gateway="sandbox", body=body, headers=headers, at=clock.now())

    def work(self, at: Any = None) -> None:
        """The worker acts on everything that is due in the inbox."""
        while operations.process_inbox(at or clock.now(), 100):
            pass

    def pay(self, payer: Any, *items: ItemToPay, **wish: Any) -> Payment:
        """A payment that went through, web hook and all."""
        payment = self.open(payer, *items, **wish)
        self.receive(*self.act(payment))
        self.work()
        payment.refresh_from_db()
        return payment


@pytest.fixture
def desk(trade):
    return Desk(trade)


def signed(payload: dict[str, Any], at: Any = None, secret: str = "") -> tuple[bytes, dict[str, str]]:
    """A web hook of the sandbox as it goes over the wire."""
    body = json.dumps(payload).encode()
    used = secret or gateway("sandbox").secret
    return body, {"X-Sandbox-Signature": timestamped_signature(body, used, at=at or clock.now())}


def refund_by_hand(payment: Payment, amount_minor: int) -> RefundResult:
    """Somebody sends money back at the gateway itself."""
    wish = RefundRequest(
        reference="by-hand",
        payment_reference=payment.reference,
        payment_gateway_id=payment.gateway_id,
        amount_minor=amount_minor,
        currency=payment.currency,
        reason="by hand",
    )
    return gateway("sandbox").refund(wish)


def hold_of(payment: Payment) -> EscrowHold:
    return EscrowHold.objects.get(payment_id=payment.pk)


def states_of_inbox() -> list[str]:
    return list(WebhookEvent.objects.order_by("received_at", "pk").values_list("state", flat=True))


def after_expiry() -> Any:
    return clock.now() + timer("PAYMENT_ATTEMPT_LIFE") + timedelta(seconds=1)


def wallet_of(user: Any, currency: str = "NGN") -> int:
    """What the customer can spend."""
    found = Balance.objects.filter(account__address=addresses.wallet(user.pk, currency)).first()
    return found.posted if found else 0
