"""Evidence of both kinds."""

import pytest

from annotations.models import Evidence
from tests.annotations import story
from tests.api.test_claims import target

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(editor, article):
    return story.mark(editor, article)


def test_a_passage_of_another_article(api, claim, audit):
    body = {
        "stance": "refutes",
        "target": target(audit, "61 million euros"),
        "note": "The accounts",
        "source_class": "statistics",
    }
    made = api.post(f"claims/{claim.pk}/evidence", body)
    evidence = made.json()
    assert made.status_code == 201
    assert made["Location"].endswith(f"/api/v1/evidence/{evidence['id']}")
    assert (evidence["n"], evidence["stance"], evidence["quote"], evidence["url"]) == (
        1,
        "refutes",
        "61 million euros",
        None,
    )
    passage = evidence["passage"]
    assert (passage["article"], passage["mode"], passage["placement"]["status"]) == (str(audit.pk), None, "placed")
    assert api.get(f"claims/{claim.pk}").json()["evidence"] == [evidence]
    assert evidence["is_compared"] is True


def test_the_ends_of_a_passage_move_and_an_outside_source_has_none(api, editor, claim, audit):
    path = f"evidence/{story.link(editor, claim, audit, '61 million euros').pk}"
    moved = api.patch(path, {"target": target(audit, "61 million"), "note": "Shorter"}, match=None)
    assert (moved.status_code, moved.json()["quote"], moved.json()["note"]) == (200, "61 million", "Shorter")
    outside = api.post(f"claims/{claim.pk}/evidence", {"stance": "context", "url": "https://example.org/a"}).json()
    refused = api.patch(f"evidence/{outside['id']}", {"target": target(audit, "61 million")}, match=None)
    assert (refused.status_code, "outside source" in refused.json()["detail"]) == (422, True)


def test_evidence_says_that_its_article_was_not_compared_yet(api, claim):
    late = story.make_article(story.AUDIT, is_compared=False)
    body = {"stance": "refutes", "target": target(late, "61 million euros")}
    evidence = api.post(f"claims/{claim.pk}/evidence", body).json()
    assert evidence["is_compared"] is False


def test_an_outside_source(api, claim):
    body = {
        "stance": "supports", "url": "https://example.org/a", "quote": "So it is", "archived_url": "https://example.net/a",
        "accessed_at": "2026-03-01", "is_verified": True,
    }  # fmt: skip
    evidence = api.post(f"claims/{claim.pk}/evidence", body).json()
    assert (evidence["passage"], evidence["quote"], evidence["verified"]) == (None, "So it is", "person")
    assert evidence["accessed_at"] == "2026-03-01T00:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        {"stance": "refutes"},
        {"stance": "proves", "url": "https://example.org"},
        {"url": "https://example.org"},
        {"stance": "context", "url": "ftp://example.org"},
        {"stance": "context", "url": "https://example.org", "source_class": "gossip"},
        {"stance": "context", "url": "https://example.org", "is_verified": True},
        {"stance": "context", "url": "https://example.org", "is_verified": "yes"},
        {"stance": "context", "url": "https://example.org", "accessed_at": "0001-01-01T00:00:00+14:00"},
        {"stance": "context", "url": "https://example.org", "accessed_at": "yesterday"},
    ],
)
def test_bad_input_is_422_and_links_nothing(api, claim, body):
    assert api.post(f"claims/{claim.pk}/evidence", body).status_code == 422
    assert not Evidence.objects.exists()


def test_both_kinds_at_once_or_the_claims_own_words_are_refused(api, claim, article, audit):
    both = {"stance": "context", "url": "https://example.org", "target": target(audit, "61 million euros")}
    assert api.post(f"claims/{claim.pk}/evidence", both).status_code == 422
    own = api.post(f"claims/{claim.pk}/evidence", {"stance": "supports", "target": target(article, "40 million")})
    assert (own.status_code, own.json()["type"].rpartition("/")[2]) == (422, "evidence-overlaps-claim")
    body = {"stance": "context", "target": target(audit, "61 million euros")}
    assert api.post(f"claims/{claim.pk}/evidence", body).status_code == 201
    assert api.post(f"claims/{claim.pk}/evidence", body).status_code == 409


def test_changing_and_unlinking(api, claim, audit):
    made = api.post(f"claims/{claim.pk}/evidence", {"stance": "context", "target": target(audit, "61 million euros")})
    path = f"evidence/{made.json()['id']}"
    changed = api.patch(path, {"stance": "refutes", "note": "Dearer"}, match=made["ETag"])
    assert (changed.json()["stance"], changed.json()["note"]) == ("refutes", "Dearer")
    assert api.patch(path, {"note": "Again"}, match=made["ETag"]).status_code == 412
    assert api.patch(path, {"quote": "other words"}, match=None).status_code == 422
    assert api.delete(path, match=made["ETag"]).status_code == 412
    assert api.delete(path, match=changed["ETag"]).status_code == 204
    assert api.get(path).status_code == 404
    assert api.delete(path, match=None).status_code == 404


def test_roles_and_scopes(connect, make_user, editor, claim, audit):
    body = {"stance": "context", "target": target(audit, "61 million euros")}
    assert connect(make_user("publisher")).post(f"claims/{claim.pk}/evidence", body).status_code == 403
    assert connect(editor, "claims:read").post(f"claims/{claim.pk}/evidence", body).status_code == 403


def test_linking_moves_the_claims_etag(api, claim, audit):
    tag = api.get(f"claims/{claim.pk}")["ETag"]
    body = {"stance": "context", "target": target(audit, "61 million euros")}
    assert api.post(f"claims/{claim.pk}/evidence", body, headers={"If-Match": tag}).status_code == 201
    body["target"] = target(audit, "Two workers")
    assert api.post(f"claims/{claim.pk}/evidence", body, headers={"If-Match": tag}).status_code == 412
