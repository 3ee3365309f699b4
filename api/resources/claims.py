"""Claims with their appearances, evidence, newest verdict and fact-check."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextField, When

from annotations.models import Appearance, Claim, Claimant, Evidence, Passage, Placement, Verdict
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
    NamedChoice,
    Null,
    Number,
    One,
    Path,
    Priority,
    Text,
    Url,
    Words,
)
from api.resources.people import PersonResource
from api.resources.problems import ProblemResource
from api.resources.verdicts import VerdictResource
from articles.models import TextBands
from publishing.models import FactCheck


class ClaimantResource(Resource):
    model = Claimant

    id = Id()
    name = Text()
    kind = Choice(Claimant.Kind.values)
    role = Text()
    same_as = Words(Url())
    created_at = Moment()


class _SuggestionResource(Resource):
    """A place where the words may stand instead."""

    start = Count()
    end = Count()
    exact = Text()
    score = Number()


class _StoredSuggestion(One):
    """A suggestion as it is stored: one JSON value."""

    def get_attribute(self, instance: Any) -> Any:
        return instance.suggestion

    def to_representation(self, value: Any) -> Any:
        return Json().to_representation(value)

    def compile(self, prefix: str = "") -> Any:
        return F(f"{prefix}suggestion")


class _PlacementResource(Resource):
    """The place of a passage in one revision: zero-based half-open code points; no offsets while it is orphaned."""

    model = Placement

    id = Id()
    revision = Count(source="revision.number")
    start = Count(null=True)
    end = Count(null=True)
    exact = Text()
    status = Choice(Placement.Status.values)
    confirmed_at = Moment(null=True)
    suggestion = _StoredSuggestion(_SuggestionResource, null=True)


def _placed(passage: str, article: str) -> Any:
    """Return the rows of a passage's placement in the article's current revision."""

    def rows(path: Path) -> QuerySet[Any]:
        current = path(f"{article}.current_revision_id")
        return Placement.objects.filter(passage=path(passage), revision=current).order_by()

    return rows


class AppearanceResource(Resource):
    """Words that state a claim, with their place in the newest revision."""

    model = Appearance
    is_compiled = True

    id = Id()
    article = Id(source="passage.article_id")
    exact = Text(source="passage.exact")
    prefix = Text(source="passage.prefix")
    suffix = Text(source="passage.suffix")
    mode = NamedChoice("SpeechMode", blank_is_null=True)
    said_at = DayOrMoment(null=True, time_is_known="has_said_time")
    said_where = Text()
    relayed_via = Text()
    placement = One(_PlacementResource, null=True, rows=_placed("passage_id", "passage.article"))

    @classmethod
    def all_rows(cls) -> QuerySet[Any]:
        return Appearance.objects.filter(removed_at=None)


class _EvidencePassageResource(Resource):
    """A passage of an article; the members of an appearance, those about speech null."""

    model = Passage

    id = Id()
    article = Id(source="article_id")
    exact = Text()
    prefix = Text()
    suffix = Text()
    mode = Null(NamedChoice("SpeechMode"))
    said_at = Null(DayOrMoment())
    said_where = Null(Text())
    relayed_via = Null(Text())
    placement = One(_PlacementResource, null=True, rows=_placed("pk", "article"))


def _quote(path: Path) -> Any:
    is_outside = Q(**{f"{path('passage').name}__isnull": True})
    return Case(When(is_outside, then=path("quote")), default=path("passage.exact"), output_field=TextField())


def _is_compared(evidence: Evidence) -> bool:
    return evidence.passage is None or TextBands.objects.filter(article=evidence.passage.article_id).exists()


def _is_compared_sql(path: Path) -> Any:
    article = OuterRef(path("passage.article_id").name)
    is_outside = Q(**{f"{path('passage').name}__isnull": True})
    return ExpressionWrapper(
        is_outside | Q(Exists(TextBands.objects.filter(article=article))), output_field=BooleanField()
    )


class EvidenceResource(Resource):
    """`n` is the number of [En] in the rationale. `verified`: who found the quote where it is said to be."""

    model = Evidence
    is_compiled = True

    id = Id()
    claim = Id(source="claim_id")
    n = Count(source="number")
    stance = Choice(Evidence.Stance.values)
    source_class = NamedChoice("SourceClass", blank_is_null=True)
    note = Text()
    cited_as = Text()
    passage = One(_EvidencePassageResource, null=True)
    url = Url(blank_is_null=True)
    quote = Text(
        value=lambda evidence: evidence.passage.exact if evidence.passage else evidence.quote, expression=_quote
    )
    archived_url = Url(blank_is_null=True)
    accessed_at = Moment(null=True)
    verified = NamedChoice("Verification", blank_is_null=True)
    # Until its article was compared with others, evidence counts as no source of its own (services/independence.py).
    is_compared = Flag(value=_is_compared, expression=_is_compared_sql)

    @classmethod
    def all_rows(cls) -> QuerySet[Any]:
        return Evidence.objects.standing()


class _ClaimFactCheckResource(Resource):
    """The claim's published check."""

    model = FactCheck

    id = Id()
    url = FactCheckUrl()
    version = Count()
    state = Text()


class ClaimResource(Resource):
    """A checkable statement with all under it; `verdict` is its newest version."""

    model = Claim
    is_compiled = True
    version_column = "edit_number"

    id = Id()
    statement = Text()
    claimant = One(ClaimantResource, null=True)
    state = Choice(Claim.State.values)
    parked_reason = Text()
    selection_reason = Text()
    topics = Words()
    assigned_to = One(PersonResource, null=True)
    reviewer = One(PersonResource, null=True)
    priority = Priority()
    due_at = Moment(null=True)
    appearances = Many(
        AppearanceResource,
        key="claim",
        order=("created_at", "id"),
        rows=lambda _: Appearance.objects.filter(removed_at=None),
    )
    evidence = Many(EvidenceResource, key="claim", order=("number",), rows=lambda _: Evidence.objects.standing())
    verdict = One(VerdictResource, null=True, key="claim", order=("-version",), rows=lambda _: Verdict.objects.all())
    fact_check = One(_ClaimFactCheckResource, null=True, key="claim", rows=lambda _: FactCheck.objects.all())
    created_by = One(PersonResource, null=True)
    created_at = Moment()
    updated_at = Moment()

    @classmethod
    def all_rows(cls) -> QuerySet[Any]:
        return Claim.objects.standing()


# Under a claim that was just made stands nothing but its appearances.
EMPTY_AT_FIRST = frozenset({"assigned_to", "reviewer", "evidence", "verdict", "fact_check"})


class _ClaimOutcomeResource(Resource):
    """The outcome of one claim of a call: `id` where it was created (201), else `problem`."""

    status = Count()
    id = Id(optional=True)
    problem = One(ProblemResource, optional=True)


class ClaimOutcomesResource(Resource):
    """The outcome of each claim of the call, in order."""

    results = Many(_ClaimOutcomeResource)
