"""The reader's page: what it shows, to whom, and in how many queries."""

import json
import re

import pytest
from django.urls import reverse

from tests.annotations import story

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


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


@pytest.mark.parametrize("count", [0, 1, 50, 300])
def test_the_page_takes_as_many_queries_for_300_claims_as_for_one(client, editor, count, django_assert_max_num_queries):
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
    assert response.status_code == 200
    spans = data_of(response)["spans"]
    assert len(spans) == count + 2 * len(range(0, count, 10))
