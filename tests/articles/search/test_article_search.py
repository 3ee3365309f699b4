"""Article search: all words before some, what is missing, the passages and where they open, stop words, folding."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from articles.models.finder import CorpusCount, WordCount
from articles.search import article_search
from articles.search.article_search import ArticleSearch
from articles.search.finder_index import index_articles
from articles.search.query import corpus_now, form_question, units_of
from articles.search.words import fold_accents, index_words
from articles.services.search import DATE, SearchPage, find_articles

pytestmark = pytest.mark.django_db
STORIES = (
    {
        "title": "Ministry counts its requests",
        "text": "The ministry sent eighty requests.\n\nNobody expected that it would take so long, a clerk said. "
        + "The weather was fine all the time, and boats came and went. " * 3
        + "\n\nIn the end a response came from the embassy.",
        "published_at": "2026-11-20T09:00:00Z",
    },
    {
        "title": "Requests without an answer",
        "text": "Eighty requests were sent by the ministry. None was answered.",
        "published_at": "2026-11-22T09:00:00Z",
    },
    {"title": "Join us", "text": "Join us on Sunday, and tell us what you think.", "language": "en"},
    {"title": "The misﬁts", "text": "The misﬁts played in Café Crème until late.", "language": "en"},
    {"title": "Bürgermeister", "text": "Der Bürgermeister eröffnete den Brückenneubau.", "language": "de"},
    {"title": "İstanbul", "text": "Diyarbakır ve İstanbul'da seçim sonuçları açıklandı.", "language": "tr"},
    {"title": "گزارش", "text": "مردم می\u200cخواهند که دولت پاسخ دهد.", "language": "fa"},
    {"title": "กรุงเทพ", "text": "รัฐบาลประกาศแผนใหม่ในกรุงเทพมหานคร", "language": "th"},
    {"title": "Выборы", "text": "Министр сообщил о результатах выборов, ещё раз подчеркнув итог.", "language": "ru"},
    {"title": "Вода", "text": "Вода в реке поднялась.", "language": "ru"},
)


@pytest.fixture
def desk(run_import: Any) -> None:
    run_import({"wire.jsonl": "\n".join(json.dumps({"language": "en", **story}) for story in STORIES).encode()})
    corpus_now.forget()


def found(question: str, **options: Any) -> SearchPage:
    return find_articles(question, Article.objects.for_lists(), sort=options.get("sort", ""), page="", size=25)


def titles(question: str, **options: Any) -> list[str]:
    return [row.article.title for row in found(question, **options).rows]


@pytest.mark.usefixtures("desk")
def test_all_words_come_first_then_some_with_the_missing_ones_said() -> None:
    page = found("ministry requests response")
    assert [(row.article.title, row.missing) for row in page.rows] == [
        ("Ministry counts its requests", ()),
        ("Requests without an answer", ("response",)),
    ]
    assert (page.total, page.total_with_all) == (2, 1)


@pytest.mark.usefixtures("desk")
def test_each_passage_opens_at_its_words() -> None:
    (row, *_) = found("eighty response").rows
    text = row.article.current_revision.text
    assert [text[one.start : one.end] for one in row.snippets] == ["eighty", "response"]
    assert "<mark>eighty</mark>" in row.snippets[0].html
    assert "<mark>response</mark>" in row.snippets[1].html


@pytest.mark.usefixtures("desk")
def test_newest_first_keeps_all_words_before_some() -> None:
    assert titles("ministry requests", sort=DATE) == ["Requests without an answer", "Ministry counts its requests"]
    assert titles("ministry requests response", sort=DATE)[0] == "Ministry counts its requests"


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("question", ["us", "the", "and of the", "-requests", "!!", ""])
def test_stop_words_alone_find_nothing(question: str) -> None:
    page = found(question)
    assert page.rows == []
    assert page.is_only_common_words


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("misfits", "The misﬁts"),
        ("cafe creme", "The misﬁts"),
        ("Café", "The misﬁts"),
        ("Burgermeister", "Bürgermeister"),
        ("Brücken*", "Bürgermeister"),
        ("brucken*", "Bürgermeister"),
        ("diyarbakir", "İstanbul"),
        ("DİYARBAKIR", "İstanbul"),
        ("istanbul", "İstanbul"),
        ("خواهند", "گزارش"),
        ("มหานคร", "กรุงเทพ"),
        ("ещё", "Выборы"),
        ("выборы результат", "Выборы"),
    ],
)
def test_words_are_found_as_people_write_them(question: str, title: str) -> None:
    assert titles(question)[:1] == [title]


@pytest.mark.usefixtures("desk")
def test_a_refused_word_takes_articles_away() -> None:
    assert titles("requests -response") == ["Requests without an answer"]
    assert titles('"eighty requests" ministry') != titles('"requests eighty"') == []


def test_a_star_needs_three_letters_before_it() -> None:
    assert [(unit.words, unit.is_prefix) for unit in units_of('bri* br* "bri*"')] == [
        ("bri", True),
        ("br*", False),
        ("bri*", False),
    ]


def test_accents_are_folded_where_people_leave_them_out() -> None:
    assert fold_accents("Café Łódź Ångström straße ещё й हिन्दी") == "Cafe Lodz Angstrom strasse еще й हिन्दी"
    assert index_words("plain") == "plain"
    assert index_words("Café bar") == "Café bar Cafe"


@pytest.mark.usefixtures("desk")
def test_words_are_looked_for_by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        statement, params = ArticleSearch("ministry requests")._statement()
        cursor.execute(f"EXPLAIN {statement} SELECT * FROM ranked", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "search_passage_vector" in plan
    assert "Seq Scan" not in plan


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("question", ["ministry requests", "requests", '"eighty requests"', "requests -response"])
def test_frequent_words_find_what_rare_words_find(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = titles(question)
    assert expected
    monkeypatch.setattr(article_search, "_POSTINGS", -1)
    assert titles(question) == expected
    assert sorted(titles(question, sort=DATE)) == sorted(expected)


@pytest.mark.usefixtures("desk")
def test_a_frequent_word_beside_a_rare_one_is_looked_for_among_its_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(row.article.title, row.missing) for row in found("requests embassy").rows]
    assert rows == [("Ministry counts its requests", ()), ("Requests without an answer", ("embassy",))]
    formed = form_question("requests embassy")
    of_texts = {"requests": 5_000, "embassy": 1}
    counted = [replace(one, texts=of_texts[one.unit.words]) for one in formed]
    monkeypatch.setattr(article_search, "form_question", lambda _: counted)
    assert [(row.article.title, row.missing) for row in found("requests embassy").rows] == rows[:1]


@pytest.mark.usefixtures("desk")
def test_of_frequent_words_the_newest_articles_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    both = titles("eighty requests")
    monkeypatch.setattr(article_search, "_POSTINGS", -1)
    assert not found("requests").is_more_than_counted
    monkeypatch.setattr(article_search, "_NEWEST", 1)
    page = found("requests")
    newest = Article.objects.filter(title__in=both).order_by("-created_at", "-pk")[0]
    assert [row.article for row in page.rows] == [newest]
    assert page.is_more_than_counted


@pytest.mark.usefixtures("desk")
def test_only_passages_of_the_page_are_read(django_assert_max_num_queries: Any) -> None:
    found("ministry requests")  # words are learned once
    with django_assert_max_num_queries(5) as queries:
        page = find_articles("ministry requests", Article.objects.for_lists(), sort="", page="2", size=1)
    assert (page.total, len(page.rows)) == (2, 1)
    assert page.rows[0].snippets
    reading = [query["sql"] for query in queries if "p.article_id = ANY" in query["sql"]]
    assert page.rows[0].article.pk.hex in "".join(reading)
    assert found("ministry requests").rows[0].article.pk.hex not in "".join(reading)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("requests", {"Ministry counts its requests", "Requests without an answer"}),
        ("requests response", {"Ministry counts its requests"}),
        ("requests response embassy", {"Ministry counts its requests"}),
        ("requests -response", {"Requests without an answer"}),
        ("the", set()),
        ("-requests", set()),
    ],
)
@pytest.mark.parametrize("total", [0, 1_000])
def test_a_list_is_narrowed_to_articles_with_all_the_words(
    question: str, expected: set[str], total: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = [replace(one, total=total) for one in form_question(question)]
    monkeypatch.setattr(article_search, "form_question", lambda _: counted)
    listed = ArticleSearch(question).having_all(Article.objects.all())
    assert {article.title for article in listed} == expected


@pytest.mark.parametrize("question", ["US envoy", "U.S. envoy", "USA envoy", "U.S.A. envoy"])
def test_a_country_is_found_in_each_of_its_spellings(run_import: Any, question: str) -> None:
    texts = {"Leaves": "The U.S. envoy left.", "Stays": "The US envoy stayed.", "Nobody": "Join us, the envoy said."}
    lines = (json.dumps({"language": "en", "title": title, "text": text}) for title, text in texts.items())
    run_import({"wire.jsonl": "\n".join(lines).encode()})
    page = found(question)
    assert page.total_with_all == 2
    assert {row.article.title for row in page.rows[:2]} == {"Leaves", "Stays"}
    assert all("<mark>U" in row.snippets[0].html for row in page.rows[:2])


def test_a_sentence_about_the_united_states_is_found_by_their_abbreviation() -> None:
    assert index_words("The United States left.") == "The United States left. usa"
    assert index_words("The united states of matter") == "The united states of matter"


def test_how_frequent_a_word_is_follows_the_newest_count(desk):
    counted = {"total": 5_000, "average_length": 20.0, "configs": ["english", "simple"]}
    for hours, texts in ((0, 3), (1, 4_000)):
        at = timezone.now() + timedelta(hours=hours)
        CorpusCount.objects.update_or_create(corpus="sentences", defaults=counted | {"counted_at": at})
        WordCount.objects.update_or_create(corpus="sentences", lexeme="bridg", defaults={"texts": texts})
        corpus_now.forget()
        assert [one.texts for one in form_question("bridges")] == [texts]


def test_a_word_is_taken_for_as_frequent_as_the_desk_has_grown_since_it_was_counted(desk):
    WordCount.objects.create(corpus="sentences", lexeme="bridg", texts=900)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('articles_searchpassage')")
        [size] = cursor.fetchone()
    conditions = {}
    for share in (1, 4):
        CorpusCount.objects.update_or_create(
            corpus="sentences",
            defaults={
                "total": 5_000,
                "average_length": 20.0,
                "configs": ["english", "simple"],
                "searched_bytes": size // share,
            },
        )
        corpus_now.forget()
        [conditions[share]] = ArticleSearch("bridges").conditions()
    assert conditions == {1: "first_0", 4: "has_0"}


@pytest.mark.usefixtures("desk")
def test_counting_words_notes_how_much_is_searched():
    while index_articles():
        pass
    assert CorpusCount.objects.get(corpus="sentences").searched_bytes > 0
