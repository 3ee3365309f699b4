"""What an open page asks for again and again, where the events process does not reach it."""

import re
import string
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction
from django.urls import reverse

from annotations.reader import deltas, unchanged
from annotations.reader.state import load_reader
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.claims import remove_claim, update_claim
from annotations.services.plan import toggle_pin
from annotations.services.targets import Target
from annotations.views import reader
from articles.models import Source, TextBands
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


def poll_with(client, article, tag=""):
    url = reverse("annotations:reader_poll", args=[article.pk]) + "?revision=1"
    return client.get(url, headers=JSON | {"If-None-Match": tag})


@pytest.fixture
def at_rest(monkeypatch):
    """The test's own transaction counts as one that runs."""
    monkeypatch.setattr(unchanged, "has_running_writers", lambda: False)


@pytest.fixture
def loads(monkeypatch):
    """How often the whole state was loaded."""
    made: list[Any] = []

    def load(**given):
        made.append(given)
        return load_reader(**given)

    monkeypatch.setattr(reader, "load_reader", load)
    return made


def test_an_unchanged_poll_loads_no_claims(client, editor, make_user, article, at_rest, loads):
    story.mark(editor, article)
    tag = poll_with(client, article)["ETag"]
    assert len(loads) == 1
    elsewhere = story.mark(make_user("editor"), story.make_article(story.AUDIT), "61 million euros")
    update_claim(person=editor, claim_id=elsewhere.pk, statement="Another article's.", now=story.NOW)
    answer = poll_with(client, article, tag)
    assert (answer.status_code, len(loads)) == (304, 1)
    # The new tag has those changes behind it.
    assert answer["ETag"] != tag
    assert poll_with(client, article, answer["ETag"])["ETag"] == answer["ETag"]


@pytest.mark.parametrize(
    "change",
    [
        lambda editor, article, claim: story.mark(editor, article, "The"),
        lambda editor, article, claim: update_claim(
            person=editor, claim_id=claim.pk, statement="Dearer.", now=story.NOW
        ),
        lambda editor, article, claim: story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros"),
        lambda editor, article, claim: story.draft(editor, claim=claim),
        lambda editor, article, claim: toggle_pin(person=editor, claim_id=claim.pk, now=story.NOW),
        lambda editor, article, claim: revise(article, "A new headline", *story.COUNCIL[1:]),
        lambda editor, article, claim: remove_claim(person=editor, claim_id=claim.pk, now=story.NOW),
    ],
    ids=["a mark", "a statement", "evidence elsewhere", "a verdict", "a pin", "a text", "a removal"],
)
def test_what_shows_on_the_page_is_told(client, editor, article, at_rest, change):
    claim = story.mark(editor, article)
    tag = poll_with(client, article)["ETag"]
    assert poll_with(client, article, tag).status_code == 304
    change(editor, article, claim)
    assert poll_with(client, article, tag).status_code == 200


def test_evidence_that_counts_since_its_article_was_compared_is_told(client, editor, article, at_rest):
    """Articles are compared some time after they came in, and no trail tells of that."""
    audit = story.make_article(story.AUDIT, is_compared=False, source=Source.objects.create(name="Audit office"))
    story.link(editor, story.mark(editor, article), audit, "61 million euros")
    tag = poll_with(client, audit)["ETag"]
    assert poll_with(client, audit, tag).status_code == 304
    TextBands.objects.create(article=audit, revision=audit.current_revision, bands=[])
    assert poll_with(client, audit, tag).status_code == 200


def test_a_change_that_was_under_way_is_told_once_it_is_done(client, editor, article, loads):
    """It may have an older number in the trail than what was committed before it: nobody may count on that number."""
    story.mark(editor, article)
    tag = poll_with(client, article)["ETag"]
    assert tag.count(".") == 0
    assert poll_with(client, article, tag).status_code == 304
    assert len(loads) == 2


def test_the_whole_state_is_loaded_every_few_minutes(client, editor, article, at_rest, loads, monkeypatch):
    story.mark(editor, article)
    tag = poll_with(client, article)["ETag"]
    monkeypatch.setattr(unchanged, "MINUTES_UNTIL_WHOLE", 0)
    assert poll_with(client, article, tag).status_code == 304
    assert len(loads) == 2


@pytest.mark.parametrize("tag", ['"x"', '"' + "0" * 32 + '.1.1.aaaaaaaa"', '"' + "é" * 32 + '"', "W/" + '"1.2.3.4"'])
def test_a_tag_that_nobody_sent_is_answered_whole(client, editor, article, at_rest, tag):
    story.mark(editor, article)
    assert poll_with(client, article, tag).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_change_with_a_lower_number_that_is_committed_later_is_told(client, editor, article):
    """Another person's change has a higher number and is committed first: its number says nothing about this one."""
    claim = story.mark(editor, article)
    other = story.mark(editor, story.make_article(story.AUDIT), "61 million euros")
    tag = poll_with(client, article)["ETag"]
    assert tag.count(".") == 3
    has_written, may_commit = Event(), Event()

    def change_slowly():
        try:
            with transaction.atomic():
                update_claim(person=editor, claim_id=claim.pk, statement="Later.", now=story.NOW)
                has_written.set()
                may_commit.wait(60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(change_slowly)
        assert has_written.wait(60)
        update_claim(person=editor, claim_id=other.pk, statement="At once.", now=story.NOW)
        meanwhile = poll_with(client, article, tag)
        assert (meanwhile.status_code, meanwhile["ETag"]) == (304, tag)
        assert poll_with(client, article)["ETag"].count(".") == 0
        may_commit.set()
        slow.result()
    assert poll_with(client, article, tag).status_code == 200
