"""The desk, the queue and the review of one verdict, as pages."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import RecheckTask, Verdict
from annotations.services.changes.placements import place_revision
from annotations.services.verdicts.edits import save_verdict
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import declare_conflict, people_who_decide
from articles.models import PendingRevision
from core.ids import uuid7
from publishing.models import FactCheck
from publishing.views import review
from publishing.views.decisions import DECISIONS
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user):
    return make_user(("reviewer", "publisher"))


def decide(client, verdict, action, **data):
    return client.post(reverse("publishing:decide", args=[verdict.pk, action]), data)


def test_the_desk_shows_each_person_what_waits_for_them(client, editor, reviewer):
    story.in_review(editor)
    client.force_login(reviewer)
    page = client.get("/").content.decode()
    assert "The bridge cost 40 million euros." in page
    client.force_login(editor)
    assert "Yours, in review" in client.get("/").content.decode()


def test_the_author_is_told_for_whom_it_waits_and_what_they_can_do(client, editor, make_user):
    verdict = story.in_review(editor)
    queue, page_of_it = reverse("publishing:review_queue"), reverse("publishing:review", args=[verdict.pk])
    client.force_login(editor)
    for url in (queue, page_of_it):
        page = client.get(url).content.decode()
        assert "nobody else on this desk may" in page.casefold(), url
        assert "Your decision" not in page
    asked = reverse("annotations:claim_plan", args=[verdict.claim_id])
    assert asked not in client.get(queue).content.decode()

    for name in ("Jonas", "Ada", "Bea", "Carl"):
        make_user("reviewer", name=name)
    make_user("publisher", name="Paul")
    page = client.get(queue).content.decode()
    assert "May approve it: Ada, Bea, Carl and 1 more" in page
    assert f"{asked}?next=" in page
    page = client.get(page_of_it).content.decode()
    assert "it waits for another person to approve it: Ada, Bea, Carl and 1 more." in page
    assert "It returns to draft" in page


def test_a_queue_that_is_cut_says_so(client, editor, reviewer, monkeypatch):
    monkeypatch.setattr(review, "_MOST", 2)
    client.force_login(reviewer)
    for number, cut in ((1, False), (2, False), (3, True)):
        story.in_review(editor)
        answer = client.get(reverse("publishing:review_queue"))
        assert len(answer.context["rows"]) == min(number, 2)
        assert ("The 2 most urgent are shown" in answer.content.decode()) is cut


def test_the_queue_asks_once_who_may_decide_however_much_waits(client, editor, reviewer, django_assert_max_num_queries):
    for _ in range(3):
        story.in_review(editor)
    client.force_login(editor)
    client.get(reverse("publishing:review_queue"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("publishing:review_queue")).content.decode()
    assert page.count(f"May approve it: {reviewer.name}") == 3


def test_who_declared_a_conflict_is_not_named_as_the_one_who_decides(client, editor, make_user):
    verdict = story.in_review(editor)
    cousin, other = make_user("reviewer", name="Cousin"), make_user("reviewer", name="Other")
    declare_conflict(
        person=cousin, claimant_id=verdict.claim.claimant_id, has_conflict=True, statement="Kin", now=story.NOW
    )
    assert people_who_decide([verdict]) == {verdict.pk: [other]}


def test_a_stranger_is_sent_to_the_login(client):
    assert client.get("/").status_code == 302


def test_a_reviewer_approves_what_was_shown_and_publishes(client, editor, reviewer):
    verdict = story.in_review(editor)
    client.force_login(reviewer)
    page = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert verdict.frozen.sha256 in page
    assert "61 million euros</mark>" in page
    assert "I have no conflict of interest with Ada Example" in page
    unanswered = decide(client, verdict, "approve", content_sha256=verdict.frozen.sha256, note="Read twice")
    assert unanswered.status_code == 409
    assert "Read twice" in unanswered.content.decode()
    answered = decide(client, verdict, "approve", content_sha256=verdict.frozen.sha256, no_conflict="1")
    assert answered.status_code == 302
    assert decide(client, verdict, "publish").status_code == 302
    assert FactCheck.objects.get().state == "published"


def test_a_time_of_publication_is_read_and_told_on_the_persons_clock(client, editor, make_user):
    person = make_user(("reviewer", "publisher"), time_zone="Asia/Tokyo")
    verdict = story.approved(editor, make_user("reviewer"))
    client.force_login(person)
    for unreadable in ("soon", "2099-13-45T10:00"):
        assert "cannot be read" in decide(client, verdict, "publish", not_before=unreadable).content.decode()
    assert decide(client, verdict, "publish", not_before="2099-01-02T08:30").status_code == 302
    verdict.refresh_from_db()
    assert verdict.not_before == datetime(2099, 1, 1, 23, 30, tzinfo=UTC)
    page = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert "It will be published on 2 January 2099, 08:30 JST." in page
    assert "Asia/Tokyo time" in page


def test_an_author_sees_no_approval_and_is_refused(client, make_user):
    author = make_user(("editor", "reviewer"))
    verdict = story.in_review(author)
    client.force_login(author)
    page = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert 'data-key-form="approve"' not in page
    assert "it waits for another person" in page
    response = decide(client, verdict, "approve", content_sha256=verdict.frozen.sha256)
    assert response.status_code == 403
    verdict.refresh_from_db()
    assert verdict.status == "in_review"


def test_content_that_changed_meanwhile_is_not_approved_and_the_note_is_kept(client, editor, reviewer):
    verdict = story.in_review(editor)
    shown = verdict.frozen.sha256
    save_verdict(person=editor, verdict_id=verdict.pk, summary="Other words", now=story.NOW)
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    client.force_login(reviewer)
    response = decide(client, verdict, "approve", content_sha256=shown, note="Looks right to me")
    assert response.status_code == 412
    assert "Looks right to me" in response.content.decode()
    assert Verdict.objects.get(pk=verdict.pk).status == "in_review"


def test_a_request_for_changes_needs_words_and_shows_the_difference_next_time(client, editor, reviewer):
    verdict = story.in_review(editor)
    client.force_login(reviewer)
    client.get(reverse("publishing:review", args=[verdict.pk]))
    assert decide(client, verdict, "request-changes", comment=" ").status_code == 422
    assert decide(client, verdict, "request-changes", comment="Say who counts.").status_code == 302
    save_verdict(person=editor, verdict_id=verdict.pk, summary="The audit office counts 62 million.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    page = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert "Changed since you last looked" in page
    assert "Say who counts." in page


def test_an_editor_cannot_decide(client, editor, make_user):
    verdict = story.in_review(editor)
    client.force_login(make_user("editor"))
    assert decide(client, verdict, "request-changes", comment="No").status_code == 403
    assert decide(client, verdict, "suspend", reason="No").status_code == 403


@pytest.mark.parametrize("action", [*DECISIONS, "applaud"])
def test_a_decision_on_nothing_is_404(client, reviewer, action):
    client.force_login(reviewer)
    data = {"body": "Words", "comment": "Words", "reason": "Words", "content_sha256": "0" * 64}
    assert client.post(f"/review/{uuid7()}/{action}/", data).status_code == 404
    assert client.post(f"/review/{'-' * 36}/{action}/", data).status_code == 404


def test_suspension_from_the_review_page(client, editor, reviewer, published):
    client.force_login(reviewer)
    assert decide(client, published, "suspend", reason="").status_code == 422
    assert decide(client, published, "suspend", reason="A reader doubts it.").status_code == 302
    assert FactCheck.objects.get().state == "suspended"


def test_the_pages_ask_a_bounded_number_of_queries(client, editor, reviewer, django_assert_max_num_queries):
    for _ in range(3):
        verdict = story.in_review(editor)
    client.force_login(reviewer)
    with django_assert_max_num_queries(12):
        client.get("/")
    with django_assert_max_num_queries(8):
        client.get(reverse("publishing:review_queue"))
    client.get(reverse("publishing:review", args=[verdict.pk]))
    with django_assert_max_num_queries(29):
        client.get(reverse("publishing:review", args=[verdict.pk]))


@pytest.mark.parametrize(("words", "is_harmless"), [("a cost of 61 millions", True), ("a cost of 16 million", False)])
def test_a_changed_passage_asks_for_a_look(client, editor, reviewer, words, is_harmless):
    article = story.make_article(story.AUDIT)
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, article, "puts the cost of the bridge at 61 million euros")
    changed = [block.replace("61 million", "61 millions" if is_harmless else "16 million") for block in story.AUDIT]
    revision = story.add_revision(article, tuple(changed))
    PendingRevision.objects.create(revision=revision)
    place_revision(revision_id=revision.pk, now=timezone.now())

    task = RecheckTask.objects.get(is_open=True)
    assert task.placement.status == "changed"
    client.force_login(editor)
    page = client.get(reverse("annotations:rechecks")).content.decode()
    assert "<ins>" in page
    if is_harmless == task.placement.is_harmless and is_harmless:
        client.post(reverse("annotations:confirm_harmless"))
    else:
        client.post(reverse("annotations:resolve_recheck", args=[task.pk]), {"resolution": "unchanged"})
    task.refresh_from_db()
    assert not task.is_open
    assert task.placement.confirmed_by == editor


BRIDGE = (
    "Bridge accounts",
    "The bridge cost 61 million euros, the audit office writes.",
    "Of the 61 million, the town paid half.",
    "The mayor did open the bridge in May.",
)


def change(article, *blocks):
    revision = story.add_revision(article, blocks)
    PendingRevision.objects.create(revision=revision)
    place_revision(revision_id=revision.pk, now=timezone.now())


def test_the_same_change_in_several_passages_is_answered_once(client, editor, make_user):
    article = story.make_article(BRIDGE)
    for words in ("cost 61 million euros", "Of the 61 million, the town", "did open the bridge"):
        story.mark(editor, article, words)
    change(article, *(block.replace("61", "16").replace("did open", "did not open") for block in BRIDGE))
    client.force_login(editor)
    page = client.get(reverse("annotations:rechecks")).content.decode()
    assert "The same change in 2 passages" in page
    chosen = re.findall(r'name="placement" value="([^"]+)"', page)
    assert len(chosen) == 2
    bulk = reverse("annotations:confirm_alike")
    assert client.post(bulk, {"placement": ["nonsense"]}).status_code == 422
    assert client.post(bulk, {"placement": [*chosen, str(uuid7())]}).status_code == 404  # all or none
    assert RecheckTask.objects.filter(is_open=True).count() == 3
    publisher = make_user("publisher")
    client.force_login(publisher)
    assert client.post(bulk, {"placement": chosen}).status_code == 403
    client.force_login(editor)
    answer = client.post(bulk, {"placement": chosen}, follow=True)
    assert "2 changes confirmed: the meaning is unchanged." in answer.content.decode()
    left = RecheckTask.objects.get(is_open=True)
    assert left.placement.exact == "did not open the bridge"


def test_a_word_that_only_came_in_is_asked_about_in_every_sentence(client, editor):
    article = story.make_article(("Town", "The mayor did pay for it.", "The council did know of it."))
    for words in ("did pay for it", "did know of it"):
        story.mark(editor, article, words)
    change(article, "Town", "The mayor did not pay for it.", "The council did not know of it.")
    client.force_login(editor)
    page = client.get(reverse("annotations:rechecks")).content.decode()
    assert RecheckTask.objects.filter(is_open=True).count() == 2
    assert "The same change in" not in page


def test_what_changed_under_a_published_check_comes_first(client, editor, reviewer):
    draft, public = story.make_article(BRIDGE), story.make_article(story.AUDIT)
    story.mark(editor, draft, "did open the bridge", statement="The mayor opened it.")
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, public, "61 million euros")
    story.published(editor, reviewer, claim=claim)
    change(draft, *BRIDGE[:3], "The mayor did not open the bridge in May.")
    change(public, story.AUDIT[0], story.AUDIT[1].replace("61 million", "16 million"), story.AUDIT[2])
    client.force_login(editor)
    page = client.get(reverse("annotations:rechecks")).content.decode()
    assert page.index(claim.statement) < page.index("The mayor opened it.")


def test_answers_about_no_words_keep_that_order_too(client, editor, reviewer):
    """A dead link under nothing published must not come before words that readers see."""
    marked = story.mark(editor, story.make_article(story.AUDIT), "Two workers were hurt", statement="Two were hurt.")
    claim = story.mark(editor, story.make_article())
    public = story.make_article(BRIDGE)
    story.link(editor, claim, public, "cost 61 million euros")
    verdict = story.published(editor, reviewer, claim=claim)
    for of, live in ((claim, verdict), (marked, None)):
        RecheckTask.objects.create(claim=of, verdict=live, kind="dead_link", detail="gone", created_at=story.NOW)
    change(public, *(block.replace("61", "16") for block in BRIDGE))
    client.force_login(editor)
    rows = client.get(reverse("annotations:rechecks")).context["rows"]
    assert [(row["task"].kind, row["is_published"]) for row in rows] == [
        ("dead_link", True),
        ("changed_words", True),
        ("dead_link", False),
    ]


def test_the_address_of_a_refused_decision_leads_back_to_the_review(client, editor, reviewer):
    verdict = story.in_review(editor)
    client.force_login(reviewer)
    refused = decide(client, verdict, "request-changes", comment="")
    assert refused.status_code == 422
    review = reverse("publishing:review", args=[verdict.pk])
    assert f'data-url="{review}"' in refused.content.decode()
    address = reverse("publishing:decide", args=[verdict.pk, "request-changes"])
    assert client.get(address).headers["Location"] == review
    assert client.get(address.replace("request-changes", "unheard-of")).status_code == 404


@pytest.mark.parametrize("is_gone", [False, True])
def test_the_review_says_that_evidence_changed_since_it_was_submitted(client, editor, reviewer, is_gone):
    """The claim page shows the new word, and the reviewer was shown the old one and nothing else."""
    article = story.make_article(story.AUDIT)
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, article, "puts the cost of the bridge at 61 million euros")
    verdict = story.in_review(editor, claim=claim)
    client.force_login(reviewer)
    address = reverse("publishing:review", args=[verdict.pk])
    assert "changed in its article" not in client.get(address).content.decode()
    new = "Nothing of it is left." if is_gone else story.AUDIT[1].replace("61 million", "16 million")
    revision = story.add_revision(article, (story.AUDIT[0], new, story.AUDIT[2]))
    PendingRevision.objects.create(revision=revision)
    place_revision(revision_id=revision.pk, now=timezone.now())
    page = client.get(address).content.decode()
    before, decision = page.index("Before you decide"), page.index('id="decision"')
    told = page[before:decision]
    assert "Evidence 1 changed in its article since it was submitted." in told
    assert "at 61 million euros" in told
    assert ("is no longer there" in told) is is_gone
    assert ("at 16 million euros" in told) is not is_gone


def test_the_next_in_the_queue_is_one_that_the_person_may_approve(client, editor, make_user):
    both = make_user(("editor", "reviewer"))
    verdict, other = story.in_review(editor), story.in_review(editor)
    own = story.in_review(both)
    Verdict.objects.filter(pk=own.pk).update(submitted_at=datetime(2026, 1, 1, tzinfo=UTC))  # it would be the first
    client.force_login(both)
    page = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert re.findall(r'data-next-review[^>]*href="([^"]+)"', page) == [reverse("publishing:review", args=[other.pk])]
    client.force_login(editor)
    assert "data-next-review" not in client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
