"""Views that answer everybody alike: kept in Redis, with ETag and cache headers, free of limits while kept."""

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.response import Response

from apps.core import public_cache, replicas


class PublicPages:
    """A mixin for views whose GET shows every caller the same.

    A kept page is answered before sign-in and limits are looked at. ``public_seconds`` is how long one may be kept.
    """

    public_seconds = 60
    public_actions: frozenset[str] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method not in {"GET", "HEAD"} or not self._is_public_page(request):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        generation = public_cache.generation()
        key = None if generation is None else _key(request, generation)
        kept = public_cache.find(key) if key else None
        if kept is not None:
            return self._answer(request, kept)
        with replicas.fresh_at_the_end():
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        if isinstance(response, Response) and response.status_code == 200:
            response.add_post_render_callback(lambda rendered: self._finish(request, rendered, key))
        return response

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Who asks is read from the primary, where a sign-in of this second is known; the page may come from a replica."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        if request.method in {"GET", "HEAD"} and self._is_public_page(request):
            replicas.allow_stale()

    def _is_public_page(self, request: HttpRequest) -> bool:
        actions = getattr(self, "action_map", None)
        if self.public_actions is None or not actions:
            return True
        return actions.get("get") in self.public_actions

    def _finish(self, request: HttpRequest, response: Any, key: str | None) -> Any:
        """The page is kept and its headers are set; a client that has these very bytes is told so."""
        page = public_cache.KeptPage(
            body=response.content,
            content_type=response["Content-Type"],
            etag=public_cache.etag_of(response.content),
        )
        if key is not None:
            public_cache.keep(key, page, seconds=self.public_seconds)
        if _has_it(request, page.etag):
            return self._answer(request, page)
        self._mark(response, page.etag)
        return None

    def _answer(self, request: HttpRequest, page: public_cache.KeptPage) -> HttpResponse:
        response: HttpResponse
        if _has_it(request, page.etag):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(page.body, content_type=page.content_type)
        self._mark(response, page.etag)
        return response

    def _mark(self, response: Any, etag: str) -> None:
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={self.public_seconds}, stale-while-revalidate=60"
        patch_vary_headers(response, ["Accept-Language"])


def _has_it(request: HttpRequest, etag: str) -> bool:
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in tags or etag in {tag.removeprefix("W/") for tag in tags}


def _key(request: HttpRequest, generation: str) -> str:
    query = urlencode(sorted((name, value) for name, values in request.GET.lists() for value in values))
    parts = (
        generation,
        request.get_host(),
        request.scheme or "",
        request.path,
        query,
        request.headers.get("Accept-Language", "")[:100],
        request.headers.get("Accept", "")[:100],
    )
    return f"public-page:{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()}"
