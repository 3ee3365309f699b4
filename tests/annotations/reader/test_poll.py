"""What an open page asks for again and again, where the events process does not reach it."""

import re
import string

import pytest
from django.urls import reverse

from annotations.reader import deltas
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.targets import Target
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


def test_a_long_list_is_named_by_groups_and_a_new_card_changes_the_one_around_it(client, editor, article, monkeypatch):
    monkeypatch.setattr(deltas, "MOST_NAMED", 3)
    # Stamps are digests: every second ends a group, so that these few cards make several.
    monkeypatch.setattr(deltas, "_LAST_OF_GROUP", tuple(string.ascii_uppercase + "abcdef"))
    words = [found.start() for found in re.finditer(r"\w+", article.current_revision.text)]
    targets = [Target(article_id=article.pk, start=start, end=start + 1) for start in words[1:41]]
    create_claims(person=editor, drafts=[ClaimDraft(target=one, statement="A") for one in targets], now=story.NOW)
    url = reverse("annotations:reader_poll", args=[article.pk])
    first = client.get(url, headers=JSON).json()
    assert len(first["cards"]) == len(targets)
    has = JSON | {"Reader-Has": "".join(first["stamps"].values()), "Reader-Groups": first["groups"]}
    assert client.get(url, headers=has).json()["cards"] == [[0, len(targets)]]
    made = story.mark(editor, article, "The")
    later = client.get(url, headers=has).json()
    fresh = [card for card in later["cards"] if isinstance(card, dict)]
    assert f'id="claim-{made.pk}"' in "".join(card["html"] for card in fresh)
    assert 0 < len(fresh) < len(targets)
    assert later["cards"][-1][1] == len(targets)
    page = [card["stamp"] for card in first["cards"]]
    again = [
        one for card in later["cards"] for one in ([card["stamp"]] if isinstance(card, dict) else page[slice(*card)])
    ]
    assert again == [card["stamp"] for card in client.get(url, headers=JSON).json()["cards"]]


@pytest.mark.parametrize("groups", ["x", "AAAAAAAAxxxx", "é" * 24])
def test_groups_that_nobody_sent_are_not_known(client, editor, article, groups):
    story.mark(editor, article)
    url = reverse("annotations:reader_poll", args=[article.pk])
    assert isinstance(client.get(url, headers=JSON | {"Reader-Groups": groups}).json()["cards"][0], dict)


def test_the_poll_speaks_of_the_text_on_the_page_and_tells_of_a_newer_one(client, editor, article):
    story.mark(editor, article)
    revise(article, "A much longer new headline", *story.COUNCIL[1:])
    document = client.get(reverse("annotations:reader_poll", args=[article.pk]) + "?revision=1").json()
    assert document["revision"] == 2
    assert document["cards"][0]["spans"][0][0] == 46
