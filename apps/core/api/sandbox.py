"""The sandbox's time machine over HTTP; in production it does not exist."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock, sandbox_clock
from apps.core.api.permissions import IsOps
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.api.views import DomainView
from apps.core.errors import Invalid
from apps.core.operations import advance_clock


class AdvanceIn(InputSerializer):
    hours = serializers.DecimalField(max_digits=8, decimal_places=3, min_value=0, max_value=9600)


class AdvanceOut(OutputSerializer):
    started_at: Any = serializers.DateTimeField()
    ended_at: Any = serializers.DateTimeField()
    processed: Any = serializers.DictField(child=serializers.IntegerField())


class ClockOut(OutputSerializer):
    now: Any = serializers.DateTimeField()
    ahead_s: Any = serializers.IntegerField(help_text="How far the sandbox stands ahead of the wall, in seconds.")


class SandboxClock(DomainView):
    permission_classes = [AllowAny]

    @documented(
        summary="What time it is in the sandbox",
        permissions="Anyone, in a sandbox. In production this address does not exist.",
        responses=ClockOut,
    )
    def get(self, request: Request) -> Response:
        if not settings.SANDBOX:
            raise Http404
        ahead_s = int(sandbox_clock.read_offset().total_seconds())
        return success(ClockOut({"now": clock.now(), "ahead_s": ahead_s}).data)


class AdvanceClock(DomainView):
    permission_classes = [IsOps]

    @documented(
        summary="Move the sandbox's clock forward",
        description="Every sweep that falls due on the way runs at its moment, in order.",
        permissions="Ops, in a sandbox. In production this address does not exist.",
        request=AdvanceIn,
        responses=AdvanceOut,
        errors=[Invalid],
        example={"hours": "24"},
    )
    def post(self, request: Request) -> Response:
        if not settings.SANDBOX:
            raise Http404
        hours = self.read_input(AdvanceIn)["hours"]
        report = advance_clock(by=timedelta(seconds=int(hours * 3600)))
        return success(AdvanceOut(report).data, message="The clock has moved.")
