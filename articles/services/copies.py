"""Link articles that carry the same copy, and find which article represents each set of copies."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import AlsoPublished, Article, ArticleRevision, TextBands
from articles.text.near_duplicates import (
    THRESHOLD,
    THROUGH_OTHERS,
    Signature,
    bands,
    signature,
    similarity,
)
from core.errors import NotFound

Pair = tuple[UUID, UUID]
Links = Mapping[UUID, set[UUID]]
# A key shared by more articles is boilerplate: comparing them costs more than it finds.
_MOST_CANDIDATES = 200
# Articles of one set of copies. All pairs are compared, so the cost grows with the square.
_MOST_LINKED = 50


@dataclass(frozen=True, slots=True)
class Copies:
    """`leaders` maps an article to the one that represents its copies; itself if it has none.

    `not_compared` are articles that were not compared with others yet.
    """

    leaders: dict[UUID, UUID]
    not_compared: set[UUID]


def compare_revisions(revisions: Sequence[ArticleRevision]) -> None:
    """Store the signatures of these revisions and link their articles with those that carry the same copy.

    An article with a later compared revision keeps its links. Locks: the caller holds `enrichment`'s lock, because two
    copies compared at the same time would not see each other. Cost: six queries whatever the number, three more for
    each step from copy to copy.
    """
    signatures = {revision.pk: signature(revision.text) for revision in revisions}
    _store_signatures(signatures)
    compared = _store_bands(revisions, signatures)
    alike = _link_alike(compared)
    if alike:
        _link_through_others(alike)


def dismiss_also_published(*, one_id: UUID, other_id: UUID, person: User) -> None:
    """Separate these two articles for ever. Raises NotFound if they are not linked."""
    check_permission(person, "article.edit")
    with acting(person):
        pair = AlsoPublished.objects.filter(article__in=[one_id, other_id], other__in=[one_id, other_id])
        if not pair.update(is_dismissed=True):
            raise NotFound(_("These two articles are not linked. Nothing was changed."))


def copies_of(article_ids: Iterable[UUID]) -> Copies:
    """Return, for these articles, the leaders and the ones that were not compared yet. One query."""
    leaders = {pk: pk for pk in article_ids}
    if not leaders:
        return Copies(leaders, set())
    # A compared article is a pair with itself, so that one query answers both questions.
    compared = TextBands.objects.filter(article__in=leaders).values_list("article", "article")
    pairs = AlsoPublished.objects.filter(article__in=leaders, other__in=leaders, is_dismissed=False)
    found = set(pairs.values_list("article", "other").union(compared).order_by())
    # In the order of ids: UUIDv7 begins with the time, so the earliest article represents the set.
    for one, other in sorted(pair for pair in found if pair[0] != pair[1]):
        kept, left = leaders[one], leaders[other]
        leaders |= {pk: kept for pk, leader in leaders.items() if leader == left}
    return Copies(leaders, {pk for pk in leaders if (pk, pk) not in found})


def similar_articles(text: str, *, limit: int = 5) -> list[tuple[Article, float]]:
    """Return articles with similar wording, most similar first, to ask whether the text is a new version of one."""
    own = signature(text)
    keys = bands(own)
    if not keys:
        return []
    candidates = TextBands.objects.filter(bands__overlap=keys).select_related("article", "revision")
    found = [
        (candidate.article, similarity(own, tuple(candidate.revision.minhash or ())))
        # Deferred: two hundred texts would be read to compare signatures.
        for candidate in candidates.defer("revision__text", "revision__blocks")[:_MOST_CANDIDATES]
    ]
    return sorted((pair for pair in found if pair[1] >= THRESHOLD), key=lambda pair: -pair[1])[:limit]


# One query for the batch: an UPDATE each took 4 ms, half of the cost of an article.
_SIGN = """
UPDATE articles_articlerevision AS revision SET minhash = new.minhash::bigint[]
FROM unnest(%s::uuid[], %s::text[]) AS new (id, minhash) WHERE revision.id = new.id
"""
# One index lookup per article, with a limit on candidates: some keys are boilerplate that thousands share.
_CANDIDATES = """
SELECT mine.article_id, other.article_id FROM articles_textbands AS mine CROSS JOIN LATERAL (
    SELECT article_id FROM articles_textbands AS one WHERE one.bands && mine.bands AND one.article_id <> mine.article_id LIMIT %s
) AS other WHERE mine.article_id = ANY(%s)
"""


def _store_signatures(signatures: Mapping[UUID, Signature]) -> None:
    # Array literals: Postgres has no array of arrays of different lengths, and a text without words has no signature.
    written = ["{" + ",".join(map(str, own)) + "}" for own in signatures.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, [list(signatures), written])


def _store_bands(revisions: Iterable[ArticleRevision], signatures: Mapping[UUID, Signature]) -> list[UUID]:
    """Store the keys of these revisions. Returns the articles without a later compared revision."""
    newest = {revision.article_id: revision for revision in sorted(revisions, key=lambda one: one.number)}
    kept = TextBands.objects.filter(article__in=newest).values_list("article", "revision__number")
    for article, number in kept:
        if number > newest[article].number:
            del newest[article]
    TextBands.objects.bulk_create(
        [
            TextBands(article_id=article, revision=revision, bands=bands(signatures[revision.pk]))
            for article, revision in newest.items()
        ],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["revision", "bands"],
    )
    return list(newest)


def _link_alike(article_ids: Sequence[UUID]) -> set[UUID]:
    """Link each article with similar ones. Returns the articles that have such a copy."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [_MOST_CANDIDATES, list(article_ids)])
        candidates = {_ordered(one, other) for one, other in cursor.fetchall()}
    pairs = _alike(candidates, THRESHOLD)
    _store_pairs(pairs)
    return {pk for pair in pairs for pk in pair} & set(article_ids)


def _link_through_others(article_ids: Iterable[UUID]) -> None:
    """Link articles that are connected through other copies and similar enough themselves.

    A pair that a person dismissed stays dismissed, and nothing is linked through it.
    """
    links = _links_from(article_ids)
    groups = {frozenset(_reached(start, links)) for start in article_ids}
    members = set().union(*groups)
    known = AlsoPublished.objects.filter(article__in=members, other__in=members).values_list("article", "other")
    linked = {_ordered(one, other) for one, other in known}
    wanted = {_ordered(*pair) for group in groups for pair in itertools.combinations(group, 2)}
    _store_pairs(_alike(wanted - linked, THROUGH_OTHERS))


def _links_from(article_ids: Iterable[UUID]) -> Links:
    """Return the standing links within reach of these articles, in both directions."""
    links: dict[UUID, set[UUID]] = defaultdict(set)
    newest, asked = set(article_ids), set[UUID]()
    most = _MOST_LINKED * len(newest)
    standing = AlsoPublished.objects.filter(is_dismissed=False, similarity__gte=THRESHOLD)
    while newest and len(asked) < most:
        asked |= newest
        pairs = standing.filter(Q(article__in=newest) | Q(other__in=newest)).values_list("article", "other")
        for one, other in pairs:
            links[one].add(other)
            # A pair is stored once, the older article first; links are followed both ways.
            links[other].add(one)
        newest = links.keys() - asked
    return links


def _reached(start: UUID, links: Links) -> set[UUID]:
    """Return the articles that links lead to from `start`, nearest first, up to a bound."""
    reached, newest = {start}, {start}
    while newest and len(reached) < _MOST_LINKED:
        newest = {pk for one in newest for pk in links.get(one, ())} - reached
        # Sorted, so that the bound cuts the same articles on every run.
        reached |= set(itertools.islice(sorted(newest), _MOST_LINKED - len(reached)))
    return reached


def _alike(candidates: Collection[Pair], least: float) -> dict[Pair, float]:
    """Return the similarity of the pairs above the threshold."""
    articles = {pk for pair in candidates for pk in pair}
    if not articles:
        return {}
    stored = TextBands.objects.filter(article__in=articles).values_list("article", "revision__minhash")
    signatures = {article: tuple(own or ()) for article, own in stored}
    compared = {pair: similarity(signatures.get(pair[0], ()), signatures.get(pair[1], ())) for pair in candidates}
    return {pair: alike for pair, alike in compared.items() if alike >= least}


def _store_pairs(pairs: Mapping[Pair, float]) -> None:
    """Store each pair once, the older article first. A known pair stays as it is."""
    articles = {pk for pair in pairs for pk in pair}
    created = dict(Article.objects.filter(pk__in=articles).values_list("pk", "created_at")) if articles else {}
    older_first = [sorted(pair, key=lambda pk: (created[pk], pk)) for pair in pairs]
    AlsoPublished.objects.bulk_create(
        [
            AlsoPublished(article_id=one, other_id=other, similarity=alike)
            for (one, other), alike in zip(older_first, pairs.values(), strict=True)
        ],
        # A pair that a person dismissed is kept too: it must not be linked again.
        ignore_conflicts=True,
    )


def _ordered(one: UUID, other: UUID) -> Pair:
    return (one, other) if one < other else (other, one)
