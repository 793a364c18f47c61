"""Months that are over: each where its owner is, a few hours after midnight of the first."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from apps.catalog.models import Business, StaffMember
from apps.core.conf import timer
from apps.ledger.models import Account, Entry
from apps.ledger.states import AccountKind, OwnerType
from apps.statements.models import Statement
from apps.statements.operations.issue import issue_statements
from apps.statements.rules import bounds, month_before

_FALLBACK_ZONE = "Africa/Lagos"
_KINDS = Q(owner_type=OwnerType.BUSINESS, kind=AccountKind.AVAILABLE)
_KINDS |= Q(owner_type=OwnerType.STAFF, kind=AccountKind.TIPS)


def issue_due_statements(at: datetime, limit: int) -> int:
    """Up to ``limit`` accounts whose month is over have told it; answers how many."""
    done = 0
    for account_id, month in _due(at, limit):
        issue_statements(account_id=account_id, until=month, at=at)
        done += 1
    return done


def next_month_due(at: datetime) -> datetime:
    """When the next month is over somewhere and is to be told. By the calendar alone: the books are not searched."""
    return min(_next_due(at, zone) for zone in _zones())


def month_of(at: datetime, zone: str) -> date:
    """The month that it is by that clock."""
    return at.astimezone(ZoneInfo(zone)).date().replace(day=1)


def _told_from(month: date, zone: str) -> datetime:
    """Entries are booked within minutes of their moment; a month is told once that is past."""
    return bounds(month, zone)[1] + timer("STATEMENT_AFTER_MIDNIGHT")


def _next_due(at: datetime, zone: str) -> datetime:
    month = month_of(at, zone)
    last = _told_from(month_before(month), zone)
    return last if at < last else _told_from(month, zone)


def _last_month(at: datetime, zone: str) -> date:
    """The last month that is to be told."""
    month = month_before(month_of(at, zone))
    return month if at >= _told_from(month, zone) else month_before(month)


def _due(at: datetime, limit: int) -> Iterator[tuple[UUID, date]]:
    left = limit
    for zone in _zones():
        month = _last_month(at, zone)
        found = list(_untold(zone, month)[:left])
        left -= len(found)
        yield from ((account_id, month) for account_id in found)
        if left <= 0:
            return


def _zones() -> list[str]:
    return sorted({_FALLBACK_ZONE, *Business.all_objects.order_by().values_list("time_zone", flat=True).distinct()})


def _untold(zone: str, month: date) -> QuerySet[Any]:
    """Accounts of owners there that had something in the month, or have something, and have not been told of it."""
    starts_at, ends_at = bounds(month, zone)
    entries = Entry.objects.filter(account_id=OuterRef("pk"), created_at__lt=ends_at)
    told = Statement.objects.filter(currency=OuterRef("currency"), month__gte=month)
    of_owner = told.filter(
        Q(business_id=OuterRef("owner_id"), user_id__isnull=True)
        | Q(user_id=OuterRef("owner_id"), business_id__isnull=True)
    )
    places = StaffMember.objects.filter(user_id=OuterRef("owner_id")).order_by("pk")
    zone_of = Case(
        When(
            owner_type=OwnerType.BUSINESS,
            then=Subquery(Business.all_objects.filter(pk=OuterRef("owner_id")).values("time_zone")[:1]),
        ),
        default=Coalesce(Subquery(places.values("business__time_zone")[:1]), Value(_FALLBACK_ZONE)),
    )
    accounts = Account.objects.filter(_KINDS).annotate(zone=zone_of).filter(zone=zone)
    had = Exists(entries.filter(created_at__gte=starts_at)) | (Q(has_any=True) & ~Q(posted=0))
    return (
        accounts.annotate(has_any=Exists(entries), posted=F("balance__posted"))
        .filter(had)
        .exclude(Exists(of_owner))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
