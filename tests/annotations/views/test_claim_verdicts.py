"""Writing a verdict on the claim page: autosave, submit, what an edit costs, and the steps after publication."""

import json

import pytest
from django.urls import reverse

from annotations.models import Desk, Verdict
from annotations.services.autosave import verdict_words, version_of
from publishing.models import FactCheck
from tests.annotations import story
from tests.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user):
    return make_user(("reviewer", "publisher"))


def post(client, name, pk, data=None, **headers):
    if name.endswith("_draft"):  # saved by the page's script
        headers = {"Accept": "application/json"} | headers
    return client.post(address(name, pk), data or {}, headers=headers)


def page(client, person, verdict, **query):
    client.force_login(person)
    return client.get(reverse("annotations:claim", args=[verdict.claim_id]), query).content.decode()


def test_a_verdict_is_started_once(client, editor, reviewer):
    claim = story.mark(editor, story.make_article())
    client.force_login(editor)
    assert post(client, "verdict_start", claim.pk).status_code == 303
    assert post(client, "verdict_start", claim.pk).status_code == 409
    assert Verdict.objects.get().claim_id == claim.pk


def test_the_address_of_a_refused_form_leads_to_the_claims_page(client, editor, reviewer):
    claim = story.mark(editor, story.make_article())
    client.force_login(editor)
    post(client, "verdict_start", claim.pk)
    verdict = Verdict.objects.get()
    refused = post(client, "verdict_submit", verdict.pk)
    assert refused.status_code == 422
    page = reverse("annotations:claim", args=[claim.pk])
    assert f'data-url="{page}"' in refused.content.decode()
    for name, pk in (
        ("verdict_submit", verdict.pk),
        ("verdict_correct", verdict.pk),
        ("claim_state", claim.pk),
        ("claim_comments", claim.pk),
        ("appearance", claim.appearances.get().pk),
    ):
        answer = client.get(address(name, pk), {"form": "contact"})
        assert (answer.status_code, answer["Location"]) == (302, f"{page}?form=contact"), name
        assert client.put(address(name, pk)).status_code == 405
    assert client.get(address("verdict_submit", claim.pk)).status_code == 404
    client.logout()
    assert "/login/" in client.get(address("verdict_submit", verdict.pk))["Location"]


def test_words_are_saved_as_typed_and_a_conflict_shows_what_stands_there(client, editor, reviewer):
    verdict = story.draft(editor)
    client.force_login(editor)
    read = version_of(verdict_words(verdict))
    data = verdict_words(verdict) | {"headline": "Dearer", "byline": "Ada, Bo", "valid_until": "2027-01-01"}
    saved = post(client, "verdict_draft", verdict.pk, data, **{"If-Match": read})
    verdict.refresh_from_db()
    assert saved.status_code == 200
    assert (verdict.headline, verdict.byline) == ("Dearer", ["Ada", "Bo"])
    refused = post(client, "verdict_draft", verdict.pk, data | {"headline": "Cheaper"}, **{"If-Match": read})
    assert refused.status_code == 412
    assert json.loads(refused.content)["current"]["headline"] == "Dearer"
    again = post(client, "verdict_draft", verdict.pk, data | {"headline": "Cheaper"}, **{"If-Match": saved["ETag"]})
    assert again.status_code == 200


def test_evidence_linked_meanwhile_is_no_conflict(client, editor, reviewer):
    verdict = story.draft(editor)
    read = version_of(verdict_words(verdict))
    story.link(editor, verdict.claim, story.make_article(("More", "It was 59 million.")), "59 million")
    client.force_login(editor)
    data = verdict_words(verdict) | {"summary": "Longer."}
    assert post(client, "verdict_draft", verdict.pk, data, **{"If-Match": read}).status_code == 200


@pytest.mark.parametrize("field", [{"rating": "no-id"}, {"valid_until": "soon"}, {"headline": "x" * 400}])
def test_what_cannot_be_saved_is_refused_with_a_reason(client, editor, reviewer, field):
    verdict = story.draft(editor)
    client.force_login(editor)
    response = post(client, "verdict_draft", verdict.pk, verdict_words(verdict) | field)
    assert response.status_code in {404, 422}
    assert json.loads(response.content)["detail"]


def test_every_reason_of_a_refused_submission_is_said(client, editor, reviewer):
    verdict = story.draft(editor, rating=None)
    client.force_login(editor)
    data = verdict_words(verdict) | {"rationale": "See [E9]."}
    page = post(client, "verdict_submit", verdict.pk, data).content.decode()
    above, _, beside = page.partition('id="verdict-rationale_error"')
    assert "E9" in beside[:800]
    assert 'role="alert"' in above
    assert "Choose a rating." in above


def test_submit_saves_what_is_typed_and_names_what_is_missing(client, editor, reviewer):
    verdict = story.draft(editor, rating=None)
    client.force_login(editor)
    data = verdict_words(verdict) | {"headline": "Typed just now"}
    refused = post(client, "verdict_submit", verdict.pk, data)
    verdict.refresh_from_db()
    assert refused.status_code == 422
    assert "Choose a rating." in refused.content.decode()
    assert "Typed just now" in refused.content.decode()
    assert verdict.headline == "Typed just now"
    done = post(client, "verdict_submit", verdict.pk, data | {"rating": str(story.rating().pk)})
    verdict.refresh_from_db()
    assert done.status_code == 303
    assert verdict.status == "in_review"


def checklist(client, person, verdict):
    client.force_login(person)
    return client.get(reverse("annotations:verdict_checklist", args=[verdict.pk])).content.decode()


def test_the_checklist_follows_and_warns_when_nobody_could_approve(client, editor, make_user):
    verdict = story.draft(editor, rating=None)
    text = checklist(client, editor, verdict)
    assert "Choose a rating." in text
    assert "Nobody could approve it" in text
    reviewer = make_user("reviewer", name="Rita Reviewer")
    assert "Rita Reviewer could approve it" in checklist(client, editor, verdict)
    assert reverse("annotations:verdict_checklist", args=[verdict.pk]) in page(client, editor, verdict)
    assert "Rita Reviewer could approve it" not in checklist(client, reviewer, verdict)


def test_a_required_guard_blocks_until_a_reason_is_given(client, editor, reviewer):
    Desk.objects.update(policy={"claimant_contacted": "required"})
    verdict = story.draft(editor)
    assert "The claimant was not asked." in checklist(client, editor, verdict)
    refused = post(client, "verdict_submit", verdict.pk, verdict_words(verdict))
    assert refused.status_code == 422
    assert "The claimant was not asked." in refused.content.decode()
    reason = {"own-reason-claimant_contacted": "The claimant cannot be reached"}
    assert post(client, "verdict_submit", verdict.pk, verdict_words(verdict) | reason).status_code == 303
    verdict.refresh_from_db()
    assert verdict.waived["claimant_contacted"] == "The claimant cannot be reached"


def test_in_review_an_edit_has_to_be_asked_for(client, editor, reviewer):
    verdict = story.in_review(editor)
    text = page(client, editor, verdict)
    assert "returns it to draft" in text
    assert "data-draft-url" not in text
    words = verdict_words(verdict) | {"headline": "Sneaked in"}
    assert post(client, "verdict_draft", verdict.pk, words).status_code == 409
    evidence = verdict.claim.evidence.get()
    refused = post(client, "evidence", evidence.pk, {"stance": "supports"}, **{"HX-Request": "true"})
    assert refused.status_code == 409
    verdict.refresh_from_db()
    assert verdict.status == "in_review"
    assert 'name="agreed"' in page(client, editor, verdict, edit=1)
    assert post(client, "verdict_draft", verdict.pk, words | {"agreed": "1"}).status_code == 200
    verdict.refresh_from_db()
    assert verdict.status == "draft"


def test_a_reviewer_is_told_before_becoming_a_contributor(client, editor, reviewer):
    verdict = story.draft(editor)
    text = page(client, reviewer, verdict)
    assert "you can no longer approve this version" in text
    assert "data-draft-url" not in text
    words = verdict_words(verdict) | {"headline": "Mine"}
    assert post(client, "verdict_draft", verdict.pk, words).status_code == 409
    assert post(client, "verdict_draft", verdict.pk, words | {"agreed": "1"}).status_code == 200
    assert "you can no longer approve" not in page(client, reviewer, verdict)


def test_the_rationale_is_shown_as_readers_will_see_it(client, editor):
    verdict = story.draft(editor)
    client.force_login(editor)
    text = "Read [E1] and [E9]. <script>x</script>"
    response = post(client, "rationale_preview", verdict.claim_id, {"rationale": text}).content.decode()
    assert 'href="#evidence-1"' in response
    assert "[E9] refers to evidence that this claim does not have." in response
    assert "<script>x" not in response


def test_a_correction_starts_the_next_version(client, editor, reviewer, published):
    client.force_login(editor)
    refused = post(client, "verdict_correct", published.pk, {"kind": "update", "note": ""})
    assert refused.status_code == 422
    done = post(client, "verdict_correct", published.pk, {"kind": "update", "note": "New figures."})
    assert done.status_code == 303
    assert "New figures." in page(client, editor, published)
    assert published.claim.verdicts.count() == 2


def test_suspend_keeps_the_typed_reason_when_refused_and_restore_waits_for_two(
    client, editor, reviewer, make_user, published
):
    client.force_login(editor)
    assert post(client, "verdict_suspend", published.pk, {"reason": "Doubts"}).status_code == 403
    client.force_login(reviewer)
    assert post(client, "verdict_suspend", published.pk, {"reason": ""}).status_code == 422
    assert post(client, "verdict_suspend", published.pk, {"reason": "Doubts"}).status_code == 303
    assert FactCheck.objects.get().state == "suspended"
    other = make_user("publisher")
    assert post(client, "verdict_restore", published.pk, {"reason": "All is well"}).status_code == 303
    assert "Waits for one more person" in page(client, other, published)
    assert post(client, "verdict_restore", published.pk, {"reason": "Looked too"}).status_code == 303
    assert FactCheck.objects.get().state == "published"


def test_somebody_who_may_not_write_reads_the_verdict(client, editor, reviewer, make_user, published):
    text = page(client, make_user("publisher"), published)
    assert "No, the bridge was dearer" in text
    assert 'href="#evidence-1"' in text
    assert "dialog-correct" not in text
