"""Resources of published fact-checks.

A fact-check's document is built at publication (publishing/documents.py), stored and sent as stored, so its fields are
declared here for the schema alone.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db.models import BooleanField, Case, TextField, When
from django.db.models.expressions import RawSQL

from annotations.models import RatingClass
from api.resources.addresses import FactCheckUrl
from api.resources.base import Resource
from api.resources.fields import (
    Choice,
    Count,
    DayOrMoment,
    Flag,
    Id,
    Json,
    Many,
    Moment,
    Number,
    One,
    Part,
    Sha256,
    Text,
    Url,
    Words,
)
from publishing.links import api_url
from publishing.models import FactCheck, FactCheckVersion

# `document_text` is a generated column without a field in the model: no row is loaded with its document twice.
STORED_TEXT = RawSQL('"publishing_factcheck"."document_text"', (), output_field=TextField())


class _PublicClaimantResource(Resource):
    name = Text()
    role = Text()
    same_as = Words(Url())


class _PublicAppearanceResource(Resource):
    article = Id()
    url = Text(null=True)
    source_ = Text()
    title = Text()
    published_at = Moment(null=True)
    quote = Text()
    mode = Text()
    said_at = DayOrMoment(null=True)


class _PublicClaimResource(Resource):
    id = Id()
    statement = Text()
    claimant = One(_PublicClaimantResource, null=True)
    appearances = Many(_PublicAppearanceResource)


class _PublicRatingResource(Resource):
    label_ = Text()
    class_ = Choice(RatingClass.values)
    definition = Text()
    value = Number(null=True)
    best = Number(null=True)
    worst = Number(null=True)


class _RationaleResource(Resource):
    """The same words in three forms."""

    markdown = Text()
    html = Text()
    text = Text()


class _PublicEvidenceResource(Resource):
    n = Count()
    stance = Choice(("supports", "refutes", "context"))
    source_ = Text()
    title = Text()
    url = Text(null=True)
    archived_url = Url(null=True)
    published_at = Moment(null=True)
    quote = Text()
    captured_at = Moment(null=True)
    note = Text()


class _PublicCorrectionResource(Resource):
    kind = Text()
    note = Text()
    at = Moment()
    version = Count()
    is_single_approval = Flag()


class FactCheckResource(Resource):
    """The approved content, as published. `claimreview` is null while it is suspended; `notice` then says why."""

    model = FactCheck
    stored = STORED_TEXT

    id = Id()
    slug = Text()
    url = Url()
    canonical_url = Url(null=True)
    version = Count()
    etag = Sha256()
    state = Choice(("published", "suspended", "retracted", "superseded"))
    language = Text()
    headline = Text()
    topics = Words()
    byline = Words()
    claim = Part(_PublicClaimResource)
    rating = One(_PublicRatingResource, null=True)
    summary = Text()
    rationale = Part(_RationaleResource)
    evidence = Many(_PublicEvidenceResource)
    claimant_contact = Json(null=True)
    published_at = Moment()
    modified_at = Moment()
    corrections = Many(_PublicCorrectionResource)
    claimreview = Json(null=True)
    notice = Text(optional=True)


class FactCheckVersionResource(Resource):
    """A published version; its content, as it was then, stands at `url`."""

    model = FactCheckVersion
    joined = ("payload",)

    number = Count()
    url = Url(value=lambda version: api_url(f"fact-checks/{version.fact_check_id}/versions/{version.number}"))
    kind = Text(blank_is_null=True)
    note = Text()
    published_at = Moment()
    sha256 = Sha256(source="document_sha256")
    is_single_approval = Flag()
    is_removed = Flag(value=lambda version: version.payload.body is None)


class CorrectionResource(Resource):
    """A line of the corrections log."""

    model = FactCheckVersion
    joined = ("fact_check",)

    fact_check = Id(source="fact_check_id")
    url = FactCheckUrl(of="fact_check")
    headline = Text(source="fact_check.headline")
    kind = Text()
    note = Text()
    at = Moment(source="published_at")
    version = Count(source="number")
    is_single_approval = Flag()


_WITH_NOTICE = RawSQL(
    '("publishing_factcheck"."document" || jsonb_build_object(\'notice\', "publishing_factcheck"."notice"))::text',
    (),
    output_field=TextField(),
)
CURRENT_TEXT = Case(When(state=FactCheck.State.PUBLISHED, then=STORED_TEXT), default=_WITH_NOTICE)


@dataclass(slots=True)
class DocumentFilter:
    """Conditions on a stored fact-check, whichever column holds it: the live one, or that of a version."""

    conditions: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def rating(self, label_or_class: str) -> None:
        condition = "(lower({d}->'rating'->>'label') = lower(%s) OR {d}->'rating'->>'class' = %s)"
        self._add(condition, label_or_class, label_or_class)

    def claimant(self, name: str) -> None:
        self._add("lower({d}->'claim'->'claimant'->>'name') = lower(%s)", name)

    def language(self, tag: str) -> None:
        self._add("lower({d}->>'language') = lower(%s)", tag)

    def articles(self, article_ids: list[UUID], url: str = "") -> None:
        """Match documents with an appearance in one of the articles, or at the address."""
        wanted: list[dict[str, str]] = [{"article": str(article)} for article in article_ids]
        wanted += [{"url": url}] if url else []
        tests = " OR ".join(["{d}->'claim'->'appearances' @> %s::jsonb"] * len(wanted)) or "false"
        self._add(f"({tests})", *[orjson.dumps([one]).decode() for one in wanted])

    def words(self, text: str) -> None:
        for word in text.split()[:16]:
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            self._add("concat_ws(' ', {d}->>'headline', {d}->>'summary', {d}->'claim'->>'statement') ILIKE %s", pattern)

    def on(self, document: str) -> str:
        return " AND ".join(condition.replace("{d}", document) for condition in self.conditions) or "true"

    def as_condition(self) -> RawSQL:
        """Return the same for a queryset of fact-checks."""
        condition = self.on('"publishing_factcheck"."document"')
        return RawSQL(condition, tuple(self.params), output_field=BooleanField())

    def _add(self, condition: str, *params: Any) -> None:
        self.conditions.append(condition)
        self.params += params
