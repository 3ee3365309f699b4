"""A list's kept SQL gives the rows of the queryset that it was made of, whatever the values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.postgres.search import SearchVector
from django.db.models import QuerySet, Value

from accounts.audit import acting
from annotations.models import Claim
from api.listing import _arrange
from api.resources.articles import ArticleSummaryResource
from api.resources.claims import ClaimResource
from api.resources.compiler import read_rows
from api.resources.kept_queries import Choice, ListQuery, _compose
from api.views.articles import _choose_articles
from api.views.claims import _choose_claims
from articles.models import Article, SearchPassage, Source
from articles.search import article_search
from articles.search.article_search import ArticleSearch
from articles.search.query import form_question
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(editor):
    """Three articles of two sources, with two, one and no claims."""
    sources = [Source.objects.create(name=f"Source {number}") for number in range(2)]
    articles = [
        story.make_article((f"Bridges, {number}", "They cost 40 million euros. They cost 50.")) for number in range(3)
    ]
    for number, article in enumerate(articles):
        Article.objects.filter(pk=article.pk).update(
            source=sources[number % 2], published_at=datetime(2026, 1, 1 + number, tzinfo=UTC)
        )
    for number, words in ((0, "They cost 40 million euros."), (0, "They cost 50."), (1, "They cost 50.")):
        story.mark(editor, articles[number], words)
    first = Claim.objects.order_by("created_at").values_list("pk", flat=True)[0]
    with acting(editor):
        Claim.objects.filter(pk=first).update(state=Claim.State.SELECTED)
    return sources, articles


def both(resource, choice, key, order, is_down, limit, *, is_search=False):
    """Return the rows by the kept query and by a fresh one."""
    how = (order, is_down, limit)
    kept = ListQuery(resource, choice, _arrange, how, key, order, is_search).read()
    return kept, read_rows(resource, _arrange(choice.queryset(), key, *how), order=order, is_search=is_search)


def keys_of(model) -> list[tuple[Any, ...]]:
    """Return no cursor, one between the rows, one of equal times."""
    at, pk = model.objects.order_by("created_at", "pk").values_list("created_at", "pk")[1]
    return [(), (at, pk), (at, UUID(int=2**128 - 1)), (at + timedelta(microseconds=1), UUID(int=0))]


def test_kept_and_fresh_queries_give_the_same_rows(desk):
    sources, articles = desk
    pages = list(product((True, False), (1, 2, 50)))
    seen = set()
    for article, state, key, (is_down, limit) in product(
        (None, *(one.pk for one in articles), uuid4()), (None, *Claim.State.values), keys_of(Claim), pages
    ):
        choice = Choice.of(_choose_claims, article=article, state=state)
        kept, fresh = both(ClaimResource, choice, key, "created_at", is_down, limit)
        assert kept == fresh
        seen.add(len(kept))
    since = (None, datetime(2026, 1, 2, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    for source, at, has_claims, key, (is_down, limit) in product(
        (None, *(one.pk for one in sources)), since, (None, True, False), keys_of(Article), pages
    ):
        choice = Choice.of(_choose_articles, source=source, since=at, has_claims=has_claims)
        kept, fresh = both(ArticleSummaryResource, choice, key, "created_at", is_down, limit)
        assert kept == fresh
        seen.add(len(kept))
    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize("total", [0, 1_000])
@pytest.mark.parametrize("how", [("created_at", True, 1), ("created_at", False, 50)])
def test_kept_and_fresh_searches_give_the_same_rows(desk, how, total, monkeypatch):
    sources, articles = desk
    for number, article in enumerate(articles):
        words = SearchVector(Value(f"bridge harbour number{number} {'tunnel' if number else ''}"), config="simple")
        SearchPassage.objects.create(
            article=article,
            revision=article.current_revision,
            position=0,
            start=0,
            end=1,
            config="simple",
            vector=words,
        )
    lengths = []
    for question, source in product(
        (
            "bridge",
            "tunnel bridge",
            "bridge -number1",
            "number0 bridge harbour",
            "number1 tunnel",
            "zebra",
            "zebra -bridge",
        ),
        (None, sources[0].pk),
    ):
        # A desk whose words were counted looks for rare ones first.
        formed = [replace(one, total=total) for one in form_question(question)]
        monkeypatch.setattr(article_search, "form_question", lambda _, formed=formed: formed)
        choice = Choice.of(_choose_articles, source=source, **ArticleSearch(question).conditions())
        for key in keys_of(Article):
            kept, fresh = both(ArticleSummaryResource, choice, key, *how, is_search=True)
            assert kept == fresh
            lengths.append(len(kept))
    assert {0, 1} <= set(lengths)
    assert how[2] == 1 or max(lengths) == 3


def test_an_id_that_stands_in_for_others_is_an_id_like_them(desk):
    for value in (UUID(int=1), UUID(int=2)):
        kept, fresh = both(ClaimResource, Choice.of(_choose_claims, article=value), (), "created_at", True, 50)
        assert kept == fresh == []


def test_the_sql_is_made_once_for_a_set_of_filters(desk):
    _, articles = desk
    _compose.cache_clear()
    for article in articles:
        both(ClaimResource, Choice.of(_choose_claims, article=article.pk), (), "created_at", True, 50)
    assert _compose.cache_info().misses == 1


def _choose_by_words(words: str) -> QuerySet[Claim]:
    return Claim.objects.filter(statement__icontains=words)


def _choose_by_number(number: int) -> QuerySet[Claim]:
    return Claim.objects.filter(priority=number)


@pytest.mark.parametrize(("build", "value"), [(_choose_by_words, "cost"), (_choose_by_number, 2)])
def test_a_filter_that_changes_its_value_is_refused(desk, build, value):
    with pytest.raises(TypeError):
        both(ClaimResource, Choice(build, ((build.__code__.co_varnames[0], value),)), (), "created_at", True, 50)
