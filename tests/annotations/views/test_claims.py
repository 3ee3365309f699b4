"""The claim page and its list: what is shown to whom, edits in parts, autosave, and what is said when it is refused."""

import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.audit_proof.chain import verify
from annotations.forms.claim import AppearanceForm
from annotations.models import Appearance, Claim, Claimant, Evidence
from annotations.services.autosave import claim_words, version_of
from annotations.services.claimants import save_contact
from annotations.services.claims import Speech, update_appearance, update_claim
from annotations.services.evidence import add_evidence
from annotations.services.merging import merge_claims
from annotations.services.targets import Target
from annotations.services.verdicts.transitions import contributor_ids
from tests.annotations import story
from tests.pages import address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def claim(editor):
    claim = story.mark(editor, story.make_article(), topics=["bridges"])
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros", note="The whole cost.")
    return claim


def page(client, person, claim, **query):
    client.force_login(person)
    return client.get(reverse("annotations:claim", args=[claim.pk]), query)


def post(client, name, pk, data=None, **headers):
    if name.endswith("_draft"):  # saved by the page's script
        headers = {"Accept": "application/json"} | headers
    return client.post(address(name, pk), data or {}, headers=headers)


def test_the_page_shows_quotes_in_context_with_the_way_to_the_exact_words(client, editor, claim):
    response = page(client, editor, claim)
    text = response.content.decode()
    assert response.status_code == 200
    assert "The bridge cost 40 million euros." in text
    assert (
        '<span class="quote-context">The new bridge </span><mark class="quote-exact">cost 40 million euros</mark>'
        in text
    )
    placement = claim.appearances.get().passage.placements.get()
    assert f"#at={placement.start}-{placement.end}" in text
    assert "The whole cost." in text
    assert "1 independent source" in text


def test_evidence_of_the_claims_own_article_counts_zero_and_says_why(client, editor, claim):
    own = claim.appearances.get().passage.article
    story.link(editor, claim, own, "nobody had been hurt", "supports")
    text = page(client, editor, claim).content.decode()
    assert "Not independent: same article as the claim" in text
    assert "1 independent source" in text


def test_nobody_without_a_role_or_a_login_sees_it(client, make_user, claim):
    url = reverse("annotations:claim", args=[claim.pk])
    assert client.get(url).status_code == 302
    client.force_login(make_user(None))
    assert client.get(url).status_code == 403


def test_a_publisher_reads_and_meets_no_form_that_writes(client, make_user, claim):
    publisher = make_user("publisher")
    text = page(client, publisher, claim).content.decode()
    assert "data-draft-url" not in text
    assert reverse("annotations:claim_outside", args=[claim.pk]) not in text
    assert post(client, "claim_draft", claim.pk, {"statement": "Mine"}).status_code == 403
    assert Claim.objects.get(pk=claim.pk).statement == claim.statement


def test_an_unknown_claim_is_404_and_a_merged_one_leads_on(client, editor, claim):
    other = story.mark(editor, claim.appearances.get().passage.article, "nobody had been hurt")
    merge_claims(person=editor, claim_id=other.pk, into_id=claim.pk, now=story.NOW)
    client.force_login(editor)
    assert client.get(reverse("annotations:claim", args=[uuid4()])).status_code == 404
    response = client.get(reverse("annotations:claim", args=[other.pk]))
    assert response.headers["Location"] == reverse("annotations:claim", args=[claim.pk])


def test_statement_and_topics_are_saved_as_they_are_typed(client, editor, claim):
    client.force_login(editor)
    data = {"statement": "The bridge cost 40 million.", "topics": "bridges, money"}
    response = post(client, "claim_draft", claim.pk, data, **{"If-Match": version_of(claim_words(claim))})
    claim.refresh_from_db()
    assert response.status_code == 200
    assert (claim.statement, claim.topics) == ("The bridge cost 40 million.", ["bridges", "money"])
    assert response["ETag"] == version_of(claim_words(claim))


def test_too_long_a_statement_is_refused_and_no_browser_cuts_it(client, editor, claim):
    """A browser would cut a pasted text at `maxlength` without a word, and the rest would be lost."""
    fields = re.findall(r'<textarea[^>]*name="statement"[^>]*>', page(client, editor, claim).content.decode())
    article = claim.appearances.get().passage.article_id
    fields += re.findall(r'<textarea[^>]*name="statement"[^>]*>', client.get(f"/articles/{article}/").content.decode())
    assert len(fields) == 2
    assert not any("maxlength" in field for field in fields)
    refused = post(client, "claim_draft", claim.pk, {"statement": "a" * 2_001})
    assert refused.status_code == 422
    assert "at most 2,000 characters; this one has 2,001" in json.loads(refused.content)["detail"]
    assert Claim.objects.get(pk=claim.pk).statement == claim.statement


def test_another_statement_meanwhile_is_a_conflict_and_evidence_is_none(client, editor, make_user, claim):
    client.force_login(editor)
    read = version_of(claim_words(claim))
    story.link(editor, claim, story.make_article(("More", "It was 59 million in the end.")), "59 million")
    assert post(client, "claim_draft", claim.pk, {"statement": "First"}, **{"If-Match": read}).status_code == 200
    refused = post(client, "claim_draft", claim.pk, {"statement": "Second"}, **{"If-Match": read})
    body = json.loads(refused.content)
    assert refused.status_code == 412
    assert body["current"]["statement"] == "First"
    assert Claim.objects.get(pk=claim.pk).statement == "First"


def test_a_claimant_is_found_again_or_made_once(client, editor, claim):
    client.force_login(editor)
    response = post(client, "claim_claimant", claim.pk, {"claimant": "Eva Novel", "role": "Mayor"}, **HTMX)
    assert response.status_code == 200
    assert "Eva Novel" in response.content.decode()
    post(client, "claim_claimant", claim.pk, {"claimant": "Ada Example"}, **HTMX)
    assert Claim.objects.get(pk=claim.pk).claimant.name == "Ada Example"
    assert Claimant.objects.count() == 2


def test_parking_wants_a_reason_and_keeps_what_was_typed(client, editor, claim):
    client.force_login(editor)
    refused = post(client, "claim_state", claim.pk, {"state": "parked"}, **HTMX)
    assert refused.status_code == 422
    assert "Say why the claim is parked." in refused.content.decode()
    done = post(client, "claim_state", claim.pk, {"state": "parked", "reason": "A forecast."}, **HTMX)
    assert done.status_code == 200
    assert "A forecast." in done.content.decode()


def test_how_it_was_said_is_edited_and_a_bad_date_kept_in_the_form(client, editor, claim):
    client.force_login(editor)
    found = claim.appearances.get()
    data = {"mode": "direct", "said_on": "2026-02-26", "said_time": "09:30", "said_where": "Town hall"}
    assert post(client, "appearance", found.pk, data, **HTMX).status_code == 200
    found.refresh_from_db()
    assert (found.mode, found.said_at.isoformat(), found.has_said_time) == ("direct", "2026-02-26T09:30:00+00:00", True)
    refused = post(client, "appearance", found.pk, data | {"said_on": "soon", "said_where": "Elsewhere"}, **HTMX)
    assert refused.status_code == 422
    assert 'value="Elsewhere"' in refused.content.decode()


def test_seconds_that_the_api_set_stay_where_another_field_is_saved(client, editor, claim):
    found = claim.appearances.get()
    speech = Speech(mode="direct", said_at=datetime(2026, 2, 26, 9, 30, 15, tzinfo=UTC), has_said_time=True)
    update_appearance(person=editor, appearance_id=found.pk, speech=speech, now=speech.said_at)
    found.refresh_from_db()
    shown = AppearanceForm.of(found)
    clock = re.search(r'value="([^"]*)"', str(shown["said_time"]))[1]
    data = {"mode": "direct", "said_on": "2026-02-26", "said_time": clock, "said_where": "Town hall"}
    client.force_login(editor)
    assert post(client, "appearance", found.pk, data, **HTMX).status_code == 200
    found.refresh_from_db()
    assert (found.said_at, found.said_where) == (speech.said_at, "Town hall")


def test_the_last_appearance_stays(client, editor, claim):
    client.force_login(editor)
    response = post(client, "remove_appearance", claim.appearances.get().pk, **HTMX)
    assert response.status_code == 409
    assert "last appearance" in response["HX-Trigger"]
    assert Appearance.objects.standing().count() == 1


def test_a_note_is_edited_and_evidence_unlinked_and_linked_again(client, editor, claim):
    client.force_login(editor)
    found = claim.evidence.get()
    edited = post(client, "evidence", found.pk, {"stance": "context", "note": "Only the pillars."}, **HTMX)
    assert "Only the pillars." in edited.content.decode()
    unlinked = post(client, "remove_evidence", found.pk, **HTMX)
    undo = json.loads(unlinked["HX-Trigger"])["claim:undo"]["url"]
    assert "No evidence yet" in unlinked.content.decode()
    again = client.post(undo, headers={"Accept": "application/json"})
    assert again.status_code == 200
    assert Evidence.objects.standing().get().note == "Only the pillars."


def test_an_outside_source_is_linked_and_a_tick_without_its_proof_refused(client, editor, claim):
    client.force_login(editor)
    data = {"stance": "refutes", "url": "https://audit.example/1", "quote": "61 million", "is_verified": "on"}
    refused = post(client, "claim_outside", claim.pk, data, **HTMX)
    assert refused.status_code == 422
    assert "https://audit.example/1" in refused.content.decode()
    proof = {"archived_url": "https://archive.example/1", "accessed_on": "2026-02-28"}
    assert post(client, "claim_outside", claim.pk, data | proof, **HTMX).status_code == 200
    assert Evidence.objects.get(url="https://audit.example/1").verified == "person"


def test_the_contact_is_recorded_and_contradictions_are_refused(client, editor, claim):
    client.force_login(editor)
    data = {"asked_on": "2026-02-27", "channel": "e-mail", "response": "The figure is from 2019."}
    assert post(client, "claim_contact", claim.pk, data, **HTMX).status_code == 200
    assert Claim.objects.get(pk=claim.pk).contact.response == "The figure is from 2019."
    refused = post(client, "claim_contact", claim.pk, data | {"waived_reason": "No address"}, **HTMX)
    assert refused.status_code == 422
    assert "No address" in refused.content.decode()


def test_a_day_that_stays_keeps_the_time_of_day_that_a_program_set(client, editor, claim):
    asked, answered = datetime(2026, 2, 26, 16, 45, tzinfo=UTC), datetime(2026, 2, 27, 9, 30, tzinfo=UTC)
    save_contact(person=editor, claim_id=claim.pk, asked_at=asked, responded_at=answered, response="No.", now=story.NOW)
    client.force_login(editor)
    data = {"asked_on": "2026-02-26", "responded_on": "2026-02-27", "response": "No, never."}
    assert post(client, "claim_contact", claim.pk, data, **HTMX).status_code == 200
    contact = Claim.objects.get(pk=claim.pk).contact
    assert (contact.asked_at, contact.responded_at, contact.response) == (asked, answered, "No, never.")
    post(client, "claim_contact", claim.pk, data | {"asked_on": "2026-02-25"}, **HTMX)
    contact.refresh_from_db()
    assert (contact.asked_at, contact.responded_at) == (datetime(2026, 2, 25, tzinfo=UTC), answered)


def test_an_answer_may_come_on_the_day_of_the_question(client, editor, claim):
    asked = datetime(2026, 2, 26, 16, 45, tzinfo=UTC)
    save_contact(person=editor, claim_id=claim.pk, asked_at=asked, now=story.NOW)
    client.force_login(editor)
    data = {"asked_on": "2026-02-26", "responded_on": "2026-02-26", "response": "No."}
    assert post(client, "claim_contact", claim.pk, data, **HTMX).status_code == 200
    contact = Claim.objects.get(pk=claim.pk).contact
    assert (contact.asked_at, contact.responded_at) == (asked, datetime(2026, 2, 26, tzinfo=UTC))
    refused = post(client, "claim_contact", claim.pk, data | {"responded_on": "2026-02-25"}, **HTMX)
    assert refused.status_code == 422


def test_the_contact_of_a_merged_claim_is_seen_at_the_other_one(client, editor, make_user, claim):
    other_editor = make_user("editor")
    first, second = (story.mark(editor, story.make_article(), statement=f"Dear bridge {n}") for n in (1, 2))
    for person, one, words in ((other_editor, first, "Never said it."), (editor, second, "Ask the mayor.")):
        save_contact(person=person, claim_id=one.pk, asked_at=story.NOW, response=words, now=story.NOW)
    merge_claims(person=editor, claim_id=first.pk, into_id=claim.pk, now=story.NOW)
    contact = Claim.objects.get(pk=claim.pk).contact
    assert contact.response == "Never said it."
    assert contributor_ids(story.draft(editor, claim=claim).pk) >= {other_editor.pk}

    merge_claims(person=editor, claim_id=second.pk, into_id=claim.pk, now=story.NOW)
    text = page(client, editor, claim).content.decode()
    assert "Never said it." in text
    assert "Ask the mayor." in text
    assert "Dear bridge 2" in text
    assert Claim.objects.get(pk=claim.pk).contact.response == "Never said it."


def test_an_emptied_contact_gives_way_to_that_of_a_merged_claim(editor, claim):
    merged = story.mark(editor, story.make_article())
    for asked, words in ((story.NOW, "Ask the mayor."), (None, "")):
        save_contact(person=editor, claim_id=claim.pk, asked_at=asked, response=words, now=story.NOW)
    save_contact(person=editor, claim_id=merged.pk, asked_at=story.NOW, response="Never said it.", now=story.NOW)
    merge_claims(person=editor, claim_id=merged.pk, into_id=claim.pk, now=story.NOW)
    assert Claim.objects.get(pk=claim.pk).contact.response == "Never said it."
    assert verify().breaks == []


def test_without_script_a_form_leads_back_to_the_page(client, editor, claim):
    client.force_login(editor)
    response = post(client, "evidence", claim.evidence.get().pk, {"stance": "refutes", "note": "All of it."})
    assert response.status_code == 303
    assert response.headers["Location"].endswith("#evidence")
    refused = post(client, "evidence", claim.evidence.get().pk, {"stance": "hates", "note": "Typed words"})
    assert refused.status_code == 422
    assert "Typed words" in refused.content.decode()


def test_a_removed_claim_says_so_and_comes_back(client, editor, claim):
    client.force_login(editor)
    assert post(client, "remove_claim", claim.pk).status_code == 303
    text = page(client, editor, claim).content.decode()
    assert "This claim was removed" in text
    assert "data-draft-url" not in text
    assert post(client, "restore_claim", claim.pk).status_code == 303
    assert Claim.objects.standing().filter(pk=claim.pk).exists()


def test_nothing_typed_becomes_markup(client, editor, claim):
    update_claim(person=editor, claim_id=claim.pk, statement="<img src=x onerror=alert(1)>", now=story.NOW)
    story.draft(editor, claim=claim, rationale="<script>alert(2)</script> [E1]", headline="</textarea><b>x")
    text = page(client, editor, claim).content.decode()
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    assert "</textarea><b>" not in text


@pytest.mark.parametrize("count", [1, 25])
def test_the_pages_queries_do_not_grow(client, editor, make_user, claim, count, django_assert_max_num_queries):
    make_user("reviewer")
    text = ("Accounts", *(f"Bill number {number} was paid." for number in range(count)))
    article = story.make_article(text)
    for number in range(count):
        target = Target(article_id=article.pk, exact=f"Bill number {number} was")
        add_evidence(person=editor, claim_id=claim.pk, stance="context", target=target, now=story.NOW)
    story.draft(editor, claim=claim)
    client.force_login(editor)
    with django_assert_max_num_queries(20):
        assert client.get(reverse("annotations:claim", args=[claim.pk])).status_code == 200


def test_the_list_filters_by_everything_and_says_when_a_filter_is_unknown(client, editor, claim):
    parked = story.mark(
        editor, claim.appearances.get().passage.article, "nobody had been hurt", statement="No one hurt"
    )
    update_claim(person=editor, claim_id=parked.pk, state="parked", parked_reason="Later.", now=story.NOW)
    story.draft(editor, claim=claim)
    client.force_login(editor)

    def found(**query):
        return {one.pk for one in client.get(reverse("annotations:claims"), query).context["claims"]}

    assert found() == {claim.pk, parked.pk}
    assert found(state="parked") == {parked.pk}
    assert found(verdict="draft") == {claim.pk}
    assert found(verdict="none") == {parked.pk}
    assert found(topic="bridges") == {claim.pk}
    assert found(q="euros bridge") == {claim.pk}
    assert found(claimant=str(claim.claimant_id), state="parked") == {parked.pk}
    assert client.get(reverse("annotations:claims"), {"state": "nonsense"}).status_code == 422


def test_the_list_pages_by_cursor_in_few_queries(client, editor, django_assert_max_num_queries):
    article = story.make_article(("List", *(f"Sentence {number} stands." for number in range(40))))
    for number in range(40):
        story.mark(editor, article, f"Sentence {number} stands", statement=f"Statement {number}")
    client.force_login(editor)
    with django_assert_max_num_queries(8):
        first = client.get(reverse("annotations:claims"))
    second = client.get(reverse("annotations:claims") + first.context["next_url"])
    seen = [one.pk for response in (first, second) for one in response.context["claims"]]
    assert len(seen) == len(set(seen)) == 40


def test_no_field_of_the_desk_cuts_what_is_typed(client, editor, make_user):
    """Bounds stand in `data-most`: counted by script, refused by the service."""
    verdict = story.in_review(editor)
    claim = verdict.claim_id
    article = verdict.claim.appearances.get().passage.article_id
    client.force_login(make_user("reviewer"))
    for place in (
        f"/claims/{claim}/",
        f"/articles/{article}/",
        f"/review/{verdict.pk}/",
        f"/claims/{claim}/finder/page/",
    ):
        html = client.get(place).content.decode()
        assert "data-most=" in html, place
        assert re.findall(r"<textarea[^>]*maxlength[^>]*>", html) == [], place
