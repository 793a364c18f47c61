"""Disputes: list, look at, talk in, withdraw, decide. A trade opens them below its own address."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.permissions import IsOps
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import StrictEmptyInput
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import KeyReused, idempotent
from apps.disputes import errors, operations
from apps.disputes.api import outputs
from apps.disputes.api.inputs import DecideIn, ListQuery, MessageIn, exhibits
from apps.disputes.api.outputs import DisputeOut, DisputeRowOut
from apps.disputes.models import Dispute
from apps.disputes.queries import find_visible, viewer_of, visible_to
from apps.disputes.states import Decision, DisputeState
from apps.ledger.errors import AccountClosed
from apps.payments.errors import NotRefundable, RefundTooLarge
from apps.payments.states import RefundDestination

WHO_SEES = "The customer, the business's desk and owner, ops; for others it is not there."


class Disputes(DomainViewSet):
    queryset = Dispute.objects.none()
    serializer_class = DisputeOut
    permission_classes = [IsAuthenticated]
    filter_backends = ()

    @documented(
        summary="List disputes",
        description="Those that the caller may see, the latest first.",
        permissions=WHO_SEES,
        responses=DisputeRowOut(many=True),
        parameters=[
            OpenApiParameter("state", str, enum=DisputeState.values),
            OpenApiParameter("business", UUID),
            OpenApiParameter("about", UUID, description="What was paid for, such as a booking."),
        ],
    )
    def list(self, request: Request) -> Response:
        viewer, wanted = viewer_of(request.user), self.read_query(ListQuery)
        names = {"state": "state", "business": "business_id", "about": "unit_id"}
        found = visible_to(viewer).filter(**{names[name]: value for name, value in wanted.items()})
        page = self.paginate_queryset(found.prefetch_related("holds__hold").order_by("-id"))
        return self.get_paginated_response([outputs.row(dispute, viewer) for dispute in page])

    @documented(
        summary="Look at a dispute",
        description="With the holds that are frozen, and what both sides and operations have said and shown.",
        permissions=WHO_SEES,
        responses=DisputeOut,
        errors=[errors.NoSuchDispute],
    )
    def retrieve(self, request: Request, dispute_id: UUID) -> Response:
        return self.answer(dispute_id)

    @documented(
        summary="Say something in a dispute",
        description="It cannot be changed afterwards, and the other side is told. `internal` is for operations: neither "
        "side ever sees it.",
        permissions="The customer, the business's desk and owner, OPS and ADMIN.",
        request=MessageIn,
        responses={201: DisputeOut},
        errors=[
            errors.NoSuchDispute, errors.NotYourPart, errors.DisputeEnded, errors.TooManyMessages, KeyReused,
        ],
        example={
            "words": "This is how the door looked afterwards.",
            "evidence": [{"title": "The door", "file_name": "disputes/door.jpg"}],
        },
    )  # fmt: skip
    @idempotent
    def message(self, request: Request, dispute_id: UUID) -> Response:
        given = self.read_input(MessageIn)
        operations.post_message(
            dispute_id=dispute_id, words=given["words"], evidence=exhibits(given), is_internal=given["internal"],
            by=request.user, at=clock.now(),
        )  # fmt: skip
        return self.answer(dispute_id, message="It is in the dispute.", status=201)

    @documented(
        summary="Withdraw a dispute",
        description="The money clears again, for what was left of its time, and for an hour at the least.",
        permissions="The customer.",
        request=StrictEmptyInput,
        example={},
        responses=DisputeOut,
        errors=[errors.NoSuchDispute, errors.NotYourPart, errors.DisputeEnded, KeyReused],
    )
    @idempotent
    def withdraw(self, request: Request, dispute_id: UUID) -> Response:
        self.read_input(StrictEmptyInput)
        operations.withdraw_dispute(dispute_id=dispute_id, by=request.user, at=clock.now())
        return self.answer(dispute_id, message="The dispute is withdrawn.")

    def answer(self, dispute_id: UUID, *, message: str = "", status: int = 200) -> Response:
        """The dispute as it is now, as the caller may see it."""
        viewer = viewer_of(self.request.user)
        return success(outputs.detail(find_visible(viewer, dispute_id), viewer), message=message, status=status)


class DecideDispute(Disputes):
    """Operations' own word."""

    permission_classes = [IsOps]

    @documented(
        summary="Decide a dispute",
        description="`RELEASE` gives all to the business, `REFUND` all back to the customer, `SPLIT` gives back `refund` and "
        "the rest to the business, which pays commission on that rest alone. Nothing stays frozen. A refund above the "
        "limit for refunds is proposed first: the dispute stays open, with a `proposal`, until an administrator who is "
        "somebody else sends the same decision. Whoever is the customer or of the business may not decide.",
        permissions="OPS and ADMIN.",
        request=DecideIn,
        responses=DisputeOut,
        errors=[
            errors.NoSuchDispute, errors.PartyCannotDecide, errors.DisputeEnded, errors.RefundDoesNotFit,
            errors.DecidedByAnother, NotRefundable, RefundTooLarge, AccountClosed, KeyReused,
        ],
        example={
            "decision": "SPLIT",
            "refund": {"amount": "1500.00", "currency": "NGN"},
            "reason": "Half of the rooms were cleaned.",
        },
    )  # fmt: skip
    @idempotent
    def decide(self, request: Request, dispute_id: UUID) -> Response:
        given = self.read_input(DecideIn)
        dispute = operations.decide_dispute(
            dispute_id=dispute_id,
            decision=Decision(given["decision"]),
            refund=given.get("refund"),
            destination=RefundDestination(given["destination"]),
            reason=given["reason"],
            by=request.user,
            at=clock.now(),
        )
        is_open = dispute.state == DisputeState.OPEN
        message = "It is proposed: an administrator who is somebody else decides." if is_open else "It is decided."
        return self.answer(dispute_id, message=message)
