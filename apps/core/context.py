"""Who is asking, for logs and audit: set at the edge, carried through Celery, never needed by a rule."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Where the work in hand came from."""

    request_id: str = ""
    ip_address: str | None = None
    user_agent: str = ""


NOWHERE = RequestContext()
current: ContextVar[RequestContext] = ContextVar("request_context", default=NOWHERE)
