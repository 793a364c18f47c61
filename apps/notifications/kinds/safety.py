"""Kinds about people's safety: they reach everybody they are meant for, whatever was muted."""

from dataclasses import replace
from datetime import timedelta

from apps.notifications.kinds.bookings import for_business
from apps.notifications.kinds.registry import Kind, number, register, text, url
from apps.notifications.states import Audience, Category, Channel, Priority

_WHERE = {"map_url": url("https://www.openstreetmap.org/?mlat=6.4474&mlon=3.4723", required=False)}
_ALARM = {
    "raised_by": text("Chidi Okafor"),
    "raised_by_phone": text("+2348012345678", required=False),
    "note": text("He has locked the door.", required=False),
    **_WHERE,
}


def _alarm(name: str, label: str, channels: tuple[Channel, ...], **more: object) -> Kind:
    return replace(
        for_business(name, label, **_ALARM, **more),  # type: ignore[arg-type]  # variables, each of them
        category=Category.SAFETY,
        audience=Audience.EVERYONE,
        channels=channels,
        essential=True,
        priority=Priority.URGENT,
    )


SOS = register(_alarm("sos", "SOS", (Channel.PUSH, Channel.SMS)))
SOS_UNANSWERED = register(
    _alarm(
        "sos_unanswered", "SOS that nobody has answered", (Channel.PUSH, Channel.SMS, Channel.EMAIL), round=number(2)
    )
)
SOS_ACKNOWLEDGED = register(
    Kind(
        name="sos_acknowledged",
        label="Your SOS was seen",
        category=Category.SAFETY,
        audience=Audience.EVERYONE,
        channels=(Channel.PUSH, Channel.SMS),
        essential=True,
        priority=Priority.URGENT,
        useful_for=timedelta(hours=2),
        variables={"reference": text("KM4TQ7XR"), "acknowledged_by": text("Serenity Spa")},
    )
)
