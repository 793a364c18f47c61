"""Who owes what, for operations; writing it off, for administrators."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import MoneyField, money_out
from apps.core.api.permissions import IsAdmin, IsOpsReader
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import OutputSerializer, StrictInputSerializer
from apps.core.api.views import DomainViewSet
from apps.core.errors import NotFound
from apps.core.idempotency import KeyReused, idempotent
from apps.ledger import errors, operations, queries
from apps.ledger.models import Account
from apps.ledger.states import OwnerType


class WriteOffIn(StrictInputSerializer):
    """How much of a debt, all of it where nothing is said, and why."""

    amount = MoneyField(required=False, minimum_minor=1)
    reason = serializers.CharField(max_length=300)


class ReceivableOut(OutputSerializer):
    """What somebody owes in one currency."""

    id: Any = serializers.UUIDField()
    owner_type: Any = serializers.ChoiceField(choices=[OwnerType.BUSINESS.value, OwnerType.STAFF.value])
    owner_id: Any = serializers.UUIDField()
    owed: Any = MoneyField()


class Receivables(DomainViewSet):
    queryset = Account.objects.none()
    serializer_class = ReceivableOut
    permission_classes = [IsOpsReader]
    filter_backends = ()

    @documented(
        summary="Who owes what",
        description="Businesses and performers whose money went back after they had received it. What they earn next "
        "pays it off first, and nothing is paid out to them until then.",
        permissions="OPS, ADMIN and VIEWER.",
        responses=ReceivableOut(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(queries.open_receivables().order_by("-pk"))
        return self.get_paginated_response([_shown(account) for account in page])


class WriteOffReceivable(Receivables):
    permission_classes = [IsAdmin]

    @documented(
        summary="Write a debt off",
        description="It is owed no more and is the platform's loss; whoever owed it is told.",
        permissions="ADMIN.",
        request=WriteOffIn,
        responses=ReceivableOut,
        errors=[NotFound, errors.NothingOwed, KeyReused],
        example={"amount": {"amount": "150.00", "currency": "NGN"}, "reason": "The business has closed."},
    )
    @idempotent
    def write_off(self, request: Request, receivable_id: UUID) -> Response:
        given = self.read_input(WriteOffIn)
        operations.write_off_receivable(
            account_id=receivable_id,
            amount=given.get("amount"),
            reason=given["reason"],
            by=request.user,
            at=clock.now(),
        )
        account = Account.objects.select_related("balance").get(pk=receivable_id)
        return success(_shown(account), message="It is written off.")


def _shown(account: Account) -> dict[str, Any]:
    return {
        "id": account.pk,
        "owner_type": account.owner_type,
        "owner_id": account.owner_id,
        "owed": money_out(-account.balance.posted, account.currency),
    }
