"""Changing the words of a kind: always a new version, checked before it is kept."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.core import audit
from apps.notifications import kinds, letters, rendering
from apps.notifications.kinds import Kind
from apps.notifications.letters import Words
from apps.notifications.models import Template
from apps.notifications.states import TemplateSource
from apps.notifications.wording import words_of


@transaction.atomic
def change_words(*, kind: Kind, language: str, words: Words, by: Any, at: datetime) -> Template:
    """The kind speaks these words from now on; the earlier version stays as it was.

    Raises: TemplateRefused, naming each part that cannot be used.
    """
    rendering.check(kind, words)
    earlier = _current(kind, language)
    template = _add_version(kind, language, words, source=TemplateSource.OPS, by=by, at=at)
    audit.record(
        "notifications.words_changed",
        target=template,
        by=by,
        at=at,
        before=asdict(words_of(earlier)) if earlier else None,
        after=asdict(words),
    )
    return template


@dataclass(frozen=True, kw_only=True)
class SyncReport:
    """What became of the letters in the project's files."""

    added: int
    unchanged: int
    kept: int  # ops have edited these; the files' words wait


@transaction.atomic
def sync_templates(*, at: datetime) -> SyncReport:
    """Every letter of the project's files is stored and in force, save where ops have written words of their own."""
    added = unchanged = kept = 0
    for language in letters.languages():
        for kind in kinds.every():
            words = letters.letter(kind.name, language)
            if words is None:
                continue
            rendering.check(kind, words)
            current = _current(kind, language)
            if current is not None and current.source == TemplateSource.OPS:
                kept += 1
            elif current is not None and words_of(current) == words:
                unchanged += 1
            else:
                _add_version(kind, language, words, source=TemplateSource.FILE, by=None, at=at)
                added += 1
    return SyncReport(added=added, unchanged=unchanged, kept=kept)


def _current(kind: Kind, language: str) -> Template | None:
    found: Template | None = (
        Template.objects.locked().filter(kind=kind.name, language=language, is_current=True).first()
    )
    return found


def _add_version(kind: Kind, language: str, words: Words, *, source: TemplateSource, by: Any, at: datetime) -> Template:
    versions = Template.objects.filter(kind=kind.name, language=language)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    versions.filter(is_current=True).update(is_current=False)
    template: Template = Template.objects.create(
        kind=kind.name,
        language=language,
        version=last + 1,
        source=source,
        changed_by=by,
        created_at=at,
        **asdict(words),
    )
    return template
