"""Which words are in force: those that ops have edited, or else those of the project's files."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation

from apps.notifications import letters, rendering, values
from apps.notifications.kinds import Kind
from apps.notifications.letters import DEFAULT_LANGUAGE, PARTS, Words
from apps.notifications.models import Notification, Template

logger = logging.getLogger(__name__)


class Wordbook:
    """The words in force for a batch of notifications, read in one query."""

    def __init__(self, notifications: Iterable[Notification]) -> None:
        names = {each.notification_type for each in notifications}
        current = Template.objects.filter(is_current=True, kind__in=names) if names else ()
        self._edited = {(each.kind, each.language): words_of(each) for each in current}

    def words(self, kind: Kind, language: str) -> Words:
        """The person's language before English; within one, the edited words before the files'."""
        for tried in (language, DEFAULT_LANGUAGE):
            found = self._edited.get((kind.name, tried)) or letters.letter(kind.name, tried)
            if found is not None:
                return found
        return letters.seed(kind, DEFAULT_LANGUAGE)

    def rendered(self, notification: Notification) -> Words:
        """The notification in words. Edited words that fail give way to the files'. Raises: MissingValue."""
        kind, language = notification.kind, language_of(notification)
        with translation.override(language):
            shown = shown_values(notification)
        try:
            return rendering.render(self.words(kind, language), shown)
        except Exception:
            logger.exception("edited_words_failed", extra={"kind": kind.name, "language": language})
            return rendering.render(letters.seed(kind, language), shown)

    def headline(self, notification: Notification) -> tuple[str, str]:
        """The dashboard's title and message; where a value is missing, what the kind is called."""
        kind, language = notification.kind, language_of(notification)
        try:
            with translation.override(language):
                words, shown = self.words(kind, language), shown_values(notification)
            return (
                rendering.render_line(words.title, shown)[:200],
                rendering.render_line(words.push, shown),
            )
        except Exception:  # a dashboard never fails for one of its lines
            logger.exception("headline_failed", extra={"kind": kind.name})
            return kind.label, ""


def words_of(template: Template) -> Words:
    """The words of a stored template."""
    return Words(**{part: getattr(template, part) for part in PARTS})


def language_of(notification: Notification) -> str:
    """The language that the person reads."""
    own = notification.user.language if notification.user is not None else ""
    return notification.language or own or DEFAULT_LANGUAGE


def shown_values(notification: Notification) -> Mapping[str, Any]:
    """Every value of the notification as words. Raises: MissingValue."""
    user = notification.user
    shown = values.shown(
        notification.kind, notification.context, time_zone=user.time_zone if user is not None else "UTC"
    )
    return {**shown, "recipient_name": user.first_name if user is not None else ""}


def with_words(notifications: list[Notification]) -> list[Notification]:
    """The same, each with its title and message, also where the worker has not written them yet."""
    bare = [each for each in notifications if each.sequence is None and not each.title]
    if bare:
        book = Wordbook(bare)
        for each in bare:
            each.title, each.message = book.headline(each)
    return notifications
