"""The reader's page: what it shows, to whom, and in how many queries."""

import html
import json
import re

import pytest
from django.urls import reverse

from accounts.audit import acting
from annotations.services.claimants import ClaimantInput
from articles.models import AlsoPublished, Article, ArticleRevision, Source
from articles.text.canonical import canonical_from_blocks
from tests.annotations import story
from tests.annotations.reader.test_marks import revise

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def open_reader(client, article, **query):
    return client.get(reverse("annotations:reader", args=[article.pk]), query)


def data_of(response):
    found = re.search(r'id="reader-data" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found.group(1))


@pytest.fixture
def editor(make_user, client):
    person = make_user("editor")
    client.force_login(person)
    return person


def long_article(count):
    lines = tuple(f"Sentence {number:04} says that {number:04} bridges stand here." for number in range(count))
    return story.make_article(("A town of bridges", *lines))


@pytest.mark.long
@pytest.mark.parametrize("count", [0, 1, 50, 300])
def test_300_claims_take_no_more_queries_than_one_and_few_bytes(client, editor, count, django_assert_max_num_queries):
    article, other = long_article(max(count, 1)), story.make_article(story.AUDIT)
    pinned = story.mark(editor, other, "61 million euros")
    for number in range(count):
        claim = story.mark(editor, article, f"says that {number:04} bridges")
        if number % 10 == 0:
            story.link(editor, claim, article, f"Sentence {number:04}")
            story.link(editor, pinned, article, f"Sentence {number:04}")
    client.post(reverse("annotations:claim_pin", args=[pinned.pk]))
    with django_assert_max_num_queries(MOST_QUERIES):
        response = open_reader(client, article)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(reverse("annotations:reader_poll", args=[article.pk])).status_code == 200
    assert response.status_code == 200
    spans = [span for card in data_of(response)["cards"] for span in card["spans"]]
    assert len(spans) == count + 2 * len(range(0, count, 10))
    packed = client.get(response.request["PATH_INFO"], headers={"Accept-Encoding": "gzip"})
    assert len(packed.content) < 100_000


def test_without_script_the_marks_are_in_the_text_and_flattened(client, editor):
    article = story.make_article(("Bridge", "It cost 40 million euros in all.", "Nobody was hurt."))
    first = story.mark(editor, article, "cost 40 million euros")
    second = story.mark(editor, article, "40 million euros in all")
    page = open_reader(client, article).content.decode()
    both = f'data-claims="{first.pk} {second.pk}">40 million euros</mark>'
    assert f'data-claims="{first.pk}">cost </mark>' in page
    assert both in page
    assert f'data-claims="{second.pk}"> in all</mark>' in page


def test_the_page_holds_the_stored_text_and_nothing_else(client, editor):
    words = "5 < 6 & 'quotes' \N{FAMILY}\nسطر"
    article = story.make_article(("Signs", words, "Last."))
    story.mark(editor, article, "6 & 'quotes'")
    page = open_reader(client, article).content.decode()
    found = re.search(r'data-block="1"[^>]*>(.*?)</p>', page, re.DOTALL).group(1)
    assert html.unescape(re.sub(r"</?mark[^>]*>", "", found)) == words


def test_text_that_looks_like_markup_stays_text(client, editor):
    article = story.make_article(("<script>alert(1)</script>", "A <b>bold</b> word."))
    story.mark(editor, article, "<b>bold</b>", statement="<img src=x onerror=alert(1)> </script>")
    page = open_reader(client, article).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


def test_an_older_revision_is_read_only_with_its_own_marks(client, editor):
    article = story.make_article()
    story.mark(editor, article)
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40", "45"), story.COUNCIL[2])
    old = open_reader(client, article, revision=1).content.decode()
    assert "You are reading revision 1 of 2" in old
    assert ">cost 40 million euros</mark>" in old
    assert 'data-can-write="false"' in old
    assert "js/reader/reader.js" not in old
    assert open_reader(client, article, revision=9).status_code == 404
    assert open_reader(client, article, revision="x").status_code == 422


def test_the_revisions_page_shows_what_came_and_went(client, editor):
    article = story.make_article()
    url = reverse("annotations:revisions", args=[article.pk])
    assert b"Only one text so far" in client.get(url).content
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40", "45"), story.COUNCIL[2])
    page = client.get(url).content.decode()
    assert re.search(r"<del>.*?40.*?</del><ins>.*?45", page)
    assert "Unchanged text left out" not in page
    assert client.get(url, {"from": "7"}).status_code == 404


def test_an_excerpt_of_a_revision_begins_with_a_sentence(client, editor):
    long = "Nobody counted the boats in the harbour that day. " * 12
    words = "The mayor spoke on Monday evening, before the council. The bridge, he said, had cost {} million euros."
    article = story.make_article(("A bridge", long + words.format(40)), language="en")
    revise(article, "A bridge", long + words.format(45))
    page = client.get(reverse("annotations:revisions", args=[article.pk])).content.decode()
    assert re.search(r"Unchanged text left out</span>(Nobody counted [^<]*)?The mayor spoke", page)


def test_details_of_the_article_stand_above_it(client, editor):
    source, origin = Source.objects.create(name="Harbour Courier"), Source.objects.create(name="A Wire")
    article = story.make_article(source=source, origin=origin, byline="By Ada Example", language="ar")
    other = story.make_article(("The same elsewhere", "Words."), source=Source.objects.create(name="Other Paper"))
    AlsoPublished.objects.create(article=article, other=other, similarity=0.97)
    page = open_reader(client, article).content.decode()
    for words in ("Harbour Courier", "from A Wire", "By Ada Example", "Other Paper", 'lang="ar"', 'dir="rtl"'):
        assert words in page


def test_the_list_of_articles_says_what_stands_in_each(client, editor):
    article = story.make_article()
    story.mark(editor, article)
    story.mark(editor, article, "council leader said on Friday")
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40", "45"), story.COUNCIL[2])
    page = client.get(reverse("article_list")).content.decode()
    assert "2 claims" in page
    assert "1 changed" in page


def test_a_page_with_script_draws_the_first_marks_and_an_older_revision_all(client, editor, monkeypatch):
    monkeypatch.setattr("annotations.views.reader.MOST_MARKS", 1)
    article = story.make_article()
    story.mark(editor, article, "40 million euros")
    story.mark(editor, article, "nobody had been hurt")
    page = open_reader(client, article).content.decode()
    assert ">40 million euros</mark>" in page
    assert ">nobody had been hurt</mark>" not in page
    revise(article, "A new headline", *story.COUNCIL[1:])
    old = open_reader(client, article, revision=1).content.decode()
    assert ">nobody had been hurt</mark>" in old


@pytest.mark.parametrize(
    ("statement", "is_once"),
    [
        ("Cost 40 million euros.", True),
        ("Cost 40 million euros, they say", True),
        ("The bridge was dear", False),
        ("", False),
    ],
)
def test_a_statement_that_is_the_quote_is_read_once(client, editor, statement, is_once):
    article = story.make_article()
    story.mark(editor, article, "cost 40 million euros", statement=statement)
    assert ("claim-card-quote is-statement" in open_reader(client, article).content.decode()) is is_once


def test_a_name_of_another_direction_keeps_its_date_in_order(client, editor):
    article = story.make_article()
    story.mark(editor, article, claimant=ClaimantInput(name="رئيس البلدية"))
    assert '<bdi data-field="claimant">رئيس البلدية</bdi>' in open_reader(client, article).content.decode()


ROWS = ("Passengers", ("tr", "Year"), ("th", "Counted"), ("tr", "In thousands"), ("tr", "2024"), ("td", "298"))


def article_with_table(*cells):
    found = canonical_from_blocks([("p", cell) if isinstance(cell, str) else cell for cell in cells], title="The ferry")
    article = Article.objects.create(title="The ferry")
    blocks = [block._asdict() for block in found.blocks]
    revision = ArticleRevision.objects.create(
        article=article, number=1, text=found.text, sha256=found.sha256, blocks=blocks, text_profile="2"
    )
    with acting(None):
        Article.objects.filter(pk=article.pk).update(current_revision=revision)
    return article


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (
            ROWS,
            (
                '<p>Passengers</p>\n<table class="reader-table"><tbody><tr><th>Year</th>\n<th>Counted</th></tr>\n'
                '<tr><td colspan="2">In thousands</td></tr>\n<tr><td>2024</td>\n<td>298</td></tr></tbody></table>'
            ),
        ),
        (
            (*ROWS, ("td", "4.20 euros"), "Nobody stays away."),
            (
                '<table class="reader-table is-uneven"><tbody><tr><th>Year</th>\n<th>Counted</th></tr>\n'
                "<tr><td>In thousands</td></tr>\n<tr><td>2024</td>\n<td>298</td>\n<td>4.20 euros</td></tr></tbody></table>\n"
                "<p>Nobody stays away.</p>"
            ),
        ),
        ((("td", "2024"), ("td", "298")), "<p>2024</p>\n<p>298</p>"),
    ],
)
def test_a_table_stands_in_rows_and_in_columns_where_all_rows_are_of_one_length(client, editor, cells, shown):
    page = open_reader(client, article_with_table(*cells)).content.decode()
    assert shown in re.sub(r' data-(block|role|start)="\w+"', "", page)
