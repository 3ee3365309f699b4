"""What the pages cost: neither queries nor templates grow with the rows of a list, and a claim's forms wait until opened.

Counted, never timed. With these counts a page took 6 to 25 ms of CPU (2026-11-30).
"""

from collections import Counter

import pytest
from django.template import Template
from django.test.signals import template_rendered
from django.urls import reverse

from tests.annotations import story

pytestmark = pytest.mark.django_db
LISTS = ("annotations:claims", "article_list", "publishing:review_queue", "board:my_work", "board:desk")


@pytest.fixture
def people(make_user):
    return make_user("editor", name="Edda Editor"), make_user("reviewer", name="Rita Reviewer")


def add_work(editor, count: int) -> None:
    for n in range(count):
        number = f"{n} {story.make_article().pk}"
        claim = story.mark(editor, story.make_article(), statement=f"Bridge {number} cost 40 million euros.")
        story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
        story.in_review(editor, claim=claim)
        story.mark(editor, story.make_article(), statement=f"Tunnel {number} cost 40 million euros.", topics=["money"])


def cost(client, url: str, count_queries) -> tuple[int, int]:
    """Return how many queries the page needs and how many templates it draws, icons and badges of rows included."""
    drawn: Counter[str | None] = Counter()

    def note(*, template: Template, **_signal: object) -> None:
        drawn[template.name] += 1

    client.get(url)
    template_rendered.connect(note)
    try:
        with count_queries as queries:
            assert client.get(url).status_code == 200
    finally:
        template_rendered.disconnect(note)
    return len(queries), sum(drawn.values())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_queries_whatever_its_length(client, people, name, capture_queries):
    editor, reviewer = people
    client.force_login(reviewer)
    add_work(editor, 1)
    few, _ = cost(client, reverse(name), capture_queries())
    add_work(editor, 4)
    many, _ = cost(client, reverse(name), capture_queries())
    assert many == few <= 12


@pytest.mark.parametrize(("name", "most"), [("annotations:claims", 4), ("article_list", 0), ("board:desk", 1)])
def test_a_row_draws_few_templates(client, people, name, most, capture_queries):
    editor, reviewer = people
    client.force_login(reviewer)
    add_work(editor, 1)
    _, few = cost(client, reverse(name), capture_queries())
    add_work(editor, 2)
    _, many = cost(client, reverse(name), capture_queries())
    rows = {"annotations:claims": 4, "article_list": 10, "board:desk": 2}[name]
    assert many - few <= most * rows


def test_the_claim_page_draws_no_form_before_it_is_opened(client, people, capture_queries):
    editor, _ = people
    claim = story.mark(editor, story.make_article())
    for _ in range(4):
        story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    story.draft(editor, claim=claim)
    client.force_login(editor)
    url = reverse("annotations:claim", args=[claim.pk])
    queries, templates = cost(client, url, capture_queries())
    assert queries <= 20
    assert templates <= 260
    page = client.get(url).content.decode()
    assert 'id="outside-form"' not in page
    assert 'id="outside-form"' in client.get(url, {"form": "outside"}).content.decode()


def test_the_review_asks_few_queries(client, people, capture_queries):
    editor, reviewer = people
    verdict = story.in_review(editor)
    client.force_login(reviewer)
    queries, _ = cost(client, reverse("publishing:review", args=[verdict.pk]), capture_queries())
    assert queries <= 29
