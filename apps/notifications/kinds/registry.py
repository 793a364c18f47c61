"""What a kind of notification is: its channels and the variables that its words may use."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from apps.notifications.states import Audience, Category, Channel, Priority


class VariableType(StrEnum):
    """How a value travels and how it is shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # core.money.Money
    MOMENT = "moment"  # an aware datetime, shown in the kind's time zone
    DATE = "date"
    URL = "url"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One value of a kind's context. A secret is stored encrypted and forgotten once it has been sent."""

    type: VariableType = VariableType.TEXT
    example: Any
    required: bool = True
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of notification. ``essential`` ones reach the person whatever they have muted."""

    name: str
    label: str
    category: Category = Category.TRANSACTIONAL
    audience: Audience = Audience.EVERYONE
    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    on_dashboard: bool = True
    essential: bool = False
    priority: Priority = Priority.NORMAL
    useful_for: timedelta | None = None  # after that it is dropped rather than sent late
    variables: dict[str, Variable] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def may_mute(self, channel: str) -> bool:
        """Whether a person may switch this kind off on the channel."""
        if self.essential:
            return False
        if channel == Channel.DASHBOARD:
            return self.on_dashboard and self.category not in {Category.SAFETY, Category.MONEY}
        return channel in self.channels

    @property
    def shown_channels(self) -> tuple[Channel, ...]:
        """Every channel it goes to, the dashboard first."""
        return ((Channel.DASHBOARD,) if self.on_dashboard else ()) + self.channels


# Every kind's words may use these; they are filled in when the words are rendered.
COMMON = {
    "recipient_name": Variable(example="Ada"),
    "platform_name": Variable(example="The Guild"),
    "support_email": Variable(example="support@guild.example"),
    "home_url": Variable(type=VariableType.URL, example="https://guild.example"),
}

_registry: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """The kind is known by its name."""
    if kind.name in _registry:
        raise ValueError(f"Two kinds are called {kind.name}")
    if taken := set(kind.variables) & set(COMMON):
        raise ValueError(f"{kind.name} declares {', '.join(sorted(taken))}, which every kind has")
    _registry[kind.name] = kind
    return kind


def get(name: "str | Kind") -> Kind:
    """The kind of that name. Raises: KeyError for a name that nobody declared."""
    return name if isinstance(name, Kind) else _registry[name]


def every() -> list[Kind]:
    """All kinds, by name."""
    return sorted(_registry.values(), key=lambda kind: kind.name)


def text(example: str, *, required: bool = True, secret: bool = False) -> Variable:
    """A line of text."""
    return Variable(example=example, required=required, secret=secret)


def number(example: int, *, required: bool = True) -> Variable:
    """A whole number."""
    return Variable(type=VariableType.NUMBER, example=example, required=required)


def money(example: Any, *, required: bool = True) -> Variable:
    """An amount with its currency."""
    return Variable(type=VariableType.MONEY, example=example, required=required)


def moment(example: Any, *, required: bool = True) -> Variable:
    """An aware moment."""
    return Variable(type=VariableType.MOMENT, example=example, required=required)


def date(example: Any, *, required: bool = True) -> Variable:
    """A day."""
    return Variable(type=VariableType.DATE, example=example, required=required)


def url(example: str, *, required: bool = True, secret: bool = False) -> Variable:
    """An address to open."""
    return Variable(type=VariableType.URL, example=example, required=required, secret=secret)
