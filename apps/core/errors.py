"""Kinds of refusal. An app's own errors subclass a kind and carry a stable ``code``; one handler maps kind to status."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that a caller may see: a status, a stable code, words, and where it helps what would work instead."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    default_message: ClassVar[str] = "This cannot be done."
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: dict[str, Any] | None = None,
        data: Any = None,
        retryable: bool | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.errors = errors or {}
        self.data = data
        self.retryable = self.default_retryable if retryable is None else retryable
        super().__init__(self.message)


class Invalid(DomainError):
    """The request makes no sense as it stands; the caller can mend it."""

    code = "invalid"
    default_message = "Some of what you sent cannot be used."


class NotAuthenticated(DomainError):
    status = 401
    code = "not_authenticated"
    default_message = "Sign in to continue."


class NotAllowed(DomainError):
    status = 403
    code = "permission_denied"
    default_message = "You may not do this."


class NotFound(DomainError):
    status = 404
    code = "not_found"
    default_message = "There is nothing here."


class Conflict(DomainError):
    """The world has moved on; the request was right when it was made."""

    status = 409
    code = "conflict"
    default_message = "This is no longer possible."


class WrongState(Conflict):
    code = "wrong_state"
    default_message = "This is not possible in its present state."


class Unprocessable(DomainError):
    status = 422
    code = "unprocessable"
    default_message = "This cannot be processed."


class TooManyRequests(DomainError):
    status = 429
    code = "throttled"
    default_message = "Too many requests. Please wait a moment."
    default_retryable = True


class Unavailable(DomainError):
    """Something that we depend on does not answer; trying again later is right."""

    status = 503
    code = "unavailable"
    default_message = "This is not available at the moment. Please try again shortly."
    default_retryable = True
