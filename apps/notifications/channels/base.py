"""What every way out has in common."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from apps.notifications.letters import Words
from apps.notifications.models import DeliveryLog, Notification


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the provider answered."""

    provider_id: str
    address: str


class Sender:
    """One way out, for one batch.

    ``is_idempotent`` says that handing over the same delivery twice reaches the person once; only then is a delivery
    repeated whose sender died in the act.
    """

    channel: ClassVar[str]

    @property
    def is_idempotent(self) -> bool:
        return False

    def prepare(self, notifications: Collection[Notification]) -> None:
        """Whatever is needed for the batch has been read, in as many queries for one as for many."""

    def addresses(self, notification: Notification) -> list[str]:
        """Where this reaches the person; empty where it does not."""
        raise NotImplementedError

    def send(self, delivery: DeliveryLog, words: Words, *, at: datetime) -> Receipt:
        """The provider has it. Raises: DeliveryRefused; ChannelDown; anything else is tried again."""
        raise NotImplementedError

    def close(self) -> None:
        """Connections of this batch are closed."""
