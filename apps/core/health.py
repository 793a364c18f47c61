"""Whether this process can do its work: alive, ready, and the figures that Prometheus reads."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import django_prometheus.exports
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import clock, sweeps
from apps.core.api.envelope import error_body, success_body
from apps.core.errors import Unavailable
from apps.core.models import SweepHeartbeat

OVERDUE_AFTER = timedelta(minutes=10)
SILENT_AFTER = timedelta(minutes=2)
Finding = str | None


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return JsonResponse(success_body({"state": "alive", "release": settings.RELEASE}))


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when everything that work depends on is there, else 503 with what is wrong."""
    findings = {name: _tried(check) for name, check in CHECKS.items()}
    checks = {name: finding or "ok" for name, finding in findings.items()}
    if any(findings.values()):
        refusal = error_body(
            code="not_ready",
            message=Unavailable.default_message,
            data={"state": "degraded", "checks": checks},
            retryable=True,
        )
        return JsonResponse(refusal, status=503)
    return JsonResponse(success_body({"state": "ready", "checks": checks}))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, behind ``METRICS_TOKEN`` where one is set."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and not hmac.compare_digest(given, settings.METRICS_TOKEN):
        return HttpResponse(status=401)
    answer: HttpResponse = django_prometheus.exports.ExportToDjangoView(request)
    return answer


def _tried(check: Callable[[datetime], Finding]) -> Finding:
    try:
        return check(clock.now())
    except Exception as error:  # noqa: BLE001  # a probe tells what broke, it never breaks
        return type(error).__name__


def _database(at: datetime) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def _migrations(at: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied" if waiting else None


def _redis(at: datetime) -> Finding:
    cache.set("ready-probe", at.timestamp(), timeout=10)
    return None if cache.get("ready-probe") == at.timestamp() else "does not give back what it was given"


def _worker(at: datetime) -> Finding:
    newest = SweepHeartbeat.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    if newest is None:
        return "no worker has run a sweep yet"
    return f"no sweep since {newest:%H:%M:%S} UTC" if newest < at - SILENT_AFTER else None


def _timers(at: datetime) -> Finding:
    due = [(each.next_due(), each.name) for each in sweeps.registered() if each.next_due]
    overdue = [(moment, name) for moment, name in due if moment is not None and moment < at - OVERDUE_AFTER]
    return f"{min(overdue)[1]} is overdue since {min(overdue)[0]:%Y-%m-%d %H:%M} UTC" if overdue else None


CHECKS: dict[str, Callable[[datetime], Finding]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    "worker": _worker,
    "timers": _timers,
}
