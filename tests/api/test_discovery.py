"""Passages, lookup, annotations of an article, Atom."""

import xml.etree.ElementTree as ET

import orjson
import pytest
from django.db.models import F

from accounts.audit import acting
from annotations.models import Desk
from annotations.services.changes.placements import place_revision
from api.views.meta import _find_guides
from articles.models import Article, PendingRevision
from publishing.models import FactCheck, ForeignCheck
from publishing.services.article_annotations import annotations_of
from publishing.services.withdrawals import suspend_verdict
from tests.annotations import story
from tests.api.client import Api

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def check(editor, reviewer, published):
    return FactCheck.objects.get()


@pytest.fixture
def told(check):
    """The article that the check is about."""
    return Article.objects.get(pk=check.document["claim"]["appearances"][0]["article"])


def test_passages_are_ranked_with_their_surroundings(api):
    texts = ("The harbour handled 4 million tonnes of cargo.", "A ferry sank near the harbour.", "Nothing of the kind.")
    for number, text in enumerate(texts):
        item = {
            "external_id": str(number),
            "title": f"Story {number}",
            "text": f"First words.\n\n{text}",
            "language": "en",
        }
        api.post("imports", {"articles": [item]})
    hits = api.get("passages?q=harbour cargo tonnes").json()["results"]
    assert [hit["article"]["title"] for hit in hits] == ["Story 0", "Story 1"]
    article = api.get(f"articles/{hits[0]['article']['id']}").json()
    assert article["revision"]["text"][hits[0]["start"] : hits[0]["end"]] == hits[0]["exact"]
    assert "4 million tonnes" in hits[0]["exact"]
    assert hits[0]["score"] > hits[1]["score"]
    assert api.get("passages").status_code == 400
    assert api.get("passages?q=the").status_code == 200
    assert api.get("passages?q=!!").json()["results"] == []


def test_lookup_by_text(api, check):
    near = "Yesterday the council leader said that the bridge cost 40 million euros. It rained."
    (match,) = api.get(f"lookup?text={near}").json()["matches"]
    assert match["fact_check"]["id"] == str(check.pk)
    assert (match["claim"], match["foreign"]) == ("The bridge cost 40 million euros.", None)
    assert match["score"] == 1.0
    assert api.get("lookup?text=It rained all day on the hills.").json()["matches"] == []
    assert api.get("lookup").status_code == 400
    assert api.get("lookup?text=a&url=b").status_code == 400


def test_lookup_by_address_and_of_others(api, check, told):
    with acting(None):
        Article.objects.filter(pk=told.pk).update(url="https://news.example/bridge")
    ForeignCheck.objects.create(
        url="https://facts.example/1",
        publisher="Facts",
        claim_text="The tunnel was closed by the mayor",
        label="Untrue",
    )
    (match,) = api.get("lookup?url=https://news.example/bridge?utm_medium=x").json()["matches"]
    assert match["fact_check"]["id"] == str(check.pk)
    (match,) = api.get("lookup?text=They say the tunnel was closed by the mayor.").json()["matches"]
    assert match["foreign"] == {
        "publisher": "Facts",
        "url": "https://facts.example/1",
        "label": "Untrue",
        "claimreview": None,
        "earlier": [],
    }
    assert api.get("lookup?url=https://facts.example/1").json()["matches"][0]["foreign"]["label"] == "Untrue"
    assert api.get("lookup?url=not an address").json()["matches"] == []


def test_annotations_of_an_article(api, check, told):
    response = api.get(f"articles/{told.pk}/annotations")
    collection = response.json()
    assert response["Content-Type"] == "application/ld+json"
    assert (collection["type"], collection["total"]) == ("AnnotationCollection", 2)
    page = collection["first"]
    assert page["type"] == "AnnotationPage"
    claim = page["items"][0]
    assert claim["target"]["selector"][0]["exact"] == "cost 40 million euros"
    assert api.get(f"articles/{told.pk}/annotations?page=1").json() == page
    assert api.get(f"articles/{told.pk}/annotations?page=2").status_code == 404
    assert api.get("articles/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e/annotations").status_code == 404


def test_annotations_are_made_for_the_page_that_wants_them(editor, reviewer, told):
    for _ in range(2):
        claim = story.mark(editor, told)
        story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
        last = story.published(editor, reviewer, claim=claim)
    pieces = {
        (start, stop): annotations_of(article_id=told.pk).between(start, stop)
        for start, stop in [(1, 3), (5, 9), (0, 1), (2, 4), (6, 9)]
    }
    found = annotations_of(article_id=told.pk)
    whole = found.between(0, found.total)
    assert (found.total, len(set(whole))) == (6, 6)
    assert pieces == {(start, stop): whole[start:stop] for start, stop in pieces}
    Desk.objects.update(name="Renamed", edit_number=F("edit_number") + 1)
    suspend_verdict(person=reviewer, verdict_id=last.pk, reason="Doubts", now=story.NOW)
    renamed = annotations_of(article_id=told.pk).between(0, 9)
    assert [orjson.loads(item)["id"] for item in renamed] == [orjson.loads(item)["id"] for item in whole[:4]]
    assert all(b"Renamed" in item for item in renamed)


def test_annotations_in_another_revision(api, check, told):
    moved = story.add_revision(told, ("Council leader praises bridge", "On Monday.", *story.COUNCIL[1:]))
    PendingRevision.objects.create(revision=moved)
    place_revision(revision_id=moved.pk, now=story.NOW)
    first = api.get(f"articles/{told.pk}/annotations?revision=1").json()["first"]["items"][0]
    second = api.get(f"articles/{told.pk}/annotations?revision=2").json()["first"]["items"][0]
    spans = [(one["target"]["selector"][1]["start"], one["target"]["selector"][1]["end"]) for one in (first, second)]
    assert moved.text[slice(*spans[1])] == "cost 40 million euros"
    assert spans[0] != spans[1]
    assert api.get(f"articles/{told.pk}/annotations?revision=9").status_code == 404


def test_atom_is_open_while_public_pages_are(check, connect, editor):
    feed = ET.fromstring(Api().get("feeds/fact-checks.atom").content)  # noqa: S314 - our own
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [check.headline]
    assert Api().get("feeds/corrections.atom")["Content-Type"] == "application/atom+xml"
    Desk.objects.update(has_public_pages=False)
    assert Api().get("feeds/fact-checks.atom").status_code == 401
    assert connect(editor, "feed:read").get("feeds/fact-checks.atom").status_code == 200


def test_a_desk_without_its_guides_starts(tmp_path):
    assert _find_guides(tmp_path) == {}
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").touch()
    assert _find_guides(tmp_path) == {"examples/a.py": tmp_path / "examples" / "a.py"}
