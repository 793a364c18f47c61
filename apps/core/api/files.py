"""Views that answer with a file, or with the envelope of a refusal."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from apps.core.api.envelope import EnvelopeRenderer
from apps.core.api.views import DomainView


class FileRenderer(BaseRenderer):
    """Lets a caller ask for a kind of file by ``Accept`` or ``?format=``; what is rendered by it is a refusal's words."""

    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> str:
        """What is no file is a refusal."""
        return str((data or {}).get("message", "")) if isinstance(data, dict) else ""


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"


class CsvRenderer(FileRenderer):
    media_type = "text/csv"
    format = "csv"


class FileView(DomainView):
    """Refusals are the envelope, also for whoever asked for a file."""

    renderer_classes: ClassVar[Any] = [EnvelopeRenderer, PdfRenderer]

    def handle_exception(self, exc: Exception) -> Response:
        """The refusal, as JSON."""
        self.request.accepted_renderer = EnvelopeRenderer()
        self.request.accepted_media_type = EnvelopeRenderer.media_type
        return super().handle_exception(exc)


def pdf(content: bytes, file_name: str) -> HttpResponse:
    """The file, shown where the browser can and saved under that name."""
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{file_name}"'}
    )
