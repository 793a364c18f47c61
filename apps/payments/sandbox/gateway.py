"""The sandbox gateway behind the same interface as the others. It exists only where the sandbox is on."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core import clock
from apps.core.money import apply_rate
from apps.payments.gateways import disputes as dispute_lines
from apps.payments.gateways.errors import GatewayRefused
from apps.payments.gateways.reading import header, signed_json
from apps.payments.gateways.signatures import check_timestamped
from apps.payments.gateways.values import (
    BankAccount,
    BankTransferDetails,
    ChargeStatus,
    DisputeEvidence,
    DisputeInfo,
    GatewayBalance,
    GatewayEvent,
    GatewayRecord,
    Initialized,
    InitializeRequest,
    Method,
    MoveStatus,
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
from apps.payments.models import SandboxCharge, SandboxDispute, SandboxMove
from apps.payments.sandbox import disputes, hooks, reading, settlements

SIGNATURE_HEADER = "X-Sandbox-Signature"
FEE_BASIS_POINTS = 150
# What the last digits of an account number stand for.
_FATES = {"0001": "declined", "0002": "delayed"}
_OF_ANOTHER = "0009"


class SandboxGateway:
    """Takes pretended money by a hosted page of our own and speaks through real, signed web hooks."""

    name = "sandbox"
    livemode = False
    takes_bank_accounts = True
    onboards = True

    def __init__(self, *, secret: str) -> None:
        self.secret = secret

    # Charges

    def initialize(self, request: InitializeRequest) -> Initialized:
        """The hosted page waits for the customer; repeating changes nothing."""
        charge, _ = SandboxCharge.objects.get_or_create(
            reference=request.reference,
            defaults={
                "amount_minor": request.amount_minor,
                "currency": request.currency,
                "method": request.method,
                "description": request.description[:300],
                "customer_email": request.customer_email,
                "return_url": request.return_url,
                "metadata": {**request.metadata, "reference": request.reference},
                "expires_at": request.expires_at,
                "saves_method": request.save_method,
            },
        )
        digits = f"{charge.pk.int % 10**10:010d}"
        transfer = BankTransferDetails(
            bank_name="Sandbox Bank",
            account_number=digits,
            account_name="The Guild / Checkout",
            expires_at=request.expires_at,
        )
        return Initialized(
            reference=request.reference,
            gateway_id=str(charge.pk),
            checkout_url=f"{settings.PUBLIC_BASE_URL}/sandbox/checkout/{request.reference}/",
            access_code=f"sbx_{charge.pk.hex}",
            bank_transfer=transfer if request.method == Method.BANK_TRANSFER else None,
            ussd_code=f"*000*{digits[-6:]}#" if request.method == Method.USSD else "",
        )

    def verify(self, *, reference: str, gateway_id: str = "") -> VerifyResult:
        """What the sandbox knows about our reference."""
        charge = SandboxCharge.objects.filter(reference=reference).first()
        return reading.verified(charge) if charge else VerifyResult(status=ChargeStatus.UNKNOWN, reference=reference)

    def cancel(self, *, reference: str, gateway_id: str = "") -> None:
        """An unpaid charge can no longer be paid."""
        SandboxCharge.objects.filter(reference=reference, status__in=["OPEN", "FAILED"]).update(status="CLOSED")

    @transaction.atomic
    def charge_saved(self, request: SavedCharge) -> VerifyResult:
        """The saved card was charged; one whose token speaks of declining was not."""
        is_declined = "declined" in request.token
        charge, is_new = SandboxCharge.objects.get_or_create(
            reference=request.reference,
            defaults={
                "amount_minor": request.amount_minor,
                "currency": request.currency,
                "method": Method.CARD,
                "description": request.description[:300],
                "customer_email": request.customer_email,
                "metadata": {**request.metadata, "reference": request.reference},
            },
        )
        if is_new and is_declined:
            charge.status = "FAILED"
            charge.save()
        elif is_new:
            receive(charge, at=clock.now())
        return reading.verified(charge)

    # What it renews by itself

    def start_recurring(self, order: RecurringOrder) -> str:
        """The sandbox renews when it is told to, by ``sandbox.play.renew``; nothing is kept for it."""
        return f"sbx_sub_{order.reference}"

    def stop_recurring(self, *, gateway_id: str) -> None:
        """It renews nothing by itself."""

    # Refunds

    @transaction.atomic
    def refund(self, request: RefundRequest) -> RefundResult:
        """The money went back at once; never more than was paid."""
        charge = SandboxCharge.objects.locked().filter(reference=request.payment_reference).first()
        if charge is None or charge.status != "PAID":
            raise GatewayRefused("There is no paid charge with this reference.", code="not_paid")
        known = SandboxMove.objects.filter(reference=request.reference).first()
        if known is None:
            if request.amount_minor > disputes.left_of(charge):
                raise GatewayRefused("The refund is more than what is left of the charge.", code="refund_too_large")
            charge.refunded_minor += request.amount_minor
            charge.save()
            known = SandboxMove.objects.create(
                kind=RecordKind.REFUND,
                reference=request.reference,
                charge=charge,
                amount_minor=request.amount_minor,
                currency=charge.paid_currency,
                status=MoveStatus.SUCCEEDED,
            )
            hooks.announce("refund.succeeded", {"refund": reading.move_payload(known)}, at=clock.now())
        return reading.refunded(known)

    def refunds_of(self, *, payment_reference: str, payment_gateway_id: str = "") -> list[RefundResult]:
        """Every refund of the charge."""
        moves = SandboxMove.objects.filter(kind=RecordKind.REFUND, charge__reference=payment_reference).order_by("pk")
        return [reading.refunded(move) for move in moves]

    # Disputes

    def find_dispute(self, *, gateway_id: str) -> DisputeInfo | None:
        """The dispute as the sandbox has it; None where it has none of that name, so that what an event says counts."""
        try:
            found = SandboxDispute.objects.select_related("charge").filter(pk=gateway_id).first()
        except ValidationError:  # no id of ours
            return None
        return reading.disputed(found) if found else None

    def list_disputes(self, *, starts_at: datetime, ends_at: datetime) -> Iterator[DisputeInfo]:
        """Every dispute of the period, oldest first."""
        rows = SandboxDispute.objects.select_related("charge").filter(created_at__gte=starts_at, created_at__lt=ends_at)
        return map(reading.disputed, rows.order_by("created_at", "pk"))

    def submit_evidence(self, evidence: DisputeEvidence) -> None:
        """The bank has our side of it."""
        if self.find_dispute(gateway_id=evidence.dispute_gateway_id) is not None:
            disputes.note_evidence(evidence)

    # Money out

    def resolve_account(self, account: BankAccount) -> str:
        """Every account belongs to whoever says so, but those that end in 0009 to somebody else."""
        return "Somebody Else" if account.account_number.endswith(_OF_ANOTHER) else account.holder_name

    def create_recipient(self, account: BankAccount) -> TransferRecipient:
        """Money can be sent to the account at once; its number says how that will go."""
        fate = next((word for ending, word in _FATES.items() if account.account_number.endswith(ending)), "")
        gateway_id = "_".join(part for part in ("sbx", fate, account.reference) if part)
        return TransferRecipient(gateway_id=gateway_id, account_name=account.holder_name, is_ready=True)

    def recipient_now(self, *, gateway_id: str, return_url: str = "") -> TransferRecipient:
        """Money can be sent."""
        return TransferRecipient(gateway_id=gateway_id, account_name="", is_ready=True)

    @transaction.atomic
    def transfer(self, request: TransferRequest) -> TransferResult:
        """The money arrived at once; repeating changes nothing. A ``…declined`` recipient refuses it, a ``…delayed`` waits."""
        status = MoveStatus.SUCCEEDED
        if "declined" in request.recipient_gateway_id:
            status = MoveStatus.FAILED
        elif "delayed" in request.recipient_gateway_id:
            status = MoveStatus.PENDING
        move, is_new = SandboxMove.objects.get_or_create(
            reference=request.reference,
            defaults={
                "kind": RecordKind.TRANSFER,
                "recipient": request.recipient_gateway_id,
                "amount_minor": request.amount_minor,
                "currency": request.currency,
                "status": status,
            },
        )
        if is_new and status != MoveStatus.PENDING:
            hooks.announce(reading.TRANSFER_EVENTS[status], {"transfer": reading.move_payload(move)}, at=clock.now())
        return reading.transferred(move)

    def find_transfer(self, *, reference: str) -> TransferResult | None:
        """The transfer with our reference."""
        move = SandboxMove.objects.filter(kind=RecordKind.TRANSFER, reference=reference).first()
        return reading.transferred(move) if move else None

    # Reconciliation

    def list_records(self, kind: RecordKind, *, starts_at: datetime, ends_at: datetime) -> Iterator[GatewayRecord]:
        """Every record of the period, oldest first."""
        if kind in {RecordKind.SETTLEMENT, RecordKind.SETTLED}:
            settle = settlements.settlements if kind == RecordKind.SETTLEMENT else settlements.settled
            yield from settle(starts_at=starts_at, ends_at=ends_at)
            return
        if kind == RecordKind.DISPUTE:
            listed = self.list_disputes(starts_at=starts_at, ends_at=ends_at)
            yield from dispute_lines.records(listed, starts_at=starts_at, ends_at=ends_at)
            return
        period = {"created_at__gte": starts_at, "created_at__lt": ends_at}
        if kind == RecordKind.CHARGE:
            for charge in SandboxCharge.objects.filter(**period).order_by("created_at", "pk").iterator():
                yield GatewayRecord(
                    kind=kind,
                    gateway_id=str(charge.pk),
                    reference=charge.reference,
                    status=reading.STATUSES[charge.status].value,
                    amount_minor=charge.paid_minor or charge.amount_minor,
                    currency=charge.paid_currency or charge.currency,
                    fee_minor=charge.fee_minor,
                    created_at=charge.created_at,
                    line_id=str(charge.pk),
                    environment=charge.metadata.get("environment", ""),
                )
            return
        moves = SandboxMove.objects.select_related("charge").filter(kind=kind, **period).order_by("created_at", "pk")
        for move in moves.iterator():
            yield GatewayRecord(
                kind=kind,
                gateway_id=str(move.pk),
                reference=move.reference,
                status=move.status,
                amount_minor=move.amount_minor,
                currency=move.currency,
                fee_minor=0,
                created_at=move.created_at,
                line_id=str(move.pk),
                charge_reference=move.charge.reference if move.charge else "",
            )

    def balances(self) -> list[GatewayBalance]:
        """All that came and has not gone; what was paid before midnight counts as paid to our bank."""
        return settlements.balances(at=clock.now())

    # Web hooks

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> GatewayEvent:
        """The event in these bytes, signed as Stripe signs, by the platform's own clock."""
        check_timestamped(body, header(headers, SIGNATURE_HEADER), (self.secret,), at=at)
        return self.read_event(body)

    def read_event(self, body: bytes) -> GatewayEvent:
        """The event in these bytes."""
        return reading.event(signed_json(body))


def receive(charge: SandboxCharge, *, at: datetime, amount_minor: int | None = None, currency: str = "") -> None:
    """The charge has been paid, perhaps with another amount or in another currency than was due."""
    charge.status, charge.paid_at = "PAID", at
    charge.paid_minor = charge.amount_minor if amount_minor is None else amount_minor
    charge.paid_currency = currency or charge.currency
    charge.fee_minor = apply_rate(charge.paid_minor, FEE_BASIS_POINTS)
    charge.save()
