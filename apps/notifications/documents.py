"""Papers that travel with letters: each upper app says how its own are made; ``config/documents.py`` holds the table."""

from collections.abc import Callable, Mapping

from django.utils import translation

Documents = Mapping[str, Callable[[str], bytes]]
_documents: dict[str, Callable[[str], bytes]] = {}


def connect(documents: Documents) -> None:
    """From now on exactly these papers can be attached."""
    _documents.clear()
    _documents.update(documents)


def content_of(document: str, key: str, *, language: str) -> bytes:
    """The PDF of that paper, in the reader's language. Raises: KeyError for a kind that nobody has connected."""
    with translation.override(language):
        return _documents[document](key)
