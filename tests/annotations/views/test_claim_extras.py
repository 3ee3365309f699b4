"""Discussion, history, what the CMS gets, precedents, merging and words found without selecting them."""

import json

import pytest
from django.urls import reverse

from annotations.models import Claim, Comment
from annotations.services.claims import update_claim
from annotations.services.discussion import suggest_words
from annotations.services.evidence import update_evidence
from annotations.services.verdicts.edits import save_verdict
from annotations.services.verdicts.transitions import contributor_ids
from publishing.models import FactCheck, ForeignCheck
from tests.annotations import story
from tests.pages import address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Edda Editor")


@pytest.fixture
def reviewer(make_user):
    return make_user(("reviewer", "publisher"), name="Rita Reviewer")


@pytest.fixture
def claim(editor):
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros", note="The whole cost.")
    return claim


def get(client, person, name, claim, **query):
    client.force_login(person)
    return client.get(address(name, claim.pk), query)


def post(client, person, name, pk, data=None, **headers):
    client.force_login(person)
    return client.post(address(name, pk), data or {}, headers=headers)


def test_a_comment_on_evidence_blocks_until_a_reviewer_resolves_it(client, editor, reviewer, make_user, claim):
    verdict = story.draft(editor, claim=claim)
    data = {"body": "Which year is that?", "about": "E1", "is_blocking": "on"}
    assert "Which year is that?" in post(client, reviewer, "claim_comments", claim.pk, data, **HTMX).content.decode()
    refused = post(client, editor, "verdict_submit", verdict.pk)
    assert refused.status_code == 422
    assert "Resolve the blocking comments first." in refused.content.decode()
    comment = Comment.objects.get()
    assert comment.evidence.number == 1
    assert post(client, editor, "resolve_comment", comment.pk, **HTMX).status_code == 403
    assert post(client, reviewer, "resolve_comment", comment.pk, **HTMX).status_code == 200
    assert post(client, editor, "verdict_submit", verdict.pk).status_code == 303


def test_an_empty_comment_is_refused_and_a_reply_hangs_under_its_comment(client, editor, claim):
    assert post(client, editor, "claim_comments", claim.pk, {"body": " "}, **HTMX).status_code == 422
    post(client, editor, "claim_comments", claim.pk, {"body": "First"}, **HTMX)
    first = Comment.objects.get()
    post(client, editor, "claim_comments", claim.pk, {"body": "Second", "in_reply_to": first.pk}, **HTMX)
    assert first.replies.get().body == "Second"


def test_a_reviewer_suggests_in_review_and_stays_one_who_can_approve(client, editor, reviewer, claim):
    verdict = story.in_review(editor, claim=claim)
    data = {"field": "summary", "suggested_to": "The audit office counts 61 million euros."}
    shown = post(client, reviewer, "claim_suggestions", claim.pk, data, **HTMX)
    assert shown.status_code == 200
    assert "euros" in shown.content.decode()
    verdict.refresh_from_db()
    assert verdict.status == "in_review"
    comment = Comment.objects.get()
    assert post(client, editor, "accept_suggestion", comment.pk).status_code == 409  # its price was not shown
    assert post(client, editor, "accept_suggestion", comment.pk, {"agreed": "1"}).status_code == 303
    verdict.refresh_from_db()
    assert (verdict.status, verdict.summary) == ("draft", data["suggested_to"])
    assert reviewer.pk not in contributor_ids(verdict.pk)


def test_a_suggestion_equal_to_what_stands_there_keeps_its_words(client, editor, reviewer, claim):
    verdict = story.draft(editor, claim=claim)
    data = {"field": "summary", "suggested_to": verdict.summary}
    refused = post(client, reviewer, "claim_suggestions", claim.pk, data, **HTMX)
    assert refused.status_code == 422
    assert verdict.summary in refused.content.decode()


def test_a_suggestion_whose_words_changed_meanwhile_is_refused(client, editor, reviewer, claim):
    verdict = story.draft(editor, claim=claim)
    suggestion = suggest_words(
        person=reviewer, verdict=verdict, field="headline", suggested_to="Other words", now=story.NOW
    )
    save_verdict(person=editor, verdict_id=verdict.pk, headline="Changed since", now=story.NOW)
    assert post(client, editor, "accept_suggestion", suggestion.pk).status_code == 412


def test_history_says_who_did_what_with_the_words_that_changed(client, editor, reviewer, claim):
    evidence = claim.evidence.get()
    update_claim(person=editor, claim_id=claim.pk, statement="The bridge cost 45 million euros.", now=story.NOW)
    update_evidence(person=editor, evidence_id=evidence.pk, note="Only the pillars.", now=story.NOW)
    story.published(editor, reviewer, claim=claim)
    text = get(client, editor, "claim_history", claim).content.decode()
    assert "Statement" in text
    assert '<del><span class="visually-hidden">[deleted: </span>40' in text
    assert "Evidence 1 changed" in text
    assert "61 million euros" in text
    for title in ("Submitted for review", "Approved", "Published"):
        assert title in text
    assert "Rita Reviewer" in text
    assert "Ada Example" in text
    assert "edit_number" not in text


def test_history_goes_on_page_by_page_in_few_queries(client, editor, claim, django_assert_max_num_queries):
    for number in range(160):
        update_claim(person=editor, claim_id=claim.pk, statement=f"Statement {number}", now=story.NOW)
    client.force_login(editor)
    with django_assert_max_num_queries(12):
        first = get(client, editor, "claim_history", claim)
    older = get(client, editor, "claim_history", claim, before=first.context["older"])
    assert "Claim added" in older.content.decode()
    assert get(client, editor, "claim_history", claim, before="x").status_code == 422


def test_the_cms_preview_says_what_is_missing_before_anything_is_published(client, editor, claim):
    response = get(client, editor, "claim_cms", claim)
    assert response.status_code == 200
    assert response.context["is_preview"]
    assert any(problem.level == "error" for problem in response.context["problems"])
    assert [key for key, *_ in response.context["formats"]] == [
        "fact_check", "claimreview", "annotation", "ninjs", "datafeed",
    ]  # fmt: skip


def test_the_cms_preview_of_a_published_check_is_what_was_frozen(client, editor, reviewer, claim):
    story.published(editor, reviewer, claim=claim)
    update_evidence(person=editor, evidence_id=claim.evidence.get().pk, note="Written later.", now=story.NOW)
    response = get(client, editor, "claim_cms", claim)
    document = json.loads(response.context["formats"][0][3])
    assert document == FactCheck.objects.get().document
    assert "&lt;iframe src=" in response.content.decode()
    assert not any(problem.level == "error" for problem in response.context["problems"])


def test_precedents_are_published_checks_that_say_something_similar(client, editor, reviewer, claim):
    story.published(editor, reviewer, claim=claim)
    like = story.mark(editor, story.make_article(), statement="This bridge cost 41 million euros")
    unlike = story.mark(editor, story.make_article(), statement="Nobody swims in winter")
    assert "The bridge cost 40 million euros." in get(client, editor, "claim_precedents", like).content.decode()
    assert "No precedent" in get(client, editor, "claim_precedents", unlike).content.decode()


def test_precedents_show_other_desks_checks_and_their_numbers(client, editor, claim):
    ForeignCheck.objects.create(
        url="https://facts.example/bridge", claim_sha256="0" * 64, publisher="Facts", label="Untrue",
        claim_text="The new bridge cost 38 million euros",
    )  # fmt: skip
    page = get(client, editor, "claim_precedents", claim).content.decode()
    assert "Untrue" in page
    assert "https://facts.example/bridge" in page
    assert "Other numbers: 38" in page


def test_earlier_checks_follow_the_statement_that_is_typed(client, editor, reviewer, claim):
    story.published(editor, reviewer, claim=claim)
    new = story.mark(editor, story.make_article(), statement="Nobody swims in winter")
    typed = "They say the bridge cost 40 million euros"
    shown = get(client, editor, "claim_checked_before", new, statement=typed).content.decode()
    assert ">Precedents</p>" in shown
    assert "The bridge cost 40 million euros." in shown
    assert get(client, editor, "claim_checked_before", new).content.strip() == b""
    assert get(client, editor, "claim_checked_before", new, statement="\x00" * 9).content.strip() == b""
    assert get(client, editor, "claim_checked_before", claim).content.strip() == b""  # its own check is none


def test_merging_by_search_and_its_refusals(client, editor, claim):
    other = story.mark(editor, story.make_article(), statement="The bridge cost forty million euros")
    page = get(client, editor, "claim_merge", other)
    assert [found.claim.pk for found in page.context["candidates"]] == [claim.pk]
    assert post(client, editor, "claim_merge", other.pk, {"into": "nothing"}).status_code == 422
    done = post(client, editor, "claim_merge", other.pk, {"into": claim.pk})
    assert done.headers["Location"] == reverse("annotations:claim", args=[claim.pk])
    assert claim.appearances.standing().count() == 2
    assert Claim.objects.get(pk=other.pk).merged_into_id == claim.pk


def test_claims_that_are_little_alike_are_offered_apart(client, editor, claim):
    story.mark(editor, story.make_article(), statement="The bridge cost 40 million euros, they say")
    roads = story.make_article(("Roads", "The bridge is closed to lorries, and its repair will cost millions."))
    story.mark(editor, roads, "its repair will cost millions", statement="The bridge is closed to lorries")
    page = get(client, editor, "claim_merge", claim).content.decode()

    likely, less = page.partition("Less alike")[::2]
    assert "they say" in likely.partition("Likely the same claim")[2]
    assert "closed to lorries" in less
    assert 'class="button is-small is-quiet" type="submit" name="into"' in less
    assert 'is-quiet" type="submit" name="into"' not in likely


def test_evidence_cited_by_the_title_of_its_article_says_it_once(client, editor, claim):
    article = story.make_article(("Accounts of the bridge", "The bridge cost 48 million euros."))
    story.link(editor, claim, article, "cost 48 million", cited_as="Accounts of the bridge")
    page = get(client, editor, "claim", claim).content.decode()
    assert page.count(">Accounts of the bridge<") == 1


def test_words_of_an_article_are_found_without_selecting_them(client, editor, claim):
    article = story.make_article(("Twice", "It cost 40 million. It did: it cost 40 million in the end."))
    client.force_login(editor)
    suggested = client.get(reverse("annotations:article_suggest"), {"q": "twi"})
    assert json.loads(suggested.content)["results"][0]["id"] == str(article.pk)
    data = {"article": "Twice", "article_id": article.pk, "quote": "cost 40 million"}
    asked = post(client, editor, "claim_appearances", claim.pk, data, **HTMX)
    assert asked.status_code == 409
    place = f"{article.current_revision.text.index('cost 40 million in')}"
    place += f"-{int(place) + len('cost 40 million')}"
    assert f'value="{place}"' in asked.content.decode()
    assert post(client, editor, "claim_appearances", claim.pk, data | {"place": place}, **HTMX).status_code == 200
    assert claim.appearances.standing().count() == 2
    not_there = post(
        client, editor, "claim_quoted", claim.pk, data | {"quote": "50 million", "stance": "context"}, **HTMX
    )
    assert not_there.status_code == 422
    assert "50 million" in not_there.content.decode()
    linked = post(client, editor, "claim_quoted", claim.pk, data | {"quote": "It did", "stance": "context"}, **HTMX)
    assert linked.status_code == 200
    assert claim.evidence.standing().count() == 2


def test_an_appearance_is_removed_and_brought_back(client, editor, claim):
    article = story.make_article(("Again", "The bridge was 40 million, all told."))
    post(
        client, editor, "claim_appearances", claim.pk, {"article": "A", "article_id": article.pk, "quote": "40 million"}
    )
    added = claim.appearances.order_by("-created_at").first()
    removed = post(client, editor, "remove_appearance", added.pk, **HTMX)
    undo = json.loads(removed["HX-Trigger"])["claim:undo"]
    assert undo["part"] == "appearances"
    assert client.post(undo["url"], headers={"Accept": "application/json"}).status_code == 200
    assert claim.appearances.standing().count() == 2


@pytest.mark.parametrize("name", ["claim_history", "claim_cms", "claim_precedents", "claim_merge"])
def test_pages_are_closed_to_those_without_a_role(client, make_user, claim, name):
    url = address(name, claim.pk)
    assert client.get(url).status_code == 302
    client.force_login(make_user(None))
    assert client.get(url).status_code == 403
