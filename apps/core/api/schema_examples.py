"""Worked examples for the schema, made from the shapes of answers wherever a view gives none of its own."""

from typing import Any

_BY_FORMAT = {
    "uuid": "01938f0e-7c1e-7a52-9b1f-0f6b3c1f2a10",
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:00:00Z",
    "time": "09:00:00",
    "email": "ada@example.com",
    "uri": "https://example.com/picture.jpg",
    "decimal": "4.80",
}
_BY_NAME = {
    "amount": "5000.00",
    "currency": "NGN",
    "phone": "+2348031234567",
    "first_name": "Ada",
    "last_name": "Okafor",
    "name": "Serenity Spa",
    "business_name": "Serenity Spa",
    "display_name": "Chidi Okafor",
    "title": "Deep tissue massage",
    "slug": "serenity-spa",
    "reference": "KM4TQ7XR",
    "city": "Lagos",
    "state": "Lagos",
    "country": "NG",
    "time_zone": "Africa/Lagos",
    "language": "en",
    "next": None,
    "previous": None,
    "latitude": 6.4281,
    "longitude": 3.4219,
    "lat": 6.4281,
    "lng": 3.4219,
}
_BY_TYPE: dict[str, Any] = {"string": "…", "integer": 1, "number": 1.0, "boolean": True}
_DEEPEST = 8


def sample(  # noqa: PLR0911  # one return a kind of shape
    part: dict[str, Any], schemas: dict[str, Any], *, name: str = "", depth: int = 0
) -> Any:
    """A value of the shape ``part``; ``schemas`` are the components that it may refer to."""
    if "example" in part:
        return part["example"]
    if depth > _DEEPEST:
        return None
    if "$ref" in part:
        return sample(schemas[part["$ref"].rsplit("/", 1)[1]], schemas, name=name, depth=depth + 1)
    if choices := part.get("allOf") or part.get("oneOf") or part.get("anyOf"):
        return sample(choices[0], schemas, name=name, depth=depth + 1)
    if "enum" in part:
        return part["enum"][0]
    if "properties" in part:
        return {key: sample(each, schemas, name=key, depth=depth + 1) for key, each in part["properties"].items()}
    if part.get("type") == "array":
        return [sample(part.get("items", {}), schemas, name=name, depth=depth + 1)]
    return _plain(part, schemas, name=name, depth=depth)


def _plain(part: dict[str, Any], schemas: dict[str, Any], *, name: str, depth: int) -> Any:
    kind = part.get("type", "")
    if kind == "object":
        inner = part.get("additionalProperties")
        return {"name": sample(inner, schemas, depth=depth + 1)} if isinstance(inner, dict) and inner else {}
    if part.get("format") in _BY_FORMAT:
        return _BY_FORMAT[part["format"]]
    fitting = _BY_NAME.get(name, ...)
    if fitting is None or (fitting is not ... and isinstance(fitting, str) == (kind == "string")):
        return fitting
    return None if not kind or name.endswith("_reason") else _BY_TYPE.get(kind)
