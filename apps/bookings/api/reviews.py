"""Ranking Reviews: who is under one, and operations lifting it."""

from uuid import UUID

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bookings import errors, operations
from apps.bookings.api.inputs import LiftIn
from apps.bookings.api.outputs import RankingReviewOut
from apps.bookings.models import RankingReview
from apps.bookings.queries import reviews_visible_to, viewer_of
from apps.core import clock
from apps.core.api.permissions import IsOps
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainViewSet
from apps.core.idempotency import idempotent


class RankingReviews(DomainViewSet):
    """Reviews as those see them whom they concern."""

    queryset = RankingReview.objects.none()
    serializer_class = RankingReviewOut
    permission_classes = [IsAuthenticated]
    filter_backends = ()

    @documented(
        summary="List Ranking Reviews",
        description="The latest first, those that have ended too.",
        permissions="Anyone signed in sees their own; the business's desk its people's; ops all.",
        responses=RankingReviewOut(many=True),
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(reviews_visible_to(viewer_of(request.user)))
        return self.get_paginated_response(RankingReviewOut(page, many=True).data)


class LiftReview(DomainViewSet):
    """Operations' own word on a review."""

    queryset = RankingReview.objects.none()
    permission_classes = [IsOps]

    @documented(
        summary="Lift a Ranking Review",
        description="It costs the person nothing from now on, and declines before it count no more. Audited.",
        permissions="OPS and ADMIN.",
        request=LiftIn,
        responses=RankingReviewOut,
        errors=[errors.NoSuchReview, errors.ReviewEnded],
        example={"reason": "The jobs were assigned by mistake."},
    )
    @idempotent
    def lift(self, request: Request, review_id: UUID) -> Response:
        review = operations.lift_review(
            review_id=review_id, reason=self.read_input(LiftIn)["reason"], by=request.user, at=clock.now()
        )
        return success(RankingReviewOut(review).data, message="The review is lifted.")
