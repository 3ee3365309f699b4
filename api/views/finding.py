"""Finding: passages for or against a claim, and what of a story is already checked."""

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim
from annotations.services.finder import FoundPassage, PassageFilters, find_passages
from api.base import ApiView
from api.cursors import limit_of
from api.inputs.finding import LookupBody
from api.params import bad, bool_param, moment_param, score_param, text_param, uuid_param
from api.schema.describe import describe
from api.views.common import existing
from publishing.models import ForeignCheck
from publishing.services.checks import LEAST_SCORE
from publishing.services.lookup import Match, lookup_text, lookup_texts, lookup_url

_AS_THEY_ARE = (
    "published_at", "language", "revision", "start", "end", "exact", "before", "after", "score", "other_numbers",
)  # fmt: skip
_FILTERS = ("not_claimant", "other_source", "has_number", "contradiction")


class Passages(ApiView):
    required_scopes = {"GET": ("claims:read", "articles:read")}
    query_params = frozenset(
        {"q", "claim", "limit", "source", "language", "published_since", "published_until", *_FILTERS}
    )

    @describe("Passages for a claim or a question, best first", returns="PassageAnswer", most=100)
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
        answer = {
            "results": [_passage(hit) for hit in found.hits],
            "next": None,
            "previous": None,
            "question": found.question,
            "names": found.names,
            "beside": found.beside,
            "not_claimant": bool(found.filters.is_not_claimant),
            "left_out": found.left_out,
            "note": found.note,
        }
        return self.respond(request, answer)


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


def _passage(hit: FoundPassage) -> dict[str, Any]:
    return {
        "article": {"id": hit.article_id, "title": hit.title, "url": hit.url},
        "source": hit.source or None,
        **{name: getattr(hit, name) for name in _AS_THEY_ARE},
        "marks": [list(span) for span in hit.marks],
        "reasons": [asdict(reason) for reason in hit.reasons],
        "said_by_claimant": hit.is_said_by_claimant,
        "contradiction": hit.is_contradiction,
        "copies": hit.copies,
    }


class Lookup(ApiView):
    required_scopes = {"GET": ("feed:read", "claims:read"), "POST": ("feed:read", "claims:read")}
    query_params = frozenset({"url", "text", "least_score"})

    @describe("What of a story is already checked, by us or by others", returns="LookupAnswer")
    def get(self, request: Request) -> Response:
        url, text = text_param(request, "url"), text_param(request, "text")
        if bool(url) == bool(text):
            raise bad("url", "Give either url or text.")
        least = score_param(request, "least_score")
        found = lookup_url(url) if url else lookup_text(text, least_score=LEAST_SCORE if least is None else least)
        return self.respond(request, _matches(found))

    @describe(
        "What of a long story, or of up to 100 texts, is already checked", takes=LookupBody, returns="LookupAnswers"
    )
    def post(self, request: Request) -> Response:
        values = self.body(LookupBody)
        least = values.get("least_score", LEAST_SCORE)
        if "text" in values:
            return self.respond(request, _matches(lookup_text(values["text"], least_score=least)))
        found = lookup_texts(values["texts"], least_score=least)
        return self.respond(request, {"results": [_matches(matches) for matches in found]})


def _matches(found: list[Match]) -> dict[str, Any]:
    return {"matches": [_match(one) for one in found]}


def _match(match: Match) -> dict[str, Any]:
    return {
        "fact_check": match.fact_check,
        "foreign": match.foreign and _foreign(match.foreign),
        "claim": match.claim,
        "score": match.score,
        "other_numbers": list(match.other_numbers),
    }


def _foreign(check: ForeignCheck) -> dict[str, Any]:
    return {
        "publisher": check.publisher, "url": check.url or None, "label": check.label,
        "claimreview": check.document.get("claimreview"),
        "earlier": [
            {"claim": wording.claim_text, "label": wording.label, "until": wording.replaced_at}
            for wording in check.earlier.all()
        ],
    }  # fmt: skip
