"""How lists of payouts are paged."""

from apps.core.api.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """By their keys, which rise with time."""

    ordering = ("-id",)
