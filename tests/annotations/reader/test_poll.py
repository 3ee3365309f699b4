"""What an open page asks for again and again, where the events process does not reach it."""

import pytest
from django.urls import reverse

from tests.annotations import story
from tests.annotations.reader.test_marks import JSON, revise

pytestmark = pytest.mark.django_db


def test_the_poll_answers_304_until_something_changes(client, editor, make_user, article):
    url = reverse("annotations:reader_poll", args=[article.pk]) + "?revision=1"
    first = client.get(url, headers=JSON)
    etag = first["ETag"]
    assert client.get(url, headers=JSON | {"If-None-Match": etag}).status_code == 304
    claim = story.mark(make_user("editor"), article)
    changed = client.get(url, headers=JSON | {"If-None-Match": etag})
    assert changed.status_code == 200
    document = changed.json()
    start = article.current_revision.text.index(story.COUNCIL[1][15:36])
    assert document["cards"][0]["spans"] == [[start, start + 21, "claim-marked"]]
    assert f'id="claim-{claim.pk}"' in document["cards"][0]["html"]
    assert set(document["fragments"]) == {"pinned-claim", "reader-notices", "reader-meta"}


def test_the_poll_sends_only_what_the_page_does_not_have(client, editor, make_user, article):
    url = reverse("annotations:reader_poll", args=[article.pk])
    for words in ("The", "40 million euros", "council"):
        story.mark(editor, article, words)
    first = client.get(url, headers=JSON).json()
    stamps = [card["stamp"] for card in first["cards"]]
    has = "".join([*stamps, *first["stamps"].values()])
    second = story.mark(make_user("editor"), article, "cost 40 million euros")
    later = client.get(url, headers=JSON | {"Reader-Has": has}).json()
    fresh = next(card for card in later["cards"] if isinstance(card, dict))
    assert [card for card in later["cards"] if card is not fresh] in ([[0, 1], [1, 3]], [[0, 2], [2, 3]])
    assert f'id="claim-{second.pk}"' in fresh["html"]
    assert later["fragments"] == {}
    assert "roles" not in later


def test_the_poll_speaks_of_the_text_on_the_page_and_tells_of_a_newer_one(client, editor, article):
    story.mark(editor, article)
    revise(article, "A much longer new headline", *story.COUNCIL[1:])
    document = client.get(reverse("annotations:reader_poll", args=[article.pk]) + "?revision=1").json()
    assert document["revision"] == 2
    assert document["cards"][0]["spans"][0][0] == 46
