"""The one interface behind which every gateway stands. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from apps.payments.gateways.values import (
    BankAccount,
    DisputeEvidence,
    DisputeInfo,
    GatewayBalance,
    GatewayEvent,
    GatewayRecord,
    Initialized,
    InitializeRequest,
    RecordKind,
    RecurringOrder,
    RefundRequest,
    RefundResult,
    SavedCharge,
    TransferRecipient,
    TransferRequest,
    TransferResult,
    VerifyResult,
)


@runtime_checkable
class Gateway(Protocol):
    """Takes and sends money for us. No method may be called while a transaction is open.

    Every method raises GatewayUnavailable when nothing happened, GatewayTimeout when something may have happened,
    and GatewayRefused when the gateway said no.
    """

    name: str
    livemode: bool
    takes_bank_accounts: bool
    """Whether money can be sent to an account number that its owner types here."""
    onboards: bool
    """Whether the gateway takes up owners itself, on pages of its own."""

    def initialize(self, request: InitializeRequest) -> Initialized:
        """The gateway expects the money and the customer can pay."""

    def verify(self, *, reference: str, gateway_id: str = "") -> VerifyResult:
        """What the gateway itself says about the charge with our reference; UNKNOWN where it knows none."""

    def cancel(self, *, reference: str, gateway_id: str = "") -> None:
        """The charge can no longer be paid, where the gateway can do that; harmless when repeated."""

    def charge_saved(self, request: SavedCharge) -> VerifyResult:
        """The saved method was charged, or not: see the status."""

    def start_recurring(self, order: RecurringOrder) -> str:
        """The gateway charges the saved method each month by itself; answers its own id of that."""

    def stop_recurring(self, *, gateway_id: str) -> None:
        """The gateway charges nothing by itself any more; harmless when repeated."""

    def refund(self, request: RefundRequest) -> RefundResult:
        """Part or all of a charge is on its way back to where it came from."""

    def refunds_of(self, *, payment_reference: str, payment_gateway_id: str = "") -> list[RefundResult]:
        """Every refund of that charge as the gateway knows it, ours and those made by hand at the gateway."""

    def find_dispute(self, *, gateway_id: str) -> DisputeInfo | None:
        """The dispute as the gateway knows it; None where it cannot be asked, so that its event counts."""

    def list_disputes(self, *, starts_at: datetime, ends_at: datetime) -> Iterator[DisputeInfo]:
        """Every dispute opened in ``[starts_at, ends_at)``."""

    def submit_evidence(self, evidence: DisputeEvidence) -> None:
        """The bank has our side of it."""

    def resolve_account(self, account: BankAccount) -> str:
        """The holder's name as the bank knows it."""

    def create_recipient(self, account: BankAccount) -> TransferRecipient:
        """The gateway can send money to this account."""

    def recipient_now(self, *, gateway_id: str, return_url: str = "") -> TransferRecipient:
        """The recipient as the gateway has it now; while it is not ready, with a fresh address to be taken up at."""

    def transfer(self, request: TransferRequest) -> TransferResult:
        """Money is on its way out to the recipient."""

    def find_transfer(self, *, reference: str) -> TransferResult | None:
        """The transfer with our reference as the gateway knows it; None where it never arrived there."""

    def list_records(self, kind: RecordKind, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
        """Every record of that kind made in ``[starts_at, ends_at)``, each once, whatever the page size."""

    def balances(self) -> list[GatewayBalance]:
        """What it holds of ours now, and what it has paid to our bank so far, by currency."""

    def read_event(self, body: bytes) -> GatewayEvent:
        """The event in these raw bytes, whose signature was checked when they came.

        Raises: SignatureInvalid where they hold no event.
        """

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> GatewayEvent:
        """The event in these raw bytes, once its signature holds.

        Raises: SignatureInvalid.
        """
