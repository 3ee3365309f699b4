"""Conditions of lists that more than one table decides."""

from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from annotations.models import Appearance, Claimant
from articles.search.query import ArticleSearch


def holding_words(words: str) -> RawSQL:
    """Articles that hold the words, by the search index."""
    condition, params = ArticleSearch(words).condition('"articles_article"."id"')
    return RawSQL(condition, tuple(params), output_field=BooleanField())


def in_language(tag: str) -> Q:
    """Texts in a language, its regions included: `pt` finds `pt-BR`."""
    return Q(language__iexact=tag) | Q(language__istartswith=f"{tag}-")


def articles_with_claims(*, has_claims: bool) -> Exists | Q:
    standing = Appearance.objects.filter(passage__article=OuterRef("pk"), removed_at=None, claim__removed_at=None)
    return Exists(standing) if has_claims else Q(~Exists(standing))


def appearing_in(article: UUID) -> Q:
    """Claims with an appearance in the article.

    unnest(ARRAY()) is a fence: the article's claims are found first, once. As a join, a plan that does not know the article
    may walk all claims by date and probe each.
    """
    own = (
        "(SELECT unnest(ARRAY(SELECT fa.claim_id FROM annotations_passage fp"
        " JOIN annotations_appearance fa ON fa.passage_id = fp.id WHERE fp.article_id = %s AND fa.removed_at IS NULL)))"
    )
    return Q(pk__in=RawSQL(own, (article,)))


def said_by(claimant: str) -> Q:
    """Claims of a claimant, by id or whole name."""
    is_it = Q(name__iexact=claimant)
    if pk := uuid_of(claimant):
        is_it |= Q(pk=pk)
    return Q(claimant__in=Claimant.objects.filter(is_it))


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
