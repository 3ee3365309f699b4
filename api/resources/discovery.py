"""Finding: passages, and what is already checked. Standards of others are named here without their fields."""

from typing import Any, ClassVar

from api.resources.base import Resource
from api.resources.fact_checks import FactCheckResource
from api.resources.fields import (
    Count,
    Flag,
    Id,
    Json,
    Many,
    Moment,
    One,
    Part,
    ReadField,
    Schema,
    Score,
    Share,
    Text,
    Url,
    Words,
)


class _ArticleNameResource(Resource):
    id = Id(source="article_id")
    title = Text()
    url = Url(null=True)


class _PassageReasonResource(Resource):
    """Why a passage is here."""

    code = Text()
    words = Text()


class _Spans(ReadField):
    """Pairs of offsets."""

    kind: ClassVar[Schema] = {
        "type": "array",
        "items": {"type": "array", "items": Count.kind, "minItems": 2, "maxItems": 2},
    }

    def to_representation(self, value: Any) -> Any:
        return [list(span) for span in value]


class _PassageHitResource(Resource):
    """A sentence with its surroundings; offsets are code points of the revision's text, those of `marks` of `exact`.
    `reasons` say in words why it is here, best known first.
    """

    article = Part(_ArticleNameResource)
    source_ = Text(blank_is_null=True)
    published_at = Moment(null=True)
    language = Text()
    revision = Count()
    start = Count()
    end = Count()
    exact = Text()
    before = Text()
    after = Text()
    score = Score()
    marks = _Spans()
    reasons = Many(_PassageReasonResource)
    other_numbers = Words()
    said_by_claimant = Flag(source="is_said_by_claimant")
    contradiction = Flag(source="is_contradiction")
    copies = Words(Id())


class PassageAnswerResource(Resource):
    """Passages for the question, best first; none where nothing was found. `names` and `beside` are words to narrow it
    with; `note` says why the words served alone, where they did; `left_out` counts the claim's own words and what filters
    took. Where there is none, `nearby` are passages published on those days about those names.
    """

    results = Many(_PassageHitResource, source="hits")
    next = Url(null=True, value=lambda _: None)
    previous = Url(null=True, value=lambda _: None)
    question = Text()
    names = Words()
    beside = Words()
    not_claimant = Flag(value=lambda found: bool(found.filters.is_not_claimant))
    left_out = Count()
    note = Text()
    nearby = Many(_PassageHitResource)


class _FoundArticleNameResource(Resource):
    id = Id()
    title = Text()
    url = Url(null=True)
    source_ = Text(value=lambda article: article.source.name if article.source else None, null=True)
    published_at = Moment(null=True)
    language = Text()


class _FoundPlaceResource(Resource):
    """A stretch of the article with words of the question; offsets are those of its first word, in code points."""

    text = Text()
    start = Count()
    end = Count()


class _FoundArticleResource(Resource):
    """`missing` are the words of the question that the article lacks."""

    article = One(_FoundArticleNameResource)
    missing = Words()
    passages = Many(_FoundPlaceResource, source="snippets")


class ArticleSearchResource(Resource):
    """A page of articles. `total` counts all of them up to a thousand, `total_with_all` those with every word. A question of
    nothing but common words finds nothing, and `only_common_words` says so.
    """

    results = Many(_FoundArticleResource, source="rows")
    next = Url(null=True, value=lambda _: None)
    previous = Url(null=True, value=lambda _: None)
    total = Count()
    total_with_all = Count()
    more_than_counted = Flag(source="is_more_than_counted")
    only_common_words = Flag(source="is_only_common_words")


class _EarlierWordingResource(Resource):
    """The wording until then."""

    claim = Text(source="claim_text")
    label_ = Text()
    until = Moment(source="replaced_at")


class _ForeignCheckResource(Resource):
    """A check of another desk."""

    publisher = Text()
    url = Url(blank_is_null=True)
    label_ = Text()
    claimreview = Json(null=True, value=lambda check: check.document.get("claimreview"))
    earlier = Many(_EarlierWordingResource, value=lambda check: check.earlier.all())


class _StoredFactCheck(One):
    """A fact-check's document as it is stored."""

    def to_representation(self, value: object) -> object:
        return value


class _LookupMatchResource(Resource):
    """`other_numbers`: numbers of the claim where the text names others; such a match scores lower."""

    fact_check = _StoredFactCheck(FactCheckResource, null=True)
    foreign = One(_ForeignCheckResource, null=True)
    claim = Text()
    score = Share()
    other_numbers = Words()


class LookupAnswerResource(Resource):
    matches = Many(_LookupMatchResource)


class LookupAnswersResource(Resource):
    """For `texts` one answer each in `results`, in their order; for `text` its `matches`."""

    matches = Many(_LookupMatchResource, optional=True)
    results = Many(LookupAnswerResource, optional=True)


class _Opaque(Resource):
    """A document of another standard: its schema says no more than that."""

    opaque: Schema = {}

    @classmethod
    def json_schema(cls) -> Schema:
        return {**cls.opaque, "description": " ".join((cls.__doc__ or "").split())}


class JsonLdResource(_Opaque):
    """A JSON-LD document of the standard that the address names."""

    opaque = {"type": "object", "additionalProperties": True}


class NinjsResource(_Opaque):
    """A ninjs 3.1 item (IPTC)."""

    opaque = {"type": "object", "additionalProperties": True}


class AtomResource(_Opaque):
    """An Atom feed (RFC 4287)."""

    opaque = {"type": "string"}


class FileResource(_Opaque):
    """A file."""

    opaque = {"type": "string", "format": "binary"}
