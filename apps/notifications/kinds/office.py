"""Kinds of the marketplace's own people: alerts to them, and messages that they write."""

from apps.notifications.kinds.registry import Kind, register, text, url
from apps.notifications.states import Audience, Category, Priority

DELIVERY_FAILED = register(
    Kind(
        name="delivery_failed",
        label="A message could not be delivered",
        category=Category.SAFETY,
        audience=Audience.OPS,
        channels=(),  # a dead mail provider must not be told about by mail
        essential=True,
        priority=Priority.HIGH,
        variables={
            "failed_kind": text("booking_confirmed"),
            "channel_label": text("e-mail"),
            "reason": text("The mailbox does not exist."),
        },
    )
)
OPS_MESSAGE = register(
    Kind(
        name="ops_message",
        label="A message from us",
        essential=True,
        priority=Priority.HIGH,
        variables={
            "headline": text("About your booking"),
            "body": text("We have moved your appointment to another room."),
            "reference": text("KM4TQ7XR", required=False),
            "manage_url": url("https://guild.example/bookings/KM4TQ7XR", required=False),
        },
    )
)
