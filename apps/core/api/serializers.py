"""Bases of serializers: input checks shape, output shows; neither saves."""

from copy import deepcopy
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty


class InputSerializer(serializers.Serializer[Any]):
    """Shape of a request body. Unknown fields are named in the answer's ``warnings``, so older clients survive.

    ``makes_given_only`` is for the busiest end points: optional fields that the request leaves out are not even made.
    """

    refuse_unknown = False
    makes_given_only = False

    def get_fields(self) -> dict[str, Any]:
        given = getattr(self, "initial_data", None)
        if not self.makes_given_only or not isinstance(given, dict):
            return super().get_fields()
        return {
            name: deepcopy(field)
            for name, field in self._declared_fields.items()
            if name in given or field.required or field.default is not empty
        }

    def to_internal_value(self, data: Any) -> Any:
        if self.refuse_unknown and isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({str(name): ["This field is not known."] for name in unknown})
        return super().to_internal_value(data)

    @property
    def unknown_fields(self) -> list[str]:
        """Names that the request carried and nobody asked for."""
        given = getattr(self, "initial_data", None)
        return sorted(str(name) for name in set(given) - set(self.fields)) if isinstance(given, dict) else []


class StrictInputSerializer(InputSerializer):
    """Shape of a request that moves money: an unknown field is refused."""

    refuse_unknown = True


class EmptyInput(InputSerializer):
    """A request that carries nothing but its address."""


class ReasonInput(InputSerializer):
    """A request that must say why."""

    reason = serializers.CharField(max_length=1000)


class OutputSerializer(serializers.Serializer[Any]):
    """Shape of an answer; every field is read-only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["read_only"] = True
        super().__init__(*args, **kwargs)
