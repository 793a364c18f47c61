"""Runs and breaks: for the marketplace's own people."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.permissions import IsAdmin, IsOps, IsOpsReader
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainView, DomainViewSet
from apps.core.idempotency import KeyReused, idempotent
from apps.ledger.errors import AccountClosed, IdempotencyKeyReused, InsufficientFunds
from apps.reconciliation import errors, operations
from apps.reconciliation.api.serializers import (
    BreakOut,
    BreakQuery,
    ProposalIn,
    RunIn,
    RunOut,
    RunQuery,
    SendBackIn,
    proposal,
)
from apps.reconciliation.models import Break, ReconciliationRun
from apps.reconciliation.states import RunState

_WHO_READS = "OPS, ADMIN and VIEWER."
_WHO_ACTS = "OPS and ADMIN."


class Runs(DomainViewSet):
    queryset = ReconciliationRun.objects.none()
    serializer_class = RunOut
    permission_classes = [IsOpsReader]
    filter_backends = ()

    @documented(
        summary="List reconciliation runs",
        description="The latest first.",
        permissions=_WHO_READS,
        parameters=[RunQuery],
        responses=RunOut(many=True),
    )
    def list(self, request: Request) -> Response:
        wanted = self.read_query(RunQuery)
        page = self.paginate_queryset(ReconciliationRun.objects.filter(**wanted).order_by("-id"))
        return self.get_paginated_response(RunOut(page, many=True).data)

    @documented(summary="Look at a run", permissions=_WHO_READS, responses=RunOut, errors=[errors.NoSuchRun])
    def retrieve(self, request: Request, run_id: UUID) -> Response:
        run = ReconciliationRun.objects.filter(pk=run_id).first()
        if run is None:
            raise errors.NoSuchRun
        return success(RunOut(run).data)


class Reconcile(DomainView):
    permission_classes = [IsOps]

    @documented(
        summary="Reconcile a gateway's day",
        description=(
            "Reads the gateway's own lists of that day and compares them with our payments, refunds and entries. What we "
            "have missed is booked by asking the gateway; the rest is a break. It happens every night by itself."
        ),
        permissions=_WHO_ACTS,
        request=RunIn,
        responses={201: RunOut},
        errors=[
            errors.UnknownGatewayName,
            errors.DayNotOver,
            errors.AlreadyReconciling,
            errors.GatewayDidNotAnswer,
        ],
        example={"gateway": "sandbox", "day": "2026-11-18"},
        operation_id="reconciliation_run",
    )
    def post(self, request: Request) -> Response:
        given = self.read_input(RunIn)
        run = operations.reconcile(
            gateway=given["gateway"], day=given.get("day"), by=request.user, at=clock.now()
        )  # not under an idempotency key: it is one by itself, and calls the gateway outside a transaction
        if run.state != RunState.DONE:
            raise errors.GatewayDidNotAnswer(data=RunOut(run).data)
        return success(RunOut(run).data, message="It is compared.", status=201)


class Breaks(DomainViewSet):
    queryset = Break.objects.none()
    serializer_class = BreakOut
    permission_classes = [IsOpsReader]
    filter_backends = ()

    @documented(
        summary="List breaks",
        description="Differences between a gateway's records and ours, the latest first.",
        permissions=_WHO_READS,
        parameters=[BreakQuery],
        responses=BreakOut(many=True),
    )
    def list(self, request: Request) -> Response:
        wanted = self.read_query(BreakQuery)
        page = self.paginate_queryset(Break.objects.with_people().filter(**wanted).order_by("-id"))
        return self.get_paginated_response(BreakOut(page, many=True, context={"request": request}).data)

    @documented(summary="Look at a break", permissions=_WHO_READS, responses=BreakOut, errors=[errors.NoSuchBreak])
    def retrieve(self, request: Request, break_id: UUID) -> Response:
        return self.answer(break_id)

    def answer(self, break_id: UUID, message: str = "") -> Response:
        """The break as it is now."""
        each = Break.objects.with_people().filter(pk=break_id).first()
        if each is None:
            raise errors.NoSuchBreak
        return success(BreakOut(each, context={"request": self.request}).data, message=message)


class ActOnBreak(Breaks):
    permission_classes = [IsOps]

    @documented(
        summary="Propose how to resolve a break",
        description=(
            "`EXPLAINED` posts nothing; `CORRECTED` posts `legs`, which balance and touch only what a correction may: "
            "clearing of this gateway, fees, suspense, revenue, payouts in transit, a customer's wallet, what a business "
            "owes; `REVERSED` posts the opposite of a transfer. An administrator who is somebody else resolves it."
        ),
        permissions=_WHO_ACTS,
        request=ProposalIn,
        responses=BreakOut,
        errors=[
            errors.NoSuchBreak, errors.BreakInWrongState, errors.LegsDoNotFit, errors.NotReversible, KeyReused,
        ],
        example={
            "resolution": "CORRECTED",
            "reason": "Somebody paid by hand at the gateway; we look for whom.",
            "legs": [
                {
                    "account": "SYSTEM::GATEWAY_CLEARING/sandbox:NGN",
                    "side": "DEBIT",
                    "amount": {"amount": "7.00", "currency": "NGN"},
                },
                {"account": "SYSTEM::SUSPENSE:NGN", "side": "CREDIT", "amount": {"amount": "7.00", "currency": "NGN"}},
            ],
        },
    )  # fmt: skip
    @idempotent
    def propose(self, request: Request, break_id: UUID) -> Response:
        given = self.read_input(ProposalIn)
        operations.propose_break(break_id=break_id, proposal=proposal(given), by=request.user, at=clock.now())
        return self.answer(break_id, "It is proposed: an administrator who is somebody else resolves it.")

    @documented(
        summary="Send a proposal back",
        description="The break is open again, and the reason says what was wrong. Whoever proposed it may take it back so.",
        permissions=_WHO_ACTS,
        request=SendBackIn,
        responses=BreakOut,
        errors=[errors.NoSuchBreak, errors.BreakInWrongState, KeyReused],
        example={"reason": "The money is Ada's: credit her wallet."},
    )
    @idempotent
    def send_back(self, request: Request, break_id: UUID) -> Response:
        given = self.read_input(SendBackIn)
        operations.send_back_break(break_id=break_id, reason=given["reason"], by=request.user, at=clock.now())
        return self.answer(break_id, "It is open again.")


class ResolveBreak(Breaks):
    permission_classes = [IsAdmin]

    @documented(
        summary="Resolve a break as proposed",
        description="What was proposed is posted, and the break is closed for ever. Never by whoever proposed it.",
        permissions="ADMIN.",
        request=StrictEmptyInput,
        example={},
        responses=BreakOut,
        errors=[
            errors.NoSuchBreak, errors.BreakInWrongState, errors.ResolvedByAnother, InsufficientFunds, AccountClosed,
            IdempotencyKeyReused, KeyReused,
        ],
    )  # fmt: skip
    @idempotent
    def resolve(self, request: Request, break_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        operations.resolve_break(break_id=break_id, by=request.user, at=clock.now())
        return self.answer(break_id, "It is resolved.")
