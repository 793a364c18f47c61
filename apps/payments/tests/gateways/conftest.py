"""Both adapters, each talking to its stand-in over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.payments.gateways.base import Gateway
from apps.payments.gateways.network import HttpLimits
from apps.payments.gateways.paystack import PaystackGateway, PaystackSettings
from apps.payments.gateways.resilience import CircuitBreaker, RetryPolicy
from apps.payments.gateways.stripe import StripeGateway, StripeSettings
from apps.payments.gateways.values import InitializeRequest, RefundRequest, RefundResult
from apps.payments.standins.paystack import PaystackStandIn
from apps.payments.standins.stripe import StripeStandIn

NOON = 1_780_000_000.0


def no_pause(_seconds: float) -> None:
    """Retries follow at once."""


QUICK = {"limits": HttpLimits(connect_s=2.0, read_s=0.3), "retries": RetryPolicy(pause=no_pause), "page_size": 2}


@pytest.fixture
def stripe_stand_in() -> Iterator[StripeStandIn]:
    stand_in = StripeStandIn(clock=lambda: NOON)
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def paystack_stand_in() -> Iterator[PaystackStandIn]:
    stand_in = PaystackStandIn(clock=lambda: NOON)
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def stripe(stripe_stand_in: StripeStandIn) -> StripeGateway:
    settings = StripeSettings(
        secret_key=stripe_stand_in.secret_key,
        webhook_secrets=(stripe_stand_in.webhook_secret,),
        base_url=stripe_stand_in.url,
        **QUICK,
    )
    return StripeGateway(settings, CircuitBreaker(name="Stripe", failures_allowed=50))


@pytest.fixture
def paystack(paystack_stand_in: PaystackStandIn) -> PaystackGateway:
    settings = PaystackSettings(
        secret_key=paystack_stand_in.secret_key,
        webhook_secrets=(paystack_stand_in.webhook_secret,),
        base_url=paystack_stand_in.url,
        **QUICK,
    )
    return PaystackGateway(settings, CircuitBreaker(name="Paystack", failures_allowed=50))


@pytest.fixture
def charge() -> InitializeRequest:
    return InitializeRequest(
        reference="GP-one",
        amount_minor=500_000,
        currency="NGN",
        customer_email="ada@example.com",
        description="Booking ABCD2345",
        return_url="https://guild.example/paid",
        metadata={"environment": "test"},
    )


@pytest.fixture
def dollars(charge: InitializeRequest) -> InitializeRequest:
    return replace(charge, currency="USD", amount_minor=5_000)


def refund_of(
    charge: InitializeRequest, amount_minor: int, reference: str = "RF-one", gateway_id: str = ""
) -> RefundRequest:
    return RefundRequest(
        reference=reference,
        payment_reference=charge.reference,
        payment_gateway_id=gateway_id,
        amount_minor=amount_minor,
        currency=charge.currency,
        reason="Cancelled in time",
    )


def found_refund(gateway: Gateway, request: RefundRequest) -> RefundResult | None:
    """The refund with our reference among those that the gateway knows."""
    known = gateway.refunds_of(
        payment_reference=request.payment_reference, payment_gateway_id=request.payment_gateway_id
    )
    return next((refund for refund in known if refund.reference == request.reference), None)
