"""POST /lookup: a story of any length, or many texts in their order; numbers that differ; bounds."""

import pytest

from publishing.models import FactCheck, ForeignCheck
from publishing.services.lookup import MAX_PARTS, WHOLE, _parts_of
from publishing.services.withdrawals import suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db
BRIDGE = "The bridge cost 40 million euros."


@pytest.fixture
def check(editor, reviewer, published):
    ForeignCheck.objects.create(
        url="https://facts.example/1",
        publisher="Facts",
        claim_text="The tunnel was closed by the mayor",
        label="Untrue",
    )
    return FactCheck.objects.get()


def claims(answer):
    return [match["claim"] for match in answer["matches"]]


def test_texts_are_answered_in_their_order(api, check):
    texts = ["It rained all day on the hills.", "The mayor closed the tunnel", f"Somebody said: {BRIDGE}", "!!"]
    results = api.post("lookup", {"texts": texts}).json()["results"]
    assert [claims(one) for one in results] == [[], ["The tunnel was closed by the mayor"], [BRIDGE], []]


def test_a_story_of_any_length_is_asked_sentence_by_sentence(api, check):
    filler = "Nothing of the kind was heard in the hall that evening, and people went home. " * 400
    answer = api.post("lookup", {"text": f"{filler} They add that the mayor closed the tunnel. {filler}"}).json()
    assert claims(answer)[:1] == ["The tunnel was closed by the mayor"]
    assert "results" not in answer


def test_parts_are_bounded_and_lose_nothing():
    text = "One sentence here. " * 20_000
    parts = _parts_of(text)
    assert MAX_PARTS / 2 < len(parts) < 2 * MAX_PARTS
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert _parts_of("a" * WHOLE) == ["a" * WHOLE]


def test_least_score_leaves_weaker_matches_out(api, check):
    asked = "The mayor closed a bridge"
    found = api.get(f"lookup?text={asked}&least_score=0.01").json()["matches"]
    (score,) = [match["score"] for match in found if match["foreign"]]
    assert 0.01 < score < 0.99
    for least, is_kept in ((score, True), (score + 0.01, False)):
        posted = api.post("lookup", {"texts": [asked], "least_score": least}).json()["results"][0]
        got = api.get(f"lookup?text={asked}&least_score={least}").json()
        assert ("The tunnel was closed by the mayor" in claims(posted)) is is_kept
        assert claims(got) == claims(posted)


def test_other_numbers_are_said_and_score_lower(api, check):
    same, other, bare = api.post(
        "lookup",
        {
            "texts": [
                "The bridge did cost 40 million euros",
                "The bridge did cost 61 million euros",
                "The bridge did cost euros",
            ]
        },
    ).json()["results"]
    assert same["matches"][0]["other_numbers"] == bare["matches"][0]["other_numbers"] == []
    assert other["matches"][0]["other_numbers"] == ["40"]
    assert other["matches"][0]["score"] < 0.75 * same["matches"][0]["score"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "a", "texts": ["a"]},
        {"text": ""},
        {"texts": ["a"] * 101},
        {"texts": ["a" * 20_001]},
        {"text": "a", "least_score": 1.5},
        {"text": "a", "least": 0.5},
    ],
)
def test_bad_bodies_are_refused(api, check, body):
    assert api.post("lookup", body).status_code == 422


def test_a_suspended_check_is_not_found(api, check, reviewer):
    assert claims(api.post("lookup", {"text": BRIDGE}).json()) == [BRIDGE]
    suspend_verdict(person=reviewer, verdict_id=check.verdict_id, reason="Doubts", now=story.NOW)
    assert claims(api.post("lookup", {"text": BRIDGE}).json()) == []
