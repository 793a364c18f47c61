"""Money that fitted nothing: what lies in suspense, and proposing where it goes."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.permissions import IsOps, IsOpsReader
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.idempotency import KeyReused, idempotent
from apps.payments import errors, operations, queries
from apps.payments.api.serializers import ParkedIn, ParkedOut, RefundOut
from apps.payments.models import Payment
from apps.payments.states import RefundDestination


class ParkedPayments(DomainViewSet):
    queryset = Payment.objects.none()
    serializer_class = ParkedOut
    permission_classes = [IsOpsReader]
    filter_backends = ()

    @documented(
        summary="List parked money",
        description=(
            "Payments that came too small, in another currency or otherwise unlike what was due: they paid for nothing and "
            "lie in suspense, the longest first, with whose they are, why, and what can be done with each."
        ),
        permissions="OPS, ADMIN and VIEWER.",
        responses=ParkedOut(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(queries.parked_payments())
        shown = ParkedOut(page, many=True, context={"request": request, "at": clock.now()})
        return self.get_paginated_response(shown.data)


class ProposeForParkedView(DomainView):
    permission_classes = [IsOps]

    @documented(
        summary="Propose where parked money goes",
        description=(
            "All of it: back the way it came, into its payer's wallet, or to what it was meant for, where that can still be "
            "paid and the money is enough at today's price; the rest is then in the wallet. Somebody else, an "
            "administrator, approves or denies it like any refund. Money of another currency stays in its own."
        ),
        permissions="OPS and ADMIN.",
        request=ParkedIn,
        responses={201: RefundOut},
        errors=[
            errors.PaymentNotFound, errors.NothingParked, errors.ParkedDecided, errors.ParkedMoneyClaimed,
            errors.ParkedDoesNotFit, errors.AlreadyPaid, errors.NotPayable, errors.ItemNotFound, KeyReused,
        ],
        example={"way": "GATEWAY", "reason": "A kobo short, and the booking has ended."},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, payment_id: UUID) -> Response:
        wish = self.read_input(ParkedIn)
        refund = operations.propose_for_parked(
            payment_id=payment_id,
            way=RefundDestination(wish["way"]),
            reason=wish["reason"],
            by=request.user,
            at=clock.now(),
        )
        return success(RefundOut(refund).data, message="Waiting for approval.", status=201)
