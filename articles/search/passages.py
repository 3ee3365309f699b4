"""The passages that speak of what is asked, best first: what the evidence finder shows. Furniture is not among them."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from articles.models import SearchPassage
from articles.search.query import ArticleSearch

AROUND = 160
# Longer passages hold more words by chance: the rank is divided by 1 + the logarithm of the length.
_BY_LENGTH = 1


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage of an article's current revision; offsets are code points, `before` and `after` its surroundings."""

    article_id: UUID
    title: str
    url: str | None
    revision: int
    start: int
    end: int
    exact: str
    before: str
    after: str
    score: float


def find_passages(question: str, *, limit: int) -> list[PassageHit]:
    """Passages with any of the words, ranked by how many and how rare their neighbourhood; [] for no words."""
    wanted = ArticleSearch(question).any_wanted
    if wanted is None:
        return []
    found = (
        SearchPassage.objects.filter(vector=wanted, article__current_revision=F("revision"))
        .annotate(rank=SearchRank("vector", wanted, normalization=_BY_LENGTH))
        .select_related("article", "revision")
        .order_by("-rank", "pk")[:limit]
    )
    return [_hit(passage) for passage in found]


def _hit(passage: SearchPassage) -> PassageHit:
    text, start, end = passage.revision.text, passage.start, passage.end
    return PassageHit(
        article_id=passage.article_id,
        title=passage.article.title,
        url=passage.article.url,
        revision=passage.revision.number,
        start=start,
        end=end,
        exact=text[start:end],
        before=text[max(0, start - AROUND) : start],
        after=text[end : end + AROUND],
        score=float(getattr(passage, "rank", 0.0)),
    )
