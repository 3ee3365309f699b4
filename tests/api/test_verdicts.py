"""Verdicts and their transitions."""

import pytest

from annotations.models import Rating, Verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(editor, article, audit):
    made = story.mark(editor, article)
    story.link(editor, made, audit, "61 million euros")
    return made


def test_starting_and_writing(api, claim):
    body = {
        "headline": "Dearer", "rating": "False", "summary": "61 it was.", "rationale": "See [E1].", "language": "EN-gb",
        "topics": ["bridges"],
    }  # fmt: skip
    made = api.post(f"claims/{claim.pk}/verdicts", body)
    verdict = made.json()
    assert made.status_code == 201
    assert (verdict["version"], verdict["status"], verdict["rating"]["label"]) == (1, "draft", "False")
    assert (verdict["language"], verdict["topics"], verdict["byline"]) == ("en-GB", ["bridges"], ["Mira"])
    assert verdict["rating"]["class"] == "false"
    assert verdict["content_sha256"] is None
    path = f"verdicts/{verdict['id']}"
    assert api.patch(path, {"summary": "X"}, match=None).status_code == 428
    changed = api.patch(path, {"summary": "62 it was.", "topics": []}, match=made["ETag"])
    assert (changed.json()["summary"], changed.json()["topics"]) == ("62 it was.", [])
    assert api.patch(path, {"summary": "X"}, match=made["ETag"]).status_code == 412
    assert api.get(f"claims/{claim.pk}").json()["verdict"] == api.get(path).json()
    assert api.post(f"claims/{claim.pk}/verdicts", body).status_code == 409
    assert [one["id"] for one in api.get(f"claims/{claim.pk}/verdicts").json()["results"]] == [verdict["id"]]


def test_a_rating_is_an_id_or_a_label(api, claim):
    rating = Rating.objects.get(label="False", scale__key="newsroom")
    verdict = api.post(f"claims/{claim.pk}/verdicts", {"rating": str(rating.pk)}).json()
    assert verdict["rating"]["id"] == str(rating.pk)
    path = f"verdicts/{verdict['id']}"
    assert api.patch(path, {"rating": "missing CONTEXT"}).json()["rating"]["label"] == "Missing context"
    assert api.patch(path, {"rating": None}).json()["rating"] is None
    for wrong in ("Nonsense", 7, "0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"):
        assert api.patch(path, {"rating": wrong}).status_code == 422, wrong


def test_a_label_is_typed_on_a_scale_of_free_text(api, claim):
    scales = {scale["key"]: scale for scale in api.get("rating-scales").json()["results"]}
    assert [key for key, scale in scales.items() if scale["is_free_text"]] == ["free-text"]
    mixed = next(rating["id"] for rating in scales["free-text"]["ratings"] if rating["class"] == "mixed")
    verdict = api.post(f"claims/{claim.pk}/verdicts", {"rating": mixed, "rating_text": "Half of it"}).json()
    assert (verdict["rating"]["label"], verdict["rating"]["value"]) == ("Half of it", None)
    changed = api.patch(f"verdicts/{verdict['id']}", {"rating": "False"}).json()
    assert (changed["rating"]["label"], changed["rating_text"]) == ("False", "Half of it")


def test_a_label_that_several_scales_have_is_refused_outside_of_the_default(api, claim):
    from annotations.models import Desk

    Desk.objects.update(default_scale=None)
    response = api.post(f"claims/{claim.pk}/verdicts", {"rating": "False"})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "rating-ambiguous")


def test_submitting_lists_everything_that_is_missing(api, editor, article):
    claim = story.mark(editor, article, statement="", claimant=None, speech=None)
    verdict = api.post(f"claims/{claim.pk}/verdicts", {}).json()
    response = api.move(verdict["id"], "submit")
    assert response.status_code == 422
    assert {error["code"] for error in response.json()["errors"]} == {
        "statement-missing", "claimant-missing", "date-missing", "rating-missing", "evidence-missing",
    }  # fmt: skip


def test_the_way_to_publication(api, review, editor):
    verdict = str(story.draft(editor).pk)
    submitted = api.move(verdict, "submit")
    assert (submitted.status_code, submitted.json()["status"]) == (200, "in_review")
    assert len(submitted.json()["content_sha256"]) == 64
    assert [one["id"] for one in api.get("verdicts?status=in_review").json()["results"]] == [verdict]
    own = api.move(verdict, "approve")
    assert own.status_code == 403
    assert review.move(verdict, "request-changes", {"comment": " "}).status_code == 422
    asked = review.move(verdict, "request-changes", {"comment": "Say more"}, match=submitted["ETag"])
    assert asked.json()["status"] == "changes_requested"
    assert api.patch(f"verdicts/{verdict}", {"summary": "More"}).json()["status"] == "draft"
    again = api.move(verdict, "submit", {"waived": {"claimant_contacted": "She cannot be reached"}})
    assert again.json()["waived"]["claimant_contacted"] == "She cannot be reached"
    assert review.move(verdict, "approve", match=submitted["ETag"]).status_code == 412
    wrong = review.move(verdict, "approve", {"content_sha256": "0" * 64})
    assert (wrong.status_code, wrong.json()["type"].rpartition("/")[2]) == (412, "content-changed")
    approved = review.move(
        verdict, "approve", {"content_sha256": again.json()["content_sha256"], "no_conflict": True}, match=again["ETag"]
    )
    assert (approved.json()["status"], len(approved.json()["approvals"])) == ("approved", 1)
    assert api.move(verdict, "publish").status_code == 403
    later = review.move(verdict, "publish", {"not_before": "2099-01-01T00:00:00Z"})
    assert (later.status_code, later.json()["not_before"]) == (202, "2099-01-01T00:00:00Z")
    assert later.json()["missing"]
    done = review.move(verdict, "publish", match=later["ETag"])
    assert (done.status_code, done.json()["status"]) == (200, "published")
    assert review.move(verdict, "publish").status_code == 200
    assert api.patch(f"verdicts/{verdict}", {"summary": "X"}).status_code == 409
    assert review.move(verdict, "approve").status_code == 409


def test_moves_want_if_match(api, editor):
    verdict = str(story.draft(editor).pk)
    assert api.move(verdict, "submit", match=None).status_code == 428
    assert Verdict.objects.get().status == "draft"


def test_a_token_never_approves_what_its_creator_wrote(connect, make_user, editor, reviewer):
    admin = make_user(("editor", "admin"))
    verdict = story.in_review(admin)
    lent = connect(reviewer, creator=admin)
    refused = lent.move(str(verdict.pk), "approve")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "contributor-may-not-approve")
    assert connect(reviewer).move(str(verdict.pk), "approve", {"no_conflict": True}).status_code == 200
    assert lent.move(str(verdict.pk), "publish").status_code == 403


def test_retraction_by_two_and_restoring(connect, make_user, api, review, editor, reviewer, published):
    verdict = str(published.pk)
    other = connect(make_user("reviewer"))
    assert review.move(verdict, "suspend", {"reason": ""}).status_code == 422
    assert review.move(verdict, "suspend", {"reason": "Doubts"}).json()["status"] == "suspended"
    waiting = review.move(verdict, "retract", {"reason": "Wrong"})
    assert (waiting.status_code, waiting.json()["status"]) == (202, "suspended")
    assert waiting.json()["missing"] == ["One more person has to confirm this."]
    assert review.move(verdict, "retract", {"reason": "Wrong"}).status_code == 409
    assert other.move(verdict, "retract", {"reason": "Wrong"}).json()["status"] == "retracted"
    assert review.move(verdict, "restore", {"reason": "Right"}).status_code == 202
    assert other.move(verdict, "restore", {"reason": "Right"}).json()["status"] == "published"
    assert api.move(verdict, "retract", {"reason": "Mine"}).status_code == 403


def test_one_person_with_a_token_they_made_for_another_is_no_second(connect, make_user, editor, reviewer, published):
    verdict = str(published.pk)
    admin = make_user(("admin", "reviewer"), name="Ada")
    own, other = connect(admin), connect(make_user("admin"))
    lent = connect(make_user(("reviewer", "publisher")), creator=admin)
    for move in ("retract", "restore", "legal-removal"):
        assert own.move(verdict, move, {"reason": "Why"}).status_code == 202
        refused = lent.move(verdict, move, {"reason": "Why"})
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "one-person-twice"), move
        assert other.move(verdict, move, {"reason": "Why"}).status_code == 200


def test_an_approval_by_token_names_who_made_the_token(connect, client, make_user, editor, reviewer):
    admin = make_user(("admin", "reviewer"), name="Ada Admin")
    verdict = story.in_review(editor)
    lent = connect(reviewer, creator=admin)
    unanswered = lent.move(str(verdict.pk), "approve")
    assert (unanswered.status_code, unanswered.json()["type"].rpartition("/")[2]) == (409, "conflict-unanswered")
    assert lent.move(str(verdict.pk), "approve", {"no_conflict": True}).status_code == 200
    assert verdict.approvals.get().token_creator == admin
    client.force_login(editor)
    history = f"/claims/{verdict.claim_id}/history/"
    for path in (history, f"/review/{verdict.pk}/"):
        assert "with a token made by Ada Admin" in client.get(path).content.decode(), path
    assert lent.move(str(verdict.pk), "publish").status_code == 200
    assert lent.move(str(verdict.pk), "retract", {"reason": "Wrong"}).status_code == 202
    assert "Confirmed: retracted" in client.get(history).content.decode()


def test_an_admins_override_decides_alone_with_a_reason_and_is_told_in_the_events(
    connect, make_user, api, review, editor, reviewer, published
):
    verdict = str(published.pk)
    admin = connect(make_user("admin"))
    wrong = {"reason": "Wrong", "override": True}
    assert review.move(verdict, "retract", wrong).status_code == 403
    assert connect(make_user("admin"), "verdicts:write").move(verdict, "retract", wrong).status_code == 403
    for refused in ({"override": True}, {"reason": " ", "override": True}, {"reason": "Wrong", "override": "yes"}):
        assert admin.move(verdict, "retract", refused).status_code == 422, refused
    assert admin.move(verdict, "suspend", wrong).status_code == 422, "one person is enough for that anyway"
    assert admin.move(verdict, "retract", wrong | {"override": False}).status_code == 202
    done = admin.move(verdict, "retract", wrong)
    assert (done.status_code, done.json()["status"]) == (200, "retracted")
    assert admin.move(verdict, "restore", {"reason": "Right", "override": True}).json()["status"] == "published"
    events = api.get(f"verdicts/{verdict}/events?limit=200").json()["results"]
    steps = [event["transition"] for event in events if event["transition"]]
    assert [(step["action"], step["is_override"]) for step in steps][-3:] == [
        ("propose", False), ("retract", True), ("restore", True),
    ]  # fmt: skip


def test_a_legal_removal_leaves_a_tombstone_and_410(connect, make_user, api, editor, reviewer, published):
    check = published.claim.fact_check
    people = [connect(make_user("publisher")), connect(make_user("admin"))]
    assert people[0].move(str(published.pk), "legal-removal", {"reason": "Court order"}).status_code == 202
    assert people[1].move(str(published.pk), "legal-removal", {"reason": "Court order"}).status_code == 200
    for path in (f"fact-checks/{check.pk}", f"fact-checks/{check.pk}/versions/1"):
        assert api.get(path).status_code == 410
    change = api.get("changes").json()["items"][-1]
    assert (change["state"], change["reason"], change["data"]) == ("deleted", "legal_removal", None)


def test_a_correction_is_a_new_draft(api, review, editor, reviewer, published):
    verdict = str(published.pk)
    assert api.move(verdict, "correct", {"kind": "correction"}).status_code == 422
    response = api.move(verdict, "correct", {"kind": "clarification", "note": "Said better"})
    new = response.json()
    assert (response.status_code, new["version"], new["status"]) == (200, 2, "draft")
    assert new["correction"] == {"kind": "clarification", "note": "Said better"}
    assert response["Location"].endswith(f"/api/v1/verdicts/{new['id']}")
    assert api.move(verdict, "correct", {"kind": "refile"}).status_code == 409


def test_events_are_the_audit_trail_with_reasons(api, review, editor, reviewer, published):
    verdict = str(published.pk)
    review.move(verdict, "suspend", {"reason": "Doubts"})
    events = api.get(f"verdicts/{verdict}/events?limit=200").json()["results"]
    steps = [event["transition"] for event in events if event["transition"]]
    assert [step["action"] for step in steps] == ["create", "submit", "approve", "publish", "suspend"]
    assert (steps[-1]["reason"], steps[-1]["from"], steps[-1]["to"]) == ("Doubts", "published", "suspended")
    assert events[-1]["actor"]["name"] in {"Jonas", "Mira"}
    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
    assert any(event["via"].startswith("token:") for event in events)
    assert api.get("verdicts/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e/events").status_code == 404


@pytest.mark.parametrize(
    ("move", "scope"),
    [("submit", "verdicts:write"), ("correct", "verdicts:write"), ("approve", "verdicts:approve"),
     ("request-changes", "verdicts:approve"), ("publish", "verdicts:publish"), ("suspend", "verdicts:publish"),
     ("retract", "verdicts:publish"), ("restore", "verdicts:publish"), ("legal-removal", "verdicts:publish")],
)  # fmt: skip
def test_every_move_wants_its_scope(connect, reviewer, move, scope):
    from accounts.scopes import SCOPES

    others = [name for name in SCOPES if name != scope]
    unknown = "0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"
    assert connect(reviewer, *others).move(unknown, move).json()["type"].endswith("/problems/scope-missing")
    assert connect(reviewer, scope).move(unknown, move, {}).status_code in {404, 422}


def test_comments_and_what_blocks(api, review, editor):
    verdict = story.draft(editor)
    path = f"claims/{verdict.claim_id}/comments"
    made = review.post(
        path, {"body": "Who says so?", "verdict": str(verdict.pk), "field": "summary", "is_blocking": True}
    )
    assert (made.status_code, made.json()["author"]["name"], made.json()["field"]) == (201, "Jonas", "summary")
    assert api.move(str(verdict.pk), "submit").json()["errors"][0]["code"] == "comment-unresolved"
    assert api.post(f"comments/{made.json()['id']}/resolve").status_code == 403
    assert review.post(f"comments/{made.json()['id']}/resolve").json()["resolution"] == "done"
    assert api.move(str(verdict.pk), "submit").status_code == 200
    reply = api.post(path, {"body": "The audit office.", "in_reply_to": made.json()["id"]})
    assert [one["id"] for one in api.get(path).json()["results"]] == [made.json()["id"], reply.json()["id"]]
    assert [one["id"] for one in api.get(f"{path}?verdict={verdict.pk}").json()["results"]] == [made.json()["id"]]
    for wrong in ({"body": " "}, {}, {"body": "x", "verdict": made.json()["id"]}, {"body": "x", "field": "odd"}):
        assert api.post(path, wrong).status_code == 422, wrong
