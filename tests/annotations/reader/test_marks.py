"""The reader's requests: marking, describing, pinning, undoing, settling what a revision changed."""

import json
import uuid

import pytest
from django.urls import reverse

from annotations.models import Appearance, Claim, Claimant, Evidence, Passage, Placement
from annotations.services.changes import rechecks
from annotations.services.changes.placements import place_revision
from articles.models import BlockRole, PendingRevision
from tests.annotations import story

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def post(client, name, *args, headers=None, **fields):
    return client.post(reverse(f"annotations:{name}", args=args), fields, headers=JSON | (headers or {}))


def at(article, words):
    start = article.current_revision.text.index(words)
    return {"revision": article.current_revision.number, "start": start, "end": start + len(words), "exact": words}


def revise(article, *blocks):
    """The publisher changes the article; its passages are placed."""
    revision = story.add_revision(article, blocks)
    PendingRevision.objects.create(revision=revision)
    place_revision(revision_id=revision.pk, now=story.NOW)
    article.refresh_from_db()
    return revision


def test_words_become_a_claim_that_can_be_undone_and_brought_back(client, editor, article):
    response = post(client, "mark_claims", article.pk, **at(article, "cost 40 million euros"))
    assert response.status_code == 201
    answer = response.json()
    claim = Claim.objects.get()
    assert answer["claim"] == str(claim.pk)
    assert [(span["start"], span["group"]) for span in answer["spans"]] == [(46, "claim-marked")]
    assert client.post(answer["undo"]["url"], headers=JSON).status_code == 200
    assert not Claim.objects.standing().exists()
    again = post(client, "restore_claim", claim.pk)
    assert again.status_code == 200
    assert Claim.objects.standing().exists()


def test_a_quote_alone_is_enough(client, editor, article):
    assert post(client, "mark_claims", article.pk, exact="cost 40 million euros").status_code == 201


def test_a_quote_that_stands_twice_is_asked_back_with_its_places(client, editor):
    article = story.make_article(("Bridge", "It cost 40 million.", "Yes, 40 million."))
    response = post(client, "mark_claims", article.pk, exact="40 million")
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert [one["start"] for one in problem["candidates"]] == [16, 34]
    assert problem["revision"] == 1
    assert "2 places" in problem["detail"]
    second = problem["candidates"][1]
    fields = {name: second[name] for name in ("start", "end", "exact")} | {"revision": problem["revision"]}
    assert post(client, "mark_claims", article.pk, **fields).status_code == 201


def test_other_words_at_the_offsets_are_refused_with_what_stands_there(client, editor, article):
    response = post(client, "mark_claims", article.pk, start=0, end=7, exact="Cabinet", revision=1)
    assert response.status_code == 422
    assert response.json()["found"] == "Council"
    assert not Passage.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"exact": "words that are not there"}, 422),
        ({"start": "x", "end": "5"}, 422),
        ({"start": "-1", "end": "5"}, 422),
        ({"start": "0", "end": "99999"}, 422),
        ({}, 422),
    ],
)
def test_bad_input_is_a_problem_in_words(client, editor, article, fields, status):
    response = post(client, "mark_claims", article.pk, **fields)
    assert response.status_code == status
    assert response.json()["detail"].endswith(".") or "?" not in response.json()["detail"]
    assert not Claim.objects.exists()


def test_an_article_that_is_not_there(client, editor):
    assert post(client, "mark_claims", uuid.uuid4(), exact="words").status_code == 404
    assert client.get(reverse("annotations:reader", args=[uuid.uuid4()])).status_code == 404


def test_a_mark_made_on_an_older_text_lands_in_the_newer_one_and_says_so(client, editor, article):
    revise(article, "A new headline", *story.COUNCIL[1:])
    response = post(client, "mark_claims", article.pk, start=47, end=68, exact="cost 40 million euros", revision=1)
    assert response.status_code == 201
    assert response.json()["revision"] == 2
    placed = Placement.objects.get()
    assert placed.revision.text[placed.start : placed.end] == "cost 40 million euros"


def test_somebody_without_the_right_reads_and_changes_nothing(client, make_user, editor, article):
    claim = story.mark(editor, article)
    client.force_login(make_user("publisher"))
    page = client.get(reverse("annotations:reader", args=[article.pk]))
    assert b'data-can-write="false"' in page.content
    assert b"selection-bar" not in page.content
    for name, args, fields in [
        ("mark_claims", [article.pk], at(article, "nobody had been hurt")),
        ("mark_blocks", [article.pk], {"roles": "1:furniture"}),
        ("claim_describe", [claim.appearances.get().pk], {"statement": "Mine"}),
        ("claim_state", [claim.pk], {"state": "parked", "reason": "No"}),
        ("remove_claim", [claim.pk], {}),
    ]:
        response = post(client, name, *args, **fields)
        assert response.status_code == 403, name
        assert response.json()["code"] == "not-permitted"
    claim.refresh_from_db()
    assert (claim.statement, claim.state, claim.removed_at) == ("The bridge cost 40 million euros.", "marked", None)


def test_nobody_reads_without_a_login(client, db, article):
    assert client.get(reverse("annotations:reader", args=[article.pk])).status_code == 302


def test_the_pinned_claim_travels_and_takes_evidence_elsewhere(client, editor, article):
    claim, other = story.mark(editor, article), story.make_article(story.AUDIT)
    assert "stays with you" in post(client, "claim_pin", claim.pk).json()["message"]
    page = client.get(reverse("annotations:reader", args=[other.pk])).content.decode()
    assert "The bridge cost 40 million euros." in page
    response = post(
        client, "mark_evidence", other.pk, claim=claim.pk, stance="refutes", **at(other, "61 million euros")
    )
    assert response.status_code == 201
    evidence = Evidence.objects.get()
    assert (evidence.stance, evidence.verified) == ("refutes", "stored_text")
    assert response.json()["card"] == f"evidence-e-{evidence.pk}"
    assert client.post(response.json()["undo"]["url"], headers=JSON).status_code == 200
    assert not Evidence.objects.standing().exists()
    assert "no longer pinned" in post(client, "claim_pin", claim.pk).json()["message"]


def test_evidence_of_the_same_article_is_shown_as_counting_zero(client, editor, article):
    claim = story.mark(editor, article)
    story.link(editor, claim, article, "nobody had been hurt", "context")
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert "Not independent: same article as the claim" in page


def test_evidence_on_the_claims_own_words_is_refused(client, editor, article):
    claim = story.mark(editor, article)
    response = post(client, "mark_evidence", article.pk, claim=claim.pk, stance="context", **at(article, "40 million"))
    assert response.status_code == 422
    assert response.json()["code"] == "evidence-overlaps-claim"


def test_the_pinned_claim_stands_here_too(client, editor, article):
    claim = story.mark(editor, article)
    response = post(client, "mark_appearances", article.pk, claim=claim.pk, **at(article, "The new bridge"))
    assert response.status_code == 201
    assert claim.appearances.standing().count() == 2
    assert client.post(response.json()["undo"]["url"], headers=JSON).status_code == 200
    assert claim.appearances.standing().count() == 1


# --- describing


def describe(client, appearance, etag=None, **fields):
    values = {"statement": "", "claimant": "", "claimant_id": "", "said_on": "", "mode": ""} | fields
    headers = {"If-Match": etag} if etag else {}
    return post(client, "claim_describe", appearance.pk, headers=headers, **values)


def test_a_card_is_saved_with_statement_claimant_and_day(client, editor, article):
    claim = story.mark(editor, article, statement="", claimant=None, speech=None)
    response = describe(
        client,
        claim.appearances.get(),
        statement="The bridge cost 40 million.",
        claimant="Ada Example",
        said_on="2026-02-27",
        mode="reported",
    )
    assert response.status_code == 200
    claim.refresh_from_db()
    appearance = claim.appearances.get()
    assert claim.statement == "The bridge cost 40 million."
    assert claim.claimant.name == "Ada Example"
    assert (appearance.said_at.isoformat(), appearance.has_said_time) == ("2026-02-27T00:00:00+00:00", False)
    assert appearance.mode == "reported"


def test_what_did_not_change_is_not_written(client, editor, article):
    claim = story.mark(editor, article)
    before = claim.edit_number
    response = describe(
        client,
        claim.appearances.get(),
        statement=claim.statement,
        claimant="ada example",
        said_on="2026-02-27",
        mode="reported",
    )
    claim.refresh_from_db()
    assert response.status_code == 200
    assert claim.edit_number == before
    assert Claimant.objects.count() == 1


def test_somebody_elses_words_are_not_overwritten(client, editor, article):
    claim = story.mark(editor, article, claimant=None, speech=None)
    appearance = claim.appearances.get()
    first = describe(client, appearance, statement="Mine")
    describe(client, appearance, statement="Theirs", etag=first["ETag"])
    late = describe(client, appearance, statement="Mine again", etag=first["ETag"])
    assert late.status_code == 412
    assert late.json()["current"]["statement"] == "Theirs"
    claim.refresh_from_db()
    assert claim.statement == "Theirs"
    settled = describe(client, appearance, statement="Mine again", etag=late.json()["etag"])
    assert settled.status_code == 200


def test_evidence_linked_meanwhile_is_no_conflict_with_a_statement(client, editor, article):
    claim = story.mark(editor, article, claimant=None, speech=None)
    appearance = claim.appearances.get()
    first = describe(client, appearance, statement="One")
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    assert describe(client, appearance, statement="Two", etag=first["ETag"]).status_code == 200


def test_a_day_that_is_none_is_refused(client, editor, article):
    appearance = story.mark(editor, article).appearances.get()
    for said_on in ("2026-02-31", "yesterday"):
        response = describe(client, appearance, statement="Kept", said_on=said_on)
        assert response.status_code == 422
        assert said_on in response.json()["detail"]


def test_a_note_is_saved_as_it_is_typed_and_guarded(client, editor, article):
    claim = story.mark(editor, article)
    evidence = story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    first = post(client, "evidence_describe", evidence.pk, stance="refutes", note="Shows the audited cost")
    assert first.status_code == 200
    stale = post(client, "evidence_describe", evidence.pk, headers={"If-Match": '"old"'}, stance="context", note="x")
    assert stale.status_code == 412
    evidence.refresh_from_db()
    assert (evidence.stance, evidence.note) == ("refutes", "Shows the audited cost")


def test_parking_wants_a_reason_and_can_be_undone(client, editor, article):
    claim = story.mark(editor, article)
    assert post(client, "claim_state", claim.pk, state="parked", reason="  ").status_code == 422
    answer = post(client, "claim_state", claim.pk, state="parked", reason="An announcement").json()
    claim.refresh_from_db()
    assert (claim.state, claim.parked_reason) == ("parked", "An announcement")
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert '<mark data-groups="claim-parked"' in page
    client.post(answer["undo"]["url"], headers=JSON)
    claim.refresh_from_db()
    assert (claim.state, claim.parked_reason) == ("marked", "")


def test_furniture_is_set_and_taken_back_for_several_blocks(client, editor, article):
    answer = post(client, "mark_blocks", article.pk, roles="1:furniture 2:furniture").json()
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert page.count('data-role="furniture"') == 2
    assert client.post(answer["undo"]["url"], headers=JSON).status_code == 200
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert 'data-role="furniture"' not in page
    assert post(client, "mark_blocks", article.pk, roles="1:furniture 99:furniture").status_code == 404
    assert BlockRole.objects.count() == 4


def test_a_plain_form_without_script_comes_back_to_the_article(client, editor, article):
    claim = story.mark(editor, article)
    response = client.post(reverse("annotations:claim_pin", args=[claim.pk]), {"article": article.pk})
    assert response.status_code == 303
    assert response["Location"] == reverse("annotations:reader", args=[article.pk])


# --- after a new revision


def test_a_changed_number_is_shown_until_a_person_confirms_it(client, editor, article):
    story.mark(editor, article)
    revise(article, story.COUNCIL[0], story.COUNCIL[1].replace("40", "45"), story.COUNCIL[2])
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert "The publisher changed the text under 1 passage" in page
    assert "<del>" in page
    assert 'data-action="harmless"' not in page
    placement = Placement.objects.get(revision=article.current_revision)
    assert post(client, "placement_confirm", placement.pk).status_code == 200
    assert "publisher changed" not in client.get(reverse("annotations:reader", args=[article.pk])).content.decode()


def test_an_orphan_is_reattached_by_selecting(client, editor, article):
    story.mark(editor, article, "nobody had been hurt")
    revise(article, *story.COUNCIL[:2], "Now it says something else about workers and their safety.")
    placement = Placement.objects.get(revision=article.current_revision)
    assert placement.status == "orphaned"
    assert post(client, "placement_reattach", placement.pk).status_code == 422
    words = at(article, "something else")
    assert post(client, "placement_reattach", placement.pk, start=words["start"], end=words["end"]).status_code == 200
    placement.refresh_from_db()
    assert (placement.status, placement.exact) == ("changed", "something else")


def test_withdrawn_words_ask_no_more(client, editor, article):
    story.mark(editor, article, "nobody had been hurt")
    revise(article, *story.COUNCIL[:2], "Now it says something else about workers and their safety.")
    placement = Placement.objects.get(revision=article.current_revision)
    assert post(client, "placement_withdraw", placement.pk).status_code == 200
    page = client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    assert "Withdrawn by the publisher" in page
    assert "The publisher changed" not in page


def test_all_harmless_changes_are_confirmed_at_once(client, editor):
    article = story.make_article(
        ("Biscuits", "The biscuits of Mondolez are sold everywhere.", "Mondolez bakes them daily.")
    )
    story.mark(editor, article, "biscuits of Mondolez are sold")
    story.mark(editor, article, "Mondolez bakes them daily")
    revise(article, "Biscuits", "The biscuits of Mondelez are sold everywhere.", "Mondelez bakes them daily.")
    assert "2 harmless changes" in client.get(reverse("annotations:reader", args=[article.pk])).content.decode()
    answer = post(client, "confirm_harmless", revision=article.current_revision.pk).json()
    assert answer["message"] == "2 changes confirmed: the meaning is unchanged."
    assert not Placement.objects.filter(revision=article.current_revision, confirmed_at=None).exists()


def test_harmless_changes_are_locked_in_the_order_of_all_others(editor, monkeypatch):
    """By the text's order they would deadlock with a person who confirms the same changes from the queue."""
    article = story.make_article(("Biscuits", "The biscuits of Mondolez are sold.", "Mondolez bakes them daily."))
    story.mark(editor, article, "Mondolez bakes them daily")
    story.mark(editor, article, "biscuits of Mondolez are sold")
    revise(article, "Biscuits", "The biscuits of Mondelez are sold.", "Mondelez bakes them daily.")
    locked = []
    lock = rechecks._lock_placement

    def record(placement_id):
        locked.append(placement_id)
        return lock(placement_id)

    monkeypatch.setattr(rechecks, "_lock_placement", record)
    rechecks.confirm_harmless(person=editor, revision_id=article.current_revision.pk, now=story.NOW)
    assert len(locked) == 2
    assert locked == sorted(locked)


# --- others


def test_claimants_are_suggested_from_the_records(client, editor):
    Claimant.objects.create(name="Ada Example", role="Council leader")
    Claimant.objects.create(name="Theodora Ada", role="")
    results = client.get(reverse("annotations:claimant_suggest"), {"q": "ada"}).json()["results"]
    assert [(one["label"], one["hint"]) for one in results] == [("Ada Example", "Council leader"), ("Theodora Ada", "")]


def test_every_answer_says_what_was_done_in_words(client, editor, article):
    answer = post(client, "mark_claims", article.pk, **at(article, "cost 40 million euros"))
    assert json.loads(answer.content)["message"] == "Claim marked: “cost 40 million euros”"
    assert Appearance.objects.count() == 1
