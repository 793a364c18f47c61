"""What the bank at the other end of a sandbox transfer does."""

from datetime import datetime

from django.db import transaction

from apps.payments.errors import NotPayable, PaymentNotFound
from apps.payments.gateways.values import MoveStatus, RecordKind
from apps.payments.models import SandboxMove
from apps.payments.sandbox import hooks
from apps.payments.sandbox.reading import TRANSFER_EVENTS, move_payload

# From where to where a transfer may go: it arrives or fails, and what has arrived may come back.
_FROM = {
    MoveStatus.SUCCEEDED: {MoveStatus.PENDING},
    MoveStatus.FAILED: {MoveStatus.PENDING},
    MoveStatus.REVERSED: {MoveStatus.PENDING, MoveStatus.SUCCEEDED},
}


@transaction.atomic
def end_transfer(*, reference: str, status: MoveStatus, at: datetime) -> SandboxMove:
    """The transfer has arrived, failed or come back, and its web hook goes out. Raises: PaymentNotFound; NotPayable."""
    move: SandboxMove | None = (
        SandboxMove.objects.locked().filter(kind=RecordKind.TRANSFER, reference=reference).first()
    )
    if move is None:
        raise PaymentNotFound("There is no such transfer.")
    if move.status not in _FROM[status]:
        raise NotPayable("This transfer has ended.")
    move.status = status
    move.save()
    hooks.announce(TRANSFER_EVENTS[status], {"transfer": move_payload(move)}, at=at)
    return move
