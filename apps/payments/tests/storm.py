"""A storm of web hooks: many payments through both gateways, everything told several times and in no order at all."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.ids import new_id
from apps.ledger import addresses, queries, soundness
from apps.ledger.models import EscrowHold, Transfer
from apps.payments.models import Payment, PaymentAllocation, WebhookEvent
from apps.payments.standins.deliveries import Hook
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.server import Call, StandIn
from apps.payments.standins.stripe import StripeStandIn
from apps.payments.states import AllocationKind, PaymentStatus

PAYSTACK_KEY, STRIPE_KEY, STRIPE_SECRET = "sk_test_p", "sk_test_s", "whsec_storm"
CURRENCIES = {"paystack": "NGN", "stripe": "USD"}
SETTINGS = {
    "PAYSTACK_SECRET_KEY": PAYSTACK_KEY, "PAYSTACK_WEBHOOK_SECRET": PAYSTACK_KEY,
    "STRIPE_SECRET_KEY": STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": STRIPE_SECRET,
}  # fmt: skip
DUE, MORE, BACK = 10_000, 700, 3_000


def stand_ins(clock: Any) -> dict[str, StandIn]:
    """Both gateways, answering on loopback."""
    paystack = PaystackStandIn(clock=clock, secret_key=PAYSTACK_KEY, webhook_secret=PAYSTACK_KEY)
    stripe = StripeStandIn(clock=clock, secret_key=STRIPE_KEY, webhook_secret=STRIPE_SECRET)
    return {"paystack": paystack.start(), "stripe": stripe.start()}


@dataclass
class Storm:
    """What happened at the gateways, what they tell of it, and what must be true in the end."""

    gateways: Mapping[str, StandIn]
    payers: list[UUID]
    at: datetime
    fate: random.Random
    told: list[tuple[str, Hook]] = field(default_factory=list)
    expected: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def brew(self, payments: int) -> None:
        """So many payments have been opened, and their customers have paid, or not."""
        rows = [self._opened(number) for number in range(payments)]
        Payment.objects.bulk_create(rows, batch_size=1_000)
        PaymentAllocation.objects.bulk_create(map(self._share, rows), batch_size=1_000)
        for number, row in enumerate(rows):
            self._play(number, row)
        self.told = [(name, hook) for name, gateway in self.gateways.items() for hook in gateway.hooks.sent]

    def deliveries(self, count: int) -> list[tuple[str, Hook]]:
        """Everything at least once, some of it several times, shuffled."""
        again = self.fate.choices(self.told, k=count - len(self.told))
        wanted = [*self.told, *again]
        self.fate.shuffle(wanted)
        return wanted

    def faults(self) -> list[str]:
        """Where the end is not exactly what it has to be."""
        wrong = [str(fault) for fault in soundness.faults()]
        found = {
            reference: (status, captured, back)
            for reference, status, captured, back in Payment.objects.values_list(
                "reference", "status", "captured_minor", "refunded_minor"
            )
        }
        wrong += [f"{key}: {found.get(key)}, not {end}" for key, end in self.expected.items() if found.get(key) != end]
        paid = sum(status != PaymentStatus.FAILED for status, _, _ in self.expected.values())
        undone = WebhookEvent.objects.exclude(state="PROCESSED").count()
        counts = {
            "transfers of payments": (Transfer.objects.filter(kind="PAYMENT").count(), paid),
            "holds": (EscrowHold.objects.count(), paid),
            "holds by what they hold": (self._held(), sum(DUE - back for s, _, back in self.expected.values() if s != "FAILED")),
            "events kept": (WebhookEvent.objects.count(), len({(n, self._event_id(h)) for n, h in self.told})),
            "events not processed": (undone, 0),
        }  # fmt: skip
        for name, gateway in self.gateways.items():
            booked = -queries.balance(addresses.gateway_clearing(name, CURRENCIES[name]))
            counts[f"clearing of {name}"] = (booked, self._at_the_gateway(gateway))
        return wrong + [f"{name}: {got}, not {due}" for name, (got, due) in counts.items() if got != due]

    def _opened(self, number: int) -> Payment:
        name = ("paystack", "stripe")[number % 2]
        reference, currency = f"GP-STORM-{number:06d}", CURRENCIES[name]
        opened = self._open_at(name, reference, currency)
        return Payment(
            payer_id=self.payers[number % len(self.payers)], currency=currency, amount_minor=DUE, gateway_minor=DUE,
            gateway=name, method="CARD", reference=reference, gateway_id=opened, attempts=1, sent_at=self.at,
            expires_at=self.at + timedelta(days=1), created_at=self.at,
        )  # fmt: skip

    def _open_at(self, name: str, reference: str, currency: str) -> str:
        body: dict[str, Any] = {"amount": DUE, "currency": currency, "reference": reference, "email": "ada@example.com"}
        path, key = "/transaction/initialize", PAYSTACK_KEY
        if name == "stripe":
            body |= {"amount": str(DUE), "currency": currency.lower(), "metadata": {"reference": reference}}
            path, key = "/v1/payment_intents", STRIPE_KEY
        headers = {"authorization": f"Bearer {key}"}
        status, answer = self.gateways[name].answer(
            Call(method="POST", path=path, query={}, body=body, headers=headers)
        )
        if status != 200:
            raise RuntimeError(answer)
        return str(answer.get("id", ""))

    def _share(self, payment: Payment) -> PaymentAllocation:
        thing = new_id()
        return PaymentAllocation(
            payment=payment, item_type="BOOKING", item_id=thing, kind=AllocationKind.BOOKING, amount_minor=DUE,
            unit_type="BOOKING", unit_id=thing, business_id=UUID(int=thing.int % 97 + 1), created_at=self.at,
        )  # fmt: skip

    def _play(self, number: int, payment: Payment) -> None:
        gateway = self.gateways[payment.gateway]
        named = {"intent_id": payment.gateway_id} if payment.gateway == "stripe" else {"reference": payment.reference}
        kind = number // 2 % 10
        if kind in {0, 1}:
            gateway.control("decline", **named)
        end = (PaymentStatus.FAILED.value, 0, 0)
        if kind != 0:
            amount = DUE + MORE if kind == 2 else DUE
            gateway.control("pay", amount=amount, **named)
            end = (PaymentStatus.SUCCEEDED.value, amount, 0)
        if kind == 3:
            gateway.control("refund_by_hand", amount=BACK, **named)
            end = (PaymentStatus.PARTIALLY_REFUNDED.value, DUE, BACK)
        self.expected[payment.reference] = end

    @staticmethod
    def _held() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(gross_minor - refunded_minor), 0) FROM ledger_hold WHERE state = 'HELD'"
            )
            return int(cursor.fetchone()[0])

    def _event_id(self, hook: Hook) -> tuple[str, bytes]:
        return hook.event_type, hook.body

    @staticmethod
    def _at_the_gateway(gateway: StandIn) -> int:
        """What the gateway holds for us by its own rows."""
        if isinstance(gateway, PaystackStandIn):
            paid = [row for row in gateway.transactions.values() if row["status"] == "success"]
            return sum(row["amount"] - row["fees"] - row["refunded"] for row in paid)
        assert isinstance(gateway, StripeStandIn)
        charges = [gateway._with_fee(row) for row in gateway.rows.values() if row["object"] == "charge"]
        return sum(row["amount"] - row["balance_transaction"]["fee"] - row["amount_refunded"] for row in charges)
