"""JSON as strictly as the database will take it."""

import json
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "A request is at most 1 MiB."


class BoundedJSONParser(JSONParser):
    """JSON of at most 1 MiB, without NaN, NUL characters, lone surrogates or bottomless nesting."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            data = json.loads(text, parse_constant=_refuse_constant) if text.strip() else {}
            # Escapes such as \u0000 and \ud800 exist only after decoding; a re-encoding finds both.
            if "\\u" in text and not _storable(data):
                raise ParseError("Text holds a character that cannot be stored.")
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not valid JSON.") from error
        if "\x00" in text:
            raise ParseError("Text holds a character that cannot be stored.")
        return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        try:
            return b"\x00" not in value.encode("utf-8")
        except UnicodeEncodeError:
            return False
    if isinstance(value, dict):
        return all(_storable(name) and _storable(each) for name, each in value.items())
    if isinstance(value, list):
        return all(_storable(each) for each in value)
    return True
