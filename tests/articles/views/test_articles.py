"""The list of articles: search, facets, pages, and what it costs."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from articles import facets
from articles.models import Article, ImportRun
from articles.views import articles as view
from core.database import kept

pytestmark = pytest.mark.django_db
MOST_QUERIES = 9


def wire(*items: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps({"external_id": str(n), **item}).encode() for n, item in enumerate(items))


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def story(run_import: Callable[..., ImportRun]) -> None:
    run_import(
        {
            "wire.jsonl": wire(
                {
                    "title": "Ministry counts its requests",
                    "text": "The ministry sent eighty requests. The answer came running late, said <b>Reuters</b>.",
                    "source": "Harbour Courier",
                    "language": "en",
                    "published_at": "2026-11-22T09:00:00Z",
                },
                {
                    "title": "Trams",
                    "text": "“Trams” ran on time—and into the harbour’s fog…",
                    "source": "Coast Wire",
                    "language": "en",
                },
                {"title": "東京の発表", "text": "東京都は新しい計画を発表しました。", "language": "ja"},
                {"title": "Die Antwort", "text": "Die „Häuser“ wurden gebaut, sagte das Amt.", "language": "de"},
            )
        }
    )


def titles(page: Any) -> set[str]:
    return {article.title for article, *_ in page.context["rows"]}


@pytest.mark.usefixtures("story")
def test_a_found_article_shows_its_title_once_then_who_and_when_then_the_passages(desk: Client) -> None:
    page = desk.get("/articles/", {"q": "requests ministry"}).content.decode()
    row = page[page.index('class="article-row"') :]
    title, source = row.index("<mark>Ministry</mark> counts its <mark>requests</mark>"), row.index("Harbour Courier")
    date, passage = row.index("22 November 2026"), row.index("The <mark>ministry</mark> sent eighty")
    assert title < source < date < passage
    assert row.count("counts its") == 1


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("requests", {"Ministry counts its requests"}),
        ("run", {"Ministry counts its requests"}),  # "running" has its stem, "ran" has none
        ("ministry answer", {"Ministry counts its requests"}),  # in different sentences
        ('"eighty requests"', {"Ministry counts its requests"}),
        ('"requests eighty"', set()),
        ("the", set()),  # nothing but words that no language indexes
        ("the harbour", {"Trams"}),  # where it stands beside typographic marks
        ("time", {"Trams"}),
        ("“fog”", {"Trams"}),
        ("harbour -trams", set()),
        ("東京", {"東京の発表"}),
        ("Haus", {"Die Antwort"}),
        ("nothing-of-the-kind", set()),
        ("'); DROP TABLE articles_article; --", set()),
        ("\0 requests", {"Ministry counts its requests"}),
    ],
)
def test_search(desk: Client, q: str, expected: set[str]) -> None:
    page = desk.get("/articles/", {"q": q})
    assert page.status_code == 200
    assert titles(page) == expected


@pytest.mark.usefixtures("story")
def test_found_words_are_marked_and_the_rest_is_escaped(desk: Client) -> None:
    page = desk.get("/articles/", {"q": "requests"}).content.decode()
    assert "<mark>requests</mark>" in page
    assert "<mark>Häuser</mark>" in desk.get("/articles/", {"q": "Haus"}).content.decode()
    page = desk.get("/articles/", {"q": "reuters"}).content.decode()
    assert "<b>Reuters</b>" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("long", "expected"), [(4, 4), (5, 3)])
def test_counts_of_a_long_list_may_be_half_a_minute_old(
    desk: Client, story: None, monkeypatch: pytest.MonkeyPatch, long: int, expected: int
) -> None:
    monkeypatch.setattr(facets, "_LONG", long)
    monkeypatch.setattr(kept, "_kept", OrderedDict())
    narrowed = facets.ArticleFilter({}, timezone.now())

    def count_articles() -> int:
        found = narrowed.facets(Article.objects.readable())
        return sum(option.count for facet in found if facet.title == "Language" for option in facet.options)

    page = desk.get("/articles/").content.decode()
    assert ("Counts may be half a minute old." in page) == (long == 4)
    assert count_articles() == 4
    Article.objects.filter(pk=Article.objects.values("pk")[:1]).update(current_revision=None)
    assert count_articles() == expected


@pytest.mark.usefixtures("story")
def test_facets_narrow_and_count(desk: Client) -> None:
    page = desk.get("/articles/")
    facets = {facet.title: {option.label: option.count for option in facet.options} for facet in page.context["facets"]}
    assert facets["Source"] == {"Not known": 2, "Coast Wire": 1, "Harbour Courier": 1}
    assert facets["Language"] == {"English": 2, "German": 1, "Japanese": 1}
    assert facets["State"] == {"Without claims": 4}

    source = Article.objects.get(title="Trams").source_id
    assert titles(desk.get("/articles/", {"source": str(source)})) == {"Trams"}
    assert titles(desk.get("/articles/", {"language": "de"})) == {"Die Antwort"}
    assert titles(desk.get("/articles/", {"state": "claims"})) == set()
    assert len(titles(desk.get("/articles/", {"state": "no-claims", "source": "none"}))) == 2
    assert len(titles(desk.get("/articles/", {"source": "nonsense", "period": "aeon", "state": "odd"}))) == 4


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(("q", "most"), [("", MOST_QUERIES), ("requests", MOST_QUERIES + 4)])
def test_the_page_costs_few_queries(desk: Client, q: str, most: int, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(most):
        desk.get("/articles/", {"q": q})


def test_pages_follow_each_other_both_ways(
    desk: Client, run_import: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "PAGE_SIZE", 3)
    run_import({"wire.jsonl": wire(*({"title": f"Story {n}", "text": "Words about trade."} for n in range(8)))})
    for q in ("", "trade"):
        seen: list[str] = []
        url = f"/articles/?q={q}"
        pages = []
        while url:
            page = desk.get(url)
            pages.append([article.title for article, *_ in page.context["rows"]])
            seen += pages[-1]
            url = page.context["next_url"]
        assert sorted(seen) == [f"Story {n}" for n in range(8)]
        back = desk.get(page.context["previous_url"])
        assert [article.title for article, *_ in back.context["rows"]] == pages[-2]


def test_a_foreign_cursor_is_refused(desk: Client) -> None:
    assert desk.get("/articles/?cursor=nonsense").status_code == 400


def test_nobody_without_a_login(client: Client) -> None:
    assert client.get("/articles/").status_code == 302


def test_an_empty_desk_says_what_to_do(desk: Client) -> None:
    assert "Import the first one" in desk.get("/articles/").content.decode()


@pytest.mark.usefixtures("story")
def test_an_article_without_a_date_says_when_it_came(desk: Client) -> None:
    rows = desk.get("/articles/").content.decode().split('<li class="queue-row"')[1:]
    dated = {("Ministry" in row): ("added" in row) for row in rows}
    assert dated == {True: False, False: True}


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(("sort", "current"), [("", "Best match"), ("date", "Newest")])
def test_the_order_of_what_was_found_is_named_and_the_other_offered(desk: Client, sort: str, current: str) -> None:
    page = desk.get("/articles/", {"q": "requests", **({"sort": sort} if sort else {})}).content.decode()
    order = page.partition('aria-label="Order"')[2].partition("</nav>")[0]
    assert f'aria-current="page">{current}</a>' in order
    assert order.count("aria-current") == 1
    assert order.count("<a ") == 2
