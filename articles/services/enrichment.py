"""What may follow an import in the background: details that the text suggests, and the same copy in another outlet.

A revision without a signature is the work that is left; it gets one when both are done, in the same transaction.
"""

import itertools
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import AlsoPublished, Article, ArticleRevision, Proposal, TextBands
from articles.near_duplicates import THRESHOLD, THROUGH_OTHERS, Signature, bands, signature, similarity
from articles.services.planning import from_text
from articles.text import Block, CanonicalText
from core.errors import NotFound

AT_ONCE = 25
# A key that so many share is boilerplate; looking at more would cost more than it finds.
_MOST_CANDIDATES = 200
# Of one copy; all pairs among them are compared.
_MOST_LINKED = 50
_LOCK = 0x1F3A7_0003


def enrich_revisions(*, limit: int = AT_ONCE) -> int:
    """Look at up to `limit` revisions that nobody has looked at. Returns how many; 0 means that none is left, or that
    somebody else is at it: this may wait, so it never takes more than one process.
    """
    with acting(None):
        if not _is_alone():
            return 0
        waiting = ArticleRevision.objects.filter(minhash=None).order_by("captured_at", "pk")
        revisions = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("article")[:limit])
        for revision in revisions:
            _propose(revision)
            _compare(revision)
    return len(revisions)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def dismiss_also_published(*, one_id: UUID, other_id: UUID, person: User) -> None:
    """A person says that these two are not the same copy: they count apart again, for ever."""
    check_permission(person, "article.edit")
    with acting(person):
        pair = AlsoPublished.objects.filter(article__in=[one_id, other_id], other__in=[one_id, other_id])
        if not pair.update(is_dismissed=True):
            raise NotFound("These two are not linked. Nothing was changed.")


def copies_of(article_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each of the articles with one that stands for all of them that carry the same copy; itself where none does."""
    leaders = {pk: pk for pk in article_ids}
    if len(leaders) < 2:
        return leaders
    pairs = AlsoPublished.objects.filter(article__in=leaders, other__in=leaders, is_dismissed=False)
    for one, other in pairs.order_by("pk").values_list("article", "other"):
        kept, left = leaders[one], leaders[other]
        leaders |= {pk: kept for pk, leader in leaders.items() if leader == left}
    return leaders


def _propose(revision: ArticleRevision) -> None:
    article = revision.article
    found = from_text(canonical_of(revision), article.file_name or "", article)
    Proposal.objects.bulk_create(
        [Proposal(article=article, field=field, value=value, basis=basis) for field, value, basis in found],
        ignore_conflicts=True,
    )


def _compare(revision: ArticleRevision) -> None:
    """Link the article with those that carry the same copy, unless a later revision was compared before."""
    own = signature(revision.text)
    ArticleRevision.objects.filter(pk=revision.pk).update(minhash=list(own))
    kept = TextBands.objects.select_related("revision").filter(article=revision.article_id).first()
    if kept and kept.revision.number > revision.number:
        return
    keys = bands(own)
    TextBands.objects.update_or_create(article=revision.article, defaults={"revision": revision, "bands": keys})
    pairs = [_pair(revision.article, other, alike) for other, alike in _alike(revision.article, own, keys)]
    AlsoPublished.objects.bulk_create(pairs, ignore_conflicts=True)
    if pairs:
        _link_through_others(revision.article)


def _link_through_others(article: Article) -> None:
    """Link all that are copies of one another over any number of steps and alike enough themselves.

    A pair that a person dismissed stays dismissed, and nothing is linked through it.
    """
    reached = _reached(article)
    bands_of = TextBands.objects.filter(article__in=reached).select_related("article", "revision").order_by("article")
    members = [(one.article, tuple(one.revision.minhash or ())) for one in bands_of.defer("revision__text")]
    known = AlsoPublished.objects.filter(article__in=reached, other__in=reached).values_list("article", "other")
    linked = {frozenset(pair) for pair in known}
    found = [
        _pair(one, other, alike)
        for (one, own), (other, its) in itertools.combinations(members, 2)
        if frozenset((one.pk, other.pk)) not in linked and (alike := similarity(own, its)) >= THROUGH_OTHERS
    ]
    AlsoPublished.objects.bulk_create(found, ignore_conflicts=True)


def _reached(article: Article) -> set[UUID]:
    """The articles that links of likeness lead to, nearest first."""
    reached, newest = {article.pk}, {article.pk}
    links = AlsoPublished.objects.filter(is_dismissed=False, similarity__gte=THRESHOLD)
    while newest and len(reached) < _MOST_LINKED:
        pairs = links.filter(Q(article__in=newest) | Q(other__in=newest)).values_list("article", "other")
        newest = {pk for pair in pairs for pk in pair} - reached
        reached |= set(itertools.islice(newest, _MOST_LINKED - len(reached)))
    return reached


def similar_articles(text: str, *, limit: int = 5) -> list[tuple[Article, float]]:
    """Articles whose wording is like this text's, most alike first: "a new version of ...?"."""
    own = signature(text)
    found = sorted(_alike(None, own, bands(own)), key=lambda pair: -pair[1])
    return found[:limit]


def _alike(article: Article | None, own: Signature, keys: Sequence[int]) -> Iterable[tuple[Article, float]]:
    candidates = TextBands.objects.filter(bands__overlap=list(keys)).select_related("article", "revision")
    if article is not None:
        candidates = candidates.exclude(article=article)
    for candidate in candidates.defer("revision__text", "revision__blocks")[:_MOST_CANDIDATES] if keys else ():
        alike = similarity(own, tuple(candidate.revision.minhash or ()))
        if alike >= THRESHOLD:
            yield candidate.article, alike


def _pair(one: Article, other: Article, alike: float) -> AlsoPublished:
    """Stored once, the older article first."""
    first, second = sorted((one, other), key=lambda article: (article.created_at, article.pk))
    return AlsoPublished(article=first, other=second, similarity=alike)


def canonical_of(revision: ArticleRevision) -> CanonicalText:
    """The stored text as the pure functions take it."""
    blocks = tuple(Block(block["tag"], block["start"], block["end"], block["role"]) for block in revision.blocks)
    return CanonicalText(revision.text, blocks)
