"""Every end point of the product, read off its own schema, so that a new one cannot be forgotten."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class EndPoint:
    """One method at one path."""

    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def is_safe(self) -> bool:
        return self.method == "get"

    @property
    def operation(self) -> dict[str, Any]:
        return schema()["paths"][self.path][self.method]

    @property
    def is_open(self) -> bool:
        """Whether the schema says that nobody has to sign in."""
        return {} in self.operation.get("security", [{}])

    @property
    def takes_no_credentials(self) -> bool:
        """Whether the schema says that it matters to nobody who asks."""
        return self.operation.get("security", [{}]) == [{}]

    @property
    def who(self) -> str:
        """Whom the schema says it is for."""
        said = self.operation.get("description", "").partition("**Who:** ")[2]
        return said.split("\n")[0].replace("`", "").strip().rstrip(".")

    @property
    def headers(self) -> list[str]:
        return [each["name"] for each in self.operation.get("parameters", []) if each["in"] == "header"]


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The OpenAPI schema of everything below ``/api/v1/``."""
    return SchemaGenerator().get_schema(request=None, public=True)


def end_points() -> list[EndPoint]:
    """Every end point below ``/api/v1/``, in the order of the paths."""
    return [
        EndPoint(method=method, path=path)
        for path, operations in sorted(schema()["paths"].items())
        if path.startswith("/api/v1/")
        for method in METHODS
        if method in operations
    ]


def example_body(point: EndPoint) -> Any:
    """A body of the right shape for the end point: its documented example, or one made from its schema."""
    operation = schema()["paths"][point.path][point.method]
    media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in media.get("examples", {}).values():
        return example["value"]
    return _sample(media.get("schema", {}))


def _sample(part: dict[str, Any]) -> Any:  # noqa: PLR0911  # one return a kind
    if "$ref" in part:
        return _sample(schema()["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]])
    if "allOf" in part or "oneOf" in part:
        return _sample((part.get("allOf") or part["oneOf"])[0])
    if "enum" in part:
        return part["enum"][0]
    if "example" in part:
        return part["example"]
    if part.get("type") == "object" or "properties" in part:
        required = part.get("required", [])
        return {name: _sample(each) for name, each in part.get("properties", {}).items() if name in required}
    if part.get("type") == "array":
        return [_sample(part.get("items", {}))]
    samples = {
        "uuid": "01900000-0000-7000-8000-000000000000",
        "date": "2026-12-01",
        "date-time": "2026-12-01T10:00:00Z",
        "email": "somebody@guild.example",
        "time": "10:00:00",
    }
    if part.get("type") == "string":
        return samples.get(part.get("format", ""), "text")
    return {"integer": 1, "number": 1, "boolean": True}.get(part.get("type", ""), {})
