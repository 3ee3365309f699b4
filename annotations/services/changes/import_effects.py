"""Tell what new texts of articles do to claims, before and after an import."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from annotations.models import Appearance, Claim, Evidence, Placement, RecheckTask
from annotations.services.changes.placements import anchors_in, judge_placement
from annotations.workflow import LIVE
from articles.models import Article, ArticleRevision, ImportRun, PendingRevision
from core.diff.words import Hunk, word_diff

MOST_CHANGES = 200  # per article, so that a page stays readable; the counts cover all
_AT_ONCE = 50  # articles per batch: each holds two whole texts in memory
_VERBS = (("changed", "changes"), ("moved", "moves"), ("orphaned", "orphans"))


@dataclass(frozen=True, slots=True)
class _ClaimChange:
    """The effect on one passage of one claim. `new` is empty where the words are gone."""

    claim: Claim
    passage_id: UUID
    status: str
    old: str
    new: str
    is_harmless: bool
    is_evidence: bool
    task: RecheckTask | None = None

    @property
    def diff(self) -> list[Hunk]:
        return word_diff(self.old, self.new) if self.new else []

    @property
    def is_published(self) -> bool:
        return any(verdict.status in LIVE for verdict in self.claim.verdicts.all())


@dataclass(slots=True)
class ArticleEffect:
    """The effects on one article.

    `counts` has the number of claims by status: changed, moved, orphaned, placed. `changes` lists all but the placed.
    """

    article: Article
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Placement.Status.values, 0))
    changes: list[_ClaimChange] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Return the counts in words: "Changes 3 claims, moves 1, orphans 1"."""
        told = [(verb, self.counts[status]) for status, verb in _VERBS if self.counts[status]]
        if not told:
            return gettext("Touches no claim")
        (verb, count), *others = told
        words = [f"{verb} {count} {'claim' if count == 1 else 'claims'}", *(f"{verb} {n}" for verb, n in others)]
        return ", ".join(words).capitalize()


@dataclass(frozen=True, slots=True)
class _Use:
    """One claim that uses a passage."""

    claim: Claim
    is_evidence: bool


def articles_with_claims(article_ids: Collection[UUID]) -> set[UUID]:
    """Return the articles with standing claims or evidence.

    An import holds their new texts until a person has seen the effect.
    """
    found: set[UUID] = set()
    for model in (Appearance, Evidence):
        resting = model.objects.of_standing_claims().filter(
            passage__article__in=article_ids, passage__is_withdrawn=False
        )
        found |= set(resting.order_by().values_list("passage__article", flat=True).distinct())
    return found


def effects_of(versions: Iterable[tuple[UUID, str]]) -> list[ArticleEffect]:
    """Compute the effects of new texts, given as (article id, text). Writes nothing."""
    return [effect for batch in batched(versions, _AT_ONCE) for effect in _list_effects(dict(batch))]


def _list_effects(texts: Mapping[UUID, str]) -> Iterator[ArticleEffect]:
    articles = Article.objects.in_bulk(articles_with_claims(texts.keys()))
    for article_id, text in texts.items():
        if article := articles.get(article_id):
            yield _build_effect(article, text)


def _build_effect(article: Article, text: str) -> ArticleEffect:
    found = anchors_in(article=article, text=text)
    resting = _load_uses({placement.passage_id for placement, _ in found})
    rows = []
    for placement, anchor in found:
        # The same judgement as when the text is placed, so that the preview never promises something else.
        status, is_harmless = judge_placement(placement, anchor, language=article.language)
        if status == placement.status == Placement.Status.ORPHANED:
            continue  # an orphan that stays one is no news
        old = placement.exact or placement.passage.exact
        rows += [
            _ClaimChange(
                rest.claim, placement.passage_id, status, old, anchor.exact or "", is_harmless, rest.is_evidence
            )
            for rest in resting[placement.passage_id]
        ]
    return _count_changes(article, rows)


def _count_changes(article: Article, rows: Iterable[_ClaimChange]) -> ArticleEffect:
    claims: dict[str, set[UUID]] = defaultdict(set)
    effect = ArticleEffect(article)
    for row in rows:
        claims[row.status].add(row.claim.pk)
        if row.status != Placement.Status.PLACED and len(effect.changes) < MOST_CHANGES:
            effect.changes.append(row)
    effect.counts |= {status: len(found) for status, found in claims.items()}
    return effect


def _load_uses(passage_ids: Collection[UUID]) -> dict[UUID, list[_Use]]:
    resting: dict[UUID, list[_Use]] = defaultdict(list)
    for model in (Appearance, Evidence):
        rows: Any = model.objects.of_standing_claims().filter(passage__in=passage_ids)
        for row in rows.select_related("claim").prefetch_related("claim__verdicts").order_by("created_at", "pk"):
            resting[row.passage_id].append(_Use(row.claim, model is Evidence))
    return resting


@dataclass(frozen=True, slots=True)
class _Made:
    """The effects of a finished run. `waiting` counts new texts not placed yet.

    Readers still see the old text of those.
    """

    effects: list[ArticleEffect]
    waiting: int


def effects_made(*, run: ImportRun) -> _Made:
    """Return the effects of the run's new revisions, each with its recheck task.

    The first 200 changed passages.
    """
    revisions = ArticleRevision.objects.filter(import_items__run=run, number__gt=1)
    placements = (
        Placement.objects.filter(revision__in=revisions.values("pk"))
        .exclude(status=Placement.Status.PLACED)
        .select_related("passage__article")
        .order_by("passage__article", "start", "pk")[:MOST_CHANGES]
    )
    found = list(placements)
    resting = _load_uses({placement.passage_id for placement in found})
    tasks = {(task.placement_id, task.claim_id): task for task in RecheckTask.objects.filter(placement__in=found)}
    by_article: dict[Article, list[_ClaimChange]] = defaultdict(list)
    for placement in found:
        by_article[placement.passage.article] += [
            _ClaimChange(
                rest.claim,
                placement.passage_id,
                placement.status,
                placement.passage.exact,
                placement.exact,
                placement.is_harmless,
                rest.is_evidence,
                tasks.get((placement.pk, rest.claim.pk)),
            )
            for rest in resting[placement.passage_id]
        ]
    waiting = PendingRevision.objects.filter(revision__in=revisions.values("pk")).count()
    return _Made([_count_changes(article, rows) for article, rows in by_article.items() if rows], waiting)
