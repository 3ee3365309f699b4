"""Find passages for or against a claim, and checks of claims in a story."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim
from annotations.services.finder import PassageFilters, find_passages
from api.base import ApiView
from api.cursors import limit_of
from api.inputs.finding import LookupBody
from api.params import bad, bool_param, choice_param, moment_param, number_param, score_param, text_param, uuid_param
from api.resources.discovery import (
    ArticleSearchResource,
    LookupAnswerResource,
    LookupAnswersResource,
    PassageAnswerResource,
)
from api.resources.filters import in_language
from api.schema.describe import describe
from api.views.common import existing
from articles.models import Article
from articles.services.search import DATE, RELEVANCE, find_articles
from publishing.services.checks import LEAST_SCORE
from publishing.services.lookup import Match, lookup_text, lookup_texts, lookup_url

_FILTERS = ("not_claimant", "other_source", "has_number", "contradiction")


class Passages(ApiView):
    required_scopes = {"GET": ("claims:read", "articles:read")}
    query_params = frozenset(
        {"q", "claim", "limit", "source", "language", "published_since", "published_until", *_FILTERS}
    )

    @describe(
        "findPassages",
        "Passages for a claim or a question, best first",
        returns=PassageAnswerResource,
        errors=(404,),
        most=100,
    )
    def get(self, request: Request) -> Response:
        words, claim_id = text_param(request, "q"), uuid_param(request, "claim")
        if not words and claim_id is None:
            raise bad("q", "Say in q what to look for, or in claim for which claim.")
        claim = None
        if claim_id is not None:
            claim = existing(Claim.objects.standing().select_related("claimant").filter(pk=claim_id).first())
        found = find_passages(
            question=words,
            claim=claim,
            filters=_filters(request),
            limit=limit_of(request, default=20, most=100),
        )
        return self.respond(request, PassageAnswerResource.shared().to_representation(found))


def _filters(request: Request) -> PassageFilters:
    return PassageFilters(
        is_not_claimant=bool_param(request, "not_claimant"),
        is_other_source=bool(bool_param(request, "other_source")),
        has_number=bool(bool_param(request, "has_number")),
        is_contradiction=bool(bool_param(request, "contradiction")),
        source_id=uuid_param(request, "source"),
        language=text_param(request, "language"),
        published_since=moment_param(request, "published_since"),
        published_until=moment_param(request, "published_until"),
    )


class ArticleSearch(ApiView):
    required_scopes = {"GET": "articles:read"}
    query_params = frozenset({"q", "sort", "source", "language", "published_since", "published_until", "limit", "page"})

    @describe(
        "searchArticles",
        "Articles that have the words, those with all of them first, with their best passages",
        returns=ArticleSearchResource,
        most=100,
    )
    def get(self, request: Request) -> Response:
        words = text_param(request, "q")
        if not words:
            raise bad("q", "Say in q what to look for.")
        limit, number = limit_of(request, default=20, most=100), number_param(request, "page", least=1, most=1_000) or 1
        found = find_articles(
            words,
            _narrowed(request),
            sort=DATE if choice_param(request, "sort", ("relevance", "date")) == "date" else RELEVANCE,
            page=str(number),
            size=limit,
        )
        answer = ArticleSearchResource.shared().to_representation(found)
        answer["next"] = _page_link(request, number + 1) if found.has_more else None
        answer["previous"] = _page_link(request, number - 1) if number > 1 else None
        return self.respond(request, answer)


def _narrowed(request: Request) -> QuerySet[Article]:
    found = Article.objects.readable().select_related("source")
    if source := uuid_param(request, "source"):
        found = found.of_source(source)
    conditions: dict[str, Any] = {
        "published_at__gte": moment_param(request, "published_since"),
        "published_at__lt": moment_param(request, "published_until"),
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value is not None})
    language = text_param(request, "language")
    return found.filter(in_language(language)) if language else found


def _page_link(request: Request, number: int) -> str:
    params = [(name, value) for name, value in request.query_params.items() if name != "page"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*params, ('page', number)])}")


class Lookup(ApiView):
    required_scopes = {"GET": ("feed:read", "claims:read"), "POST": ("feed:read", "claims:read")}
    query_params = frozenset({"url", "text", "least_score"})
    max_body_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @describe("lookUp", "What of a story is already checked, by us or by others", returns=LookupAnswerResource)
    def get(self, request: Request) -> Response:
        url, text = text_param(request, "url"), text_param(request, "text")
        if bool(url) == bool(text):
            raise bad("url", "Give either url or text.")
        least = score_param(request, "least_score")
        found = lookup_url(url) if url else lookup_text(text, least_score=LEAST_SCORE if least is None else least)
        return self.respond(request, _matches(found))

    # POST, although it changes nothing: a story is longer than servers take an address to be.
    @describe(
        "lookUpTexts",
        "What of a long story, or of up to 100 texts, is already checked",
        takes=LookupBody,
        returns=LookupAnswersResource,
    )
    def post(self, request: Request) -> Response:
        values = self.body(LookupBody)
        least = values.get("least_score", LEAST_SCORE)
        if "text" in values:
            return self.respond(request, _matches(lookup_text(values["text"], least_score=least)))
        found = lookup_texts(values["texts"], least_score=least)
        return self.respond(request, {"results": [_matches(matches) for matches in found]})


def _matches(found: list[Match]) -> dict[str, Any]:
    answer: dict[str, Any] = LookupAnswerResource.shared().to_representation({"matches": found})
    return answer
