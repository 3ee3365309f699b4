"""The API's own description, and the answers to unknown addresses."""

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.conditions import etag_of
from api.json import Raw
from api.problems import WHAT_TO_DO, known_problems
from api.schema.pages import sections

_making = Lock()
_DOCS = Path(settings.BASE_DIR) / "docs"


def _find_guides(docs: Path) -> dict[str, Path]:
    """Return the guides by their address. Where somebody took the folder away, the desk starts without them."""
    named = [docs / f"{name}.md" for name in ("integrating", "finding", "formats")]
    return {
        path.relative_to(docs).as_posix(): path for path in (*named, *(docs / "examples").glob("*")) if path.is_file()
    }


_GUIDES: Final = _find_guides(_DOCS)
"""What an engineer at another newsroom reads of the desk: address below /api/v1/docs/ and file. No other file is served."""


def openapi() -> dict[str, Any]:
    """Return the document, made once per process: drf-spectacular's generator is not thread-safe."""
    with _making:
        return _openapi()


@lru_cache(maxsize=1)
def _openapi() -> dict[str, Any]:
    generator = SchemaGenerator(urlconf="factcheck.urls")
    document: dict[str, Any] = generator.get_schema(request=None, public=True)
    return document


@lru_cache(maxsize=1)
def _openapi_bytes() -> bytes:
    return orjson.dumps(openapi(), option=orjson.OPT_INDENT_2)


class OpenApi(ApiView):
    """The API description. Public: it contains no data of the desk."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def get(self, request: Request) -> Response:
        body = Raw(_openapi_bytes())
        return self.respond(request, body, etag=etag_of(body))


class NothingHere(ApiView):
    """Answer every unknown address below /api/v1/ with a problem document instead of the site's page."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    http_method_names: list[str] = []

    def http_method_not_allowed(self, request: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse every method, also one that has the name of a member of this class."""
        raise NotFound(
            "No resource has this address. Addresses carry no slash at their end, ids are UUIDs."
            f" {reverse('api:docs')} lists all of them."
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Skip authentication: every request is refused anyway."""


def problem_type(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page that a problem's `type` names. Public, as the API's description is."""
    try:
        status, title = known_problems()[code]
    except KeyError:
        raise Http404 from None
    about = {
        "code": code,
        "status": status,
        "title": title,
        "to_do": gettext(WHAT_TO_DO[status]) if status in WHAT_TO_DO else "",
        "docs_url": reverse("api:docs"),
    }
    return render(request, "api/problem_type.html", about)


def docs(request: HttpRequest) -> HttpResponse:
    about = {
        "sections": sections(openapi(), settings.SITE_URL),
        "info": openapi()["info"],
        "openapi_url": reverse("api:openapi"),
        "base_url": f"{settings.SITE_URL}/api/v1/",
        "guide_url": reverse("api:guide", args=["integrating.md"]),
    }
    return render(request, "api/docs.html", about)


def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the guide or one of its examples as plain text. Public, as the API's description is."""
    path = _GUIDES.get(name)
    if path is None:
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="text/plain; charset=utf-8")
