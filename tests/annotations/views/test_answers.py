"""One view per act: a script, htmx and a plain form get the same act and the same refusal, each in its own shape."""

import json

import pytest
from django.urls import reverse

from annotations.models import Claim, Evidence
from tests.annotations import story

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def claim(make_user, client):
    editor = make_user("editor")
    client.force_login(editor)
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    return claim


def address(name, record):
    return reverse(f"annotations:{name}", args=[record.pk])


def test_a_script_gets_words_and_the_request_that_undoes_it(client, claim):
    response = client.post(address("remove_evidence", claim.evidence.get()), headers=JSON)
    assert response.json()["message"] == "Evidence 1 is unlinked."
    assert not Evidence.objects.standing().exists()
    assert (
        client.post(response.json()["undo"]["url"], headers=JSON)
        .json()["message"]
        .startswith("Undone: Evidence unlinked")
    )
    assert Evidence.objects.standing().exists()


def test_htmx_gets_the_part_and_the_undo_as_an_event(client, claim):
    fields = {"state": "parked", "reason": "A forecast."}
    response = client.post(address("claim_state", claim), fields, headers=HTMX)
    assert 'id="head"' in response.content.decode()
    event = json.loads(response["HX-Trigger"])["claim:undo"]
    assert event["part"] == "head"
    client.post(event["url"], headers=JSON)
    claim.refresh_from_db()
    assert (claim.state, claim.parked_reason) == (Claim.State.MARKED, "")


def test_a_plain_form_goes_on_at_the_part_or_in_the_article_it_came_from(client, claim):
    evidence = claim.evidence.get()
    response = client.post(address("remove_evidence", evidence))
    assert (response.status_code, response["Location"]) == (303, f"{address('claim', claim)}#evidence")
    article = claim.appearances.get().passage.article
    response = client.post(address("restore_evidence", evidence), {"article": article.pk})
    assert (response.status_code, response["Location"]) == (303, address("reader", article))


@pytest.mark.parametrize(
    ("headers", "shape"),
    [(JSON, "application/problem+json"), (HTMX, "toast"), ({}, "<!doctype html>")],
    ids=["script", "htmx", "form"],
)
def test_a_refusal_comes_in_the_shape_that_was_asked_for(client, claim, headers, shape):
    response = client.post(address("remove_appearance", claim.appearances.get()), headers=headers)
    assert response.status_code == 409
    assert shape in response.headers.get("HX-Trigger", "") + response["Content-Type"] + response.content.decode()
    assert "last appearance" in response.headers.get("HX-Trigger", "") + response.content.decode()
    assert claim.appearances.standing().exists()


def test_a_form_that_is_not_valid_is_a_problem_with_its_fields(client, claim):
    response = client.post(address("claim_state", claim), {"state": "lost"}, headers=JSON)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["/state"]
