"""Refusals of the ranking and matching."""

from apps.core.errors import NotFound


class NothingToMatch(NotFound):
    code = "nothing_to_match"
    default_message = "There is no such service at this business."
