"""The finder's pane: what it shows, what its filters do, who may ask, and that it says when nothing is there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotations.services.plan import toggle_pin
from articles.models import Article
from articles.search.finder_index import index_articles
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user: Any) -> Any:
    return make_user("editor", name="Mira Okafor")


@pytest.fixture
def claim(editor: Any) -> Any:
    council, audit = story.make_article(), story.make_article(story.AUDIT)
    made = story.mark(editor, council)
    story.note_changed([council.pk, audit.pk])
    while index_articles():
        pass
    return made


@pytest.fixture
def ask(client: Client, editor: Any, claim: Any) -> Any:
    def get(name: str = "finder", **query: Any) -> str:
        client.force_login(editor)
        response = client.get(reverse(f"annotations:{name}", args=[claim.pk]), query)
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.mark.parametrize("name", ["finder", "finder_page", "finder_passages"])
def test_passages_stand_with_their_marked_words_neighbours_and_reasons(ask: Any, name: str) -> None:
    page = ask(name)
    assert "The audit office puts the <mark>cost</mark> of the <mark>bridge</mark>" in page
    assert "Same words:" in page
    assert "cost 40 million euros</mark>" not in page  # the claim's own words
    assert 'name="stance" value="refutes"' in page


def test_the_page_folds_its_filters_until_some_are_chosen(ask: Any) -> None:
    assert '<details class="finder-more">' in ask("finder_page")
    assert '<details class="finder-more" open>' in ask("finder_page", asked="1", other_source="1", since="2026-01-01")


def test_the_question_is_the_editors_and_keeps_words_added_with_one_click(ask: Any) -> None:
    page = ask("finder_passages", asked="1", q="workers", term="hurt")
    assert "<mark>workers</mark> were <mark>hurt</mark>" in page
    assert 'name="term" value="hurt" checked' in page


def test_offered_words_are_not_those_of_the_question(ask: Any) -> None:
    page = ask("finder_passages", asked="1", q="Did the bridge of Elbeck cost more?")
    assert 'name="term" value="Elbeck"' not in page
    assert 'name="term" value="workers"' not in page


def test_a_filter_that_is_taken_off_stays_off(ask: Any) -> None:
    assert 'name="not_claimant" value="1" checked' in ask()
    assert 'name="not_claimant" value="1" checked' not in ask(asked="1")


def test_nothing_found_is_said(ask: Any) -> None:
    assert "Nothing found" in ask("finder_passages", asked="1", q="volcano")


def test_a_linked_passage_says_so_and_cannot_be_linked_again(ask: Any, editor: Any, claim: Any) -> None:
    audit = Article.objects.get(title=story.AUDIT[0])
    story.link(editor, claim, audit, "The audit office puts the cost of the bridge at 61 million euros.")
    page = ask("finder_passages", asked="1", q="audit office cost of the bridge")
    assert "Already linked to this claim: refutes" in page
    linked = page.partition("Already linked to this claim")[2].partition("</li>\n<li class")[0]
    assert 'value="refutes"' not in linked.partition("data-hit")[0]


@pytest.mark.parametrize(
    "query",
    [{"since": "yesterday"}, {"source": "nobody"}, {"q": "x" * 3000}, {"until": "9999-12-31"}, {"q": "a\x00b"}],
)
def test_a_field_that_cannot_be_read_is_left_out_and_said(ask: Any, query: dict[str, str]) -> None:
    page = ask("finder_passages", asked="1", **query)
    assert ("could not be read" in page) == ("until" not in query)


def test_the_pin_stands_on_every_screen_with_its_counts(client: Client, editor: Any, claim: Any) -> None:
    client.force_login(editor)
    assert "data-find-evidence" not in client.get("/articles/").content.decode()
    toggle_pin(person=editor, claim_id=claim.pk, now=story.NOW)
    audit = Article.objects.get(title=story.AUDIT[0])
    story.link(editor, claim, audit, "61 million euros")
    for path in ("/articles/", "/claims/", "/review/", reverse("annotations:pinned")):
        page = client.get(path).content.decode()
        assert f'data-find-evidence="{claim.pk}"' in page, path
        assert '1<span class="visually-hidden"> refuting' in page, path
