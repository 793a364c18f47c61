"""Businesses in the Maestro order."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import NotFound as NoSuchPage
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api import selections
from apps.catalog.api.fields import CoordinateField
from apps.catalog.api.outputs import BusinessCard
from apps.catalog.api.public import ANYONE, PublicView
from apps.catalog.models import Business, Category
from apps.core import clock
from apps.core.api.pagination import PagePagination
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.errors import Invalid
from apps.maestro import queries


class RankingQuery(InputSerializer):
    user_lat = CoordinateField(required=False, min_value=-90, max_value=90)
    user_long = CoordinateField(required=False, min_value=-180, max_value=180)
    radius_km = CoordinateField(required=False, min_value=0.1, max_value=500, default=25)
    city = serializers.CharField(required=False, max_length=80, default="", help_text="Where no position is known.")
    category = serializers.CharField(required=False, max_length=80)
    q = serializers.CharField(required=False, max_length=100)
    explain = serializers.BooleanField(required=False, allow_null=True, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user_lat" in attrs) != ("user_long" in attrs):
            raise serializers.ValidationError({"user_lat": "Send user_lat and user_long together."})
        return attrs


class TermsOut(OutputSerializer):
    """The terms that add up to the score."""

    distance: Any = serializers.DecimalField(source="distance_term", max_digits=8, decimal_places=6)
    rating: Any = serializers.DecimalField(source="rating_term", max_digits=8, decimal_places=6)
    ranking_review: Any = serializers.DecimalField(source="review_term", max_digits=8, decimal_places=6)
    expired_papers: Any = serializers.DecimalField(source="papers_term", max_digits=8, decimal_places=6)


class RankedBusiness(BusinessCard):
    score: Any = serializers.DecimalField(max_digits=8, decimal_places=6)
    explain: Any = TermsOut(allow_null=True, help_text="With `explain=1`.")


class RankedPages(PagePagination):
    """Numbered pages over an order that the database holds; nothing is counted or shown beyond a thousand."""

    def page_of(self, request: Request, search: queries.Search, explain: bool, view: Any) -> Response:
        size = self.get_page_size(request) or 20
        count = queries.count_businesses(search)
        number = self._number(request, last=max(-(-count // size), 1))
        ranked = queries.ranked_businesses(search, skip=(number - 1) * size, take=size, at=clock.now())
        self.request = request
        rows = RankedBusiness(_dressed(ranked, explain=explain), many=True).data
        return Response({"count": count, **self._links(request, number, size, count), "results": rows})

    def _number(self, request: Request, *, last: int) -> int:
        text = request.query_params.get("page", "1")
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= last:
            raise NoSuchPage("There is no such page.")
        return int(text[:9])

    def _links(self, request: Request, number: int, size: int, count: int) -> dict[str, str | None]:
        def link(to: int) -> str:
            query = request.query_params.copy()
            query["page"] = str(to)
            return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

        return {
            "next": link(number + 1) if number * size < count else None,
            "previous": link(number - 1) if number > 1 else None,
        }


class RankedBusinesses(PublicView):
    pagination_class = RankedPages

    @documented(
        summary="Businesses in the Maestro order",
        description=(
            "Score = normalized distance × 0.6 + normalized rating × 0.4, less what counts against a business: people "
            "under Ranking Review, expired papers. Distance is 1 at the door and 0 at the edge of the radius; the "
            "rating is damped by the number of reviews. Without a position, the city counts as nearness. Featured "
            "businesses are marked, and rank like all. `count` stops at 1,000, and so do the pages."
        ),
        permissions=ANYONE,
        parameters=[RankingQuery],
        responses=RankedBusiness(many=True),
        errors=[Invalid],
        operation_id="maestro_businesses_list",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(RankingQuery)
        category = None
        if slug := query.get("category"):
            category = Category.objects.filter(slug=slug, is_active=True).first()
            if category is None:
                raise Http404
        search = queries.Search(
            lat=query.get("user_lat"),
            lng=query.get("user_long"),
            radius_m=query["radius_km"] * 1000,
            city=query["city"],
            category_id=category.pk if category is not None else None,
            words=query.get("q"),
        )
        return RankedPages().page_of(request, search, bool(query["explain"]), self)


def _dressed(ranked: list[queries.Ranked], *, explain: bool) -> list[Any]:
    """The businesses themselves, in the order, with distance, score and terms."""
    rows = selections.cards(Business.objects.filter(pk__in=[each.business_id for each in ranked])).in_bulk()
    dressed = []
    for each in ranked:
        business = rows[each.business_id]
        business.distance_m, business.score = each.distance_m, each.score
        business.explain = each if explain else None
        dressed.append(business)
    return dressed
