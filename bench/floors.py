"""Bare views to measure against: the same server, the same framework, no rules at all."""

from datetime import datetime

from django.db import transaction
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.models import OutboxMessage
from bench.booking_rows import Wanted, as_answer, rows_of


class Bare(APIView):
    """No envelope, no throttle; sign-in as everywhere."""

    throttle_classes = ()
    permission_classes = (IsAuthenticated,)


class OneQuery(Bare):
    """A view with one query by primary key beside the sign-in."""

    def get(self, request: Request) -> Response:
        return Response({"exists": OutboxMessage.objects.filter(pk=request.user.pk).exists()})


class OneInsert(Bare):
    """A view that inserts one row, without sign-in: what a web hook's intake is held against."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        at = clock.now()
        with transaction.atomic():
            OutboxMessage.objects.create(
                task="apps.core.tasks.floor",
                arguments={"body": request.body.decode()},
                due_at=at,
                parked_at=at,
                created_at=at,
            )
        return Response({"received": True})


class BookingRows(Bare):
    """Writes the rows of a booking in one transaction, as the caller says, and checks nothing."""

    def post(self, request: Request) -> Response:
        at = clock.now()
        told = {**request.data, "starts_at": datetime.fromisoformat(request.data["starts_at"])}
        key = request.headers["Idempotency-Key"]
        rows = rows_of(Wanted(**told, customer_id=str(request.user.pk), at=at, key=key))
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
        return Response(as_answer(rows[1]), status=201)


urlpatterns = [
    path("booking-rows/", BookingRows.as_view()),
    path("one-query/", OneQuery.as_view()),
    path("one-insert/", OneInsert.as_view()),
]
