"""Holding what was read against what we know, and asking the gateway about what is left over."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.conf import setting, timer
from apps.core.errors import DomainError
from apps.ledger import addresses
from apps.payments.gateways.values import RecordKind
from apps.reconciliation import books
from apps.reconciliation.books import Book, Difference, Known
from apps.reconciliation.books.balance import check_balances, differences
from apps.reconciliation.books.base import compare, missing_there, twice
from apps.reconciliation.books.inbox import EVENT, tampered
from apps.reconciliation.models import Break, GatewayLine, ReconciliationRun
from apps.reconciliation.operations.chunks import chunks
from apps.reconciliation.operations.types import Findings

_CHUNK = 1_000
# The lists of what makes a gateway's balance what it is.
MOVING = frozenset({RecordKind.CHARGE, RecordKind.REFUND, RecordKind.TRANSFER, RecordKind.DISPUTE})


def judge(run: ReconciliationRun, *, at: datetime) -> Findings:
    """In what the gateway's day and ours differ, once everything was tried that may make it good.

    What is too fresh waits for the next run, which looks back; what is still open from earlier days is judged again.
    Raises: GatewayError.
    """
    findings = Findings()
    fresh_from = min(run.ends_at, at - timer("RECONCILE_IN_FLIGHT"))
    for book in books.registered():
        seen = _judge_lines(run, book, fresh_from, findings, at=at)
        _judge_expected(run, book, fresh_from, seen, findings, at=at)
    if run.gateway not in setting("GATEWAYS_SHARED"):
        moving = [book for book in books.registered() if book.list_kind in MOVING]
        findings.balances = check_balances(
            moving,
            run.gateway,
            [each for each in findings.differences if each.list_kind in MOVING],
            fresh_from=max(fresh_from, at - timer("RECONCILE_LOOKBACK")),
            at=at,
        )
        findings.differences += differences(run.gateway, findings.balances, at=at)
    open_events = _records_of(_live(run.gateway, EVENT))
    findings.differences += tampered(run.gateway, run.starts_at, min(run.ends_at, at), open_events)
    return findings


def _live(gateway: str, list_kind: str) -> QuerySet[Break]:
    return Break.objects.live().filter(gateway=gateway, list_kind=list_kind)


def _records_of(breaks: QuerySet[Break]) -> list[UUID]:
    """The rows of ours that these breaks are about."""
    return [key for key in breaks.values_list("record_id", flat=True) if key is not None]


def _judge_lines(
    run: ReconciliationRun, book: Book, fresh_from: datetime, findings: Findings, *, at: datetime
) -> set[UUID]:
    """Which rows of ours have a line."""
    since = run.starts_at - timer("RECONCILE_LOOKBACK")
    lines = GatewayLine.objects.of(run.gateway, book.list_kind)
    findings.lines += lines.filter(made_at__gte=run.starts_at, made_at__lt=run.ends_at).count()
    findings.in_flight += lines.filter(made_at__gte=fresh_from, made_at__lt=run.ends_at).count()
    still_open = _live(run.gateway, book.list_kind).filter(line__isnull=False).values("line")
    chosen = lines.filter(Q(made_at__gte=since, made_at__lt=fresh_from) | Q(pk__in=still_open))
    seen: set[UUID] = set()
    for chunk in chunks(chosen.iterator(chunk_size=_CHUNK), _CHUNK):
        concerned = [line for line in chunk if book.concerns(line)]
        known = book.known(run.gateway, concerned)
        seen |= {ours.record_id for ours in known.values() if ours.record_id is not None}
        firsts = _first_lines(run.gateway, book, concerned)
        for line in concerned:
            ours = known.get(line.pk)
            if ours is not None and firsts.get(ours.record_id or line.pk, line.pk) != line.pk:
                findings.differences.append(twice(book, line, ours))
            else:
                _judge_line(book, line, ours, findings, at=at)
    return seen


def _first_lines(gateway: str, book: Book, lines: Sequence[GatewayLine]) -> dict[UUID, UUID]:
    """For each row of ours that lines are about: the one that it was booked from, else the first that ever was."""
    references = {line.reference for line in lines if line.reference}
    same = GatewayLine.objects.of(gateway, book.list_kind).filter(reference__in=references, status="SUCCEEDED")
    by_id = {line.pk: line for line in (*same, *lines) if book.concerns(line) and line.status == "SUCCEEDED"}
    known = book.known(gateway, list(by_id.values()))

    def rank(line_id: UUID) -> tuple[bool, datetime, UUID]:
        return (by_id[line_id].gateway_id != known[line_id].gateway_id, by_id[line_id].made_at, line_id)

    firsts: dict[UUID, UUID] = {}
    for line_id in sorted(known, key=rank):
        record_id = known[line_id].record_id
        if record_id is not None:
            firsts.setdefault(record_id, line_id)
    return firsts


def _judge_line(book: Book, line: GatewayLine, ours: Known | None, findings: Findings, *, at: datetime) -> None:
    account = addresses.gateway_clearing(line.gateway, line.currency)
    found = compare(book, line, ours, account=account)
    if found and _tried(book, found, at=at):
        before = found
        found = compare(book, line, book.known(line.gateway, [line]).get(line.pk), account=account)
        left = {difference.key for difference in found}
        findings.healed += [difference for difference in before if difference.key not in left]
    findings.differences += found


def _tried(book: Book, found: Sequence[Difference], *, at: datetime) -> bool:
    """Whether something was done about it; what is refused stays a difference, for people to resolve."""
    tried = False
    for difference in found:
        try:
            tried = book.heal(difference, at=at) or tried
        except DomainError:
            continue
    return tried


def _judge_expected(
    run: ReconciliationRun, book: Book, until: datetime, seen: set[UUID], findings: Findings, *, at: datetime
) -> None:
    recalled = book.recall(run.gateway, _records_of(_live(run.gateway, book.list_kind).filter(line__isnull=True)))
    ours = {known.record_id: known for known in (*book.expected(run.gateway, run.starts_at, until), *recalled)}
    for known in _without_a_line(run.gateway, book, [each for key, each in ours.items() if key not in seen]):
        told = book.ask(known, run.gateway)  # its list may have it under another day
        if told is None:
            findings.differences.append(missing_there(book, known))
        else:
            _judge_line(book, told, known, findings, at=at)


def _without_a_line(gateway: str, book: Book, expected: Sequence[Known]) -> Iterator[Known]:
    references = {known.reference for known in expected if known.reference}
    ids = {known.gateway_id for known in expected if known.gateway_id}
    lines = GatewayLine.objects.of(gateway, book.list_kind).filter(Q(reference__in=references) | Q(gateway_id__in=ids))
    concerned = [line for line in lines if book.concerns(line)]
    has_line = {ours.record_id for ours in book.known(gateway, concerned).values()}
    return (known for known in expected if known.record_id not in has_line)
