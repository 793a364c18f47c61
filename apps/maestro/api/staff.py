"""Who of a business could do a job."""

from datetime import datetime, timedelta
from typing import Any

from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.outputs import StaffCard
from apps.catalog.models import Service
from apps.core import clock
from apps.core.api.fields import MomentField
from apps.core.api.pagination import PagePagination
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.maestro import queries
from apps.maestro.errors import NothingToMatch

FARTHEST = timedelta(days=730)


class MatchQuery(InputSerializer):
    business = serializers.UUIDField()
    service = serializers.UUIDField()
    start = MomentField(help_text="With its offset, such as 2026-11-20T10:00:00+01:00.")

    def validate_start(self, start: datetime) -> datetime:
        now = clock.now()
        if not now - timedelta(days=1) <= start <= now + FARTHEST:
            raise serializers.ValidationError("Ask about the next two years.")
        return start


class MatchOut(OutputSerializer):
    """Somebody who is free for the whole job; ``load_min`` is their work in the week around it."""

    staff: Any = StaffCard()
    rating: Any = serializers.DecimalField(max_digits=3, decimal_places=2, help_text="Damped by the number of reviews.")
    maestro_score: Any = serializers.DecimalField(max_digits=4, decimal_places=3)
    load_min: Any = serializers.IntegerField()


class MatchingStaff(DomainView):
    permission_classes = [IsAuthenticated]
    pagination_class = PagePagination

    @documented(
        summary="The best people for a job",
        description=(
            "Staff of the business who perform the service and are free for the whole time and buffer, best first by "
            "rating, Maestro score and fair load. The owner is left out where their time costs a premium."
        ),
        parameters=[MatchQuery],
        responses=MatchOut(many=True),
        errors=[Invalid, NothingToMatch],
        operation_id="maestro_staff_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(MatchQuery)
        service = (
            Service.objects.public()
            .select_related("business")
            .defer("business__cac_number", "business__bank_details")
            .filter(pk=query["service"], business_id=query["business"])
            .first()
        )
        if service is None:
            raise NothingToMatch
        matches = queries.match_staff(business=service.business, service=service, start=query["start"], at=clock.now())
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(matches, request, view=self)
        return paginator.get_paginated_response(MatchOut(found, many=True).data)
