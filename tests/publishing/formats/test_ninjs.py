import json
from datetime import UTC, datetime
from functools import cache

import pytest
from jsonschema import Draft202012Validator

from publishing.formats.ninjs import check, ninjs
from tests.publishing.formats.samples import empty_preview, frozen, publication, shared, varied
from tests.publishing.formats.test_webannotation import formats


@cache
def schema():
    return json.loads(shared("ninjs", "specification", "ninjs-schema_3.1.json").read_text("utf-8"))


def errors(doc):
    return [error.message for error in Draft202012Validator(schema(), format_checker=formats).iter_errors(doc)]


STATES = ["published", "superseded", "suspended", "retracted", "removed", "preview"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("content", varied().values(), ids=varied())
def test_it_conforms_to_the_schema_in_every_state(content, state):
    embargo = datetime(2026, 3, 4, 7, tzinfo=UTC)
    where = publication(state=state, api_url="https://مثال.example/api/v1/fact-checks/1", embargoed_until=embargo)
    document = ninjs(content, where, notice="Seen")
    assert errors(document) == []
    assert check(document) == []


def test_the_schema_does_find_something():
    assert errors({**ninjs(frozen(), publication()), "verdict": "False"})
    assert errors({**ninjs(frozen(), publication()), "uri": "no uri"})


def test_a_preview_conforms_and_is_told_what_is_missing():
    document = ninjs(empty_preview(), publication(published_at=None, modified_at=None, state="preview", corrections=()))
    assert errors(document) == []
    assert {problem.path for problem in check(document)} == {"/versionCreated", "/language", "/headlines", "/bodies"}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("published", "usable"),
        ("suspended", "withheld"),
        ("preview", "withheld"),
        ("retracted", "canceled"),
        ("removed", "canceled"),
    ],
)
def test_the_state_tells_what_to_do(state, status):
    assert ninjs(frozen(), publication(state=state))["pubStatus"] == status


def test_a_canceled_item_carries_nothing_of_the_check():
    document = ninjs(frozen(), publication(state="retracted", corrections=()), notice="Withdrawn: wrong source.")
    assert document["edNote"] == "Withdrawn: wrong source."
    assert "library lends" not in json.dumps(document)


def test_the_members():
    document = ninjs(
        frozen(),
        publication(embargoed_until=datetime(2026, 3, 4, 7, tzinfo=UTC), canonical_url="https://paper.example/f"),
    )
    assert document["uri"] == publication().api_url
    assert document["version"] == "2"
    assert document["edNote"] == "correction 2026-03-05T09:30:00Z (version 2): We first wrote 1,000."
    assert document["embargoedUntil"] == "2026-03-04T07:00:00Z"
    assert document["altIds"][1] == {"role": "slug", "value": "library-loans"}
    assert [indicator["role"].rpartition("/")[2] for indicator in document["trustIndicators"]] == [
        "correctionsPolicy",
        "factCheckingPolicy",
    ]
    review, *related = document["associations"]
    assert review["uri"] == f"{publication().api_url}/claimreview"
    assert review["renditions"][0]["contentType"] == "application/ld+json"
    assert [item["rel"] for item in related] == ["appearance", "appearance", "refutes", "context"]
    assert document["people"] == [{"name": "Ada Example", "rel": "claimant", "uri": "https://www.wikidata.org/wiki/Q0"}]
    assert "False" in document["bodies"][1]["value"]


def test_html_in_a_statement_stays_text():
    content = frozen()
    content["claim"]["statement"] = "<script>1 < 2</script>"
    assert "<script>" not in ninjs(content, publication())["bodies"][0]["value"]


def test_the_check_names_defects():
    document = ninjs(frozen(), publication()) | {"pubStatus": "cancelled", "uri": "/x", "title": 3}
    document["trustIndicators"][0]["role"] = "corrections"
    assert {(problem.path, problem.code) for problem in check(document)} == {
        ("/pubStatus", "pub-status"),
        ("/uri", "not-a-uri"),
        ("/title", "not-text"),
        ("/trustIndicators/0/role", "not-a-uri"),
    }
