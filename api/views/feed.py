"""The change feed and the corrections log."""

from urllib.parse import urlencode

from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.conditions import etag_of
from api.cursors import limit_of
from api.json import dumps
from api.listing import list_page
from api.params import choice_param, moment_param, number_param
from api.resources.base import page_of
from api.resources.changes import ChangesResource, feed_page, feed_state
from api.resources.fact_checks import CorrectionResource
from api.schema.describe import describe
from api.views.fact_checks import READ, document_filter
from core.errors import Gone
from publishing.models import Change, FactCheck, FactCheckVersion
from publishing.services.feed import number_changes

MOST_CHANGES = 1_000


class _CursorExpired(Gone):
    code = "cursor-expired"
    title = "This place in the feed no longer exists"


class Changes(ApiView):
    required_scopes = {"GET": "feed:read"}
    query_params = frozenset(
        {"after", "start", "limit", "kind", "rating", "claimant", "language", "article", "article_url", "updated_since"}
    )

    @describe(
        "listChanges",
        "What changed after a place in the feed",
        returns=ChangesResource,
        most=MOST_CHANGES,
        errors=(410,),
    )
    def get(self, request: Request) -> Response:
        given = number_param(request, "after")
        limit = limit_of(request, default=100, most=MOST_CHANGES)
        kind = choice_param(request, "kind", Change.Kind.values)
        wanted, since = document_filter(request), moment_param(request, "updated_since")
        after, start = given or 0, number_param(request, "start") or 0
        # A reader who comes before the next beat numbers what was committed meanwhile, and need not wait for it.
        number_changes()
        state = feed_state(after=after, start=start)
        if given is None:
            start = state.high
        elif state.is_expired:
            raise _expired(request)
        found = feed_page(after=after, limit=limit, kind=kind, wanted=wanted, since=since)
        reached = found.last_seq if found.has_more and found.last_seq else max(after, state.high)
        tail = dumps({"next": _next(request, reached, start), "has_more": found.has_more})
        # The digests of the documents stand for them: hashing megabytes took a tenth of the page's time.
        etag = etag_of("\n".join(found.marks).encode() + tail)
        return self.respond(request, b"".join([b'{"items":[', *found.pieces, b"],", tail[1:]]), etag=etag)


class Corrections(ApiView):
    required_scopes = {"GET": READ}
    query_params = frozenset({"limit", "cursor"})

    @describe("listCorrections", "The corrections log, newest first", returns=page_of(CorrectionResource))
    def get(self, request: Request) -> Response:
        found = FactCheckVersion.objects.exclude(kind__in=["", "refile"])
        found = found.exclude(fact_check__state=FactCheck.State.REMOVED)
        return list_page(self, request, CorrectionResource, found, order="-published_at")


def _next(request: Request, reached: int, start: int) -> str:
    """Return the address to poll next. `start` stays in it until the reader has caught up with the initial end."""
    kept = [(name, value) for name, value in request.query_params.items() if name not in {"after", "start"}]
    begun = [("start", start)] if start > reached else []
    return request.build_absolute_uri(f"{request.path}?{urlencode([('after', reached), *begun, *kept])}")


def _expired(request: Request) -> _CursorExpired:
    kept = [(name, value) for name, value in request.query_params.items() if name not in {"after", "start"}]
    query = f"?{urlencode(kept)}" if kept else ""
    return _CursorExpired(
        "Deletions that you have not seen are no longer kept, or this place was never reached. Begin again at `restart`"
        " and drop what the feed does not name.",
        restart=request.build_absolute_uri(request.path + query),
    )
