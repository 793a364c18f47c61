"""What this app refuses, and how providers fail."""

from apps.core.errors import Invalid


class UnknownVariable(ValueError):
    """Words or a call name a variable that their kind does not declare: a bug in the caller, not a refusal."""


class MissingValue(ValueError):
    """A value that the words need is not there; nothing is sent rather than something broken."""


class CannotBeMuted(Invalid):
    code = "cannot_be_muted"
    default_message = "This notification cannot be switched off there."


class TemplateRefused(Invalid):
    code = "template_refused"
    default_message = "These words cannot be used."


class DeliveryRefused(Exception):
    """The provider will never take this message (no such number, malformed address): trying again is useless."""


class ChannelDown(Exception):
    """The provider does not answer at all: this message and every other one waits."""
