"""The history of everything, and what the reviewer saw."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts.audit import acting
from accounts.models import ApiToken
from accounts.services import create_token
from annotations.models import (
    Approval,
    Claimant,
    Desk,
    RatingScale,
)
from annotations.services.claims import update_claim
from annotations.services.desk import RatingInput, save_scale
from annotations.services.evidence import OutsideSource, add_evidence, update_evidence
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from articles.models import Source
from articles.services.source_merging import merge_sources
from board.services.history_subjects import SUBJECTS
from publishing.models import WebhookEndpoint
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import remove_for_legal_reasons
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make_user):
    return make_user(("editor", "admin"), name="Edda Editor"), make_user(
        ("reviewer", "publisher"), name="Rita Reviewer"
    )


def page(client, kind, pk, **query):
    return client.get(reverse("board:history", args=[kind, pk]), query)


def changed_things(editor, reviewer):
    """One of each kind, each changed once: kind to (id, the words that its history must show)."""
    source = Source.objects.create(name="Town paper")
    verdict = story.published(editor, reviewer)
    claim, now = verdict.claim, timezone.now()
    evidence, appearance = claim.evidence.get(), claim.appearances.get()
    scale = RatingScale.objects.get(key="five-step")
    token, _ = create_token(creator=editor, user=reviewer, name="CMS", scopes=["feed:read"], now=now)
    with acting(editor):
        endpoint = WebhookEndpoint.objects.create(url="https://cms.example/hook", secret="x", created_by=editor)
        changes: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
            (Source, source.pk, {"name": "City paper"}),
            (Claimant, claim.claimant_id, {"role": "Mayor"}),
            (WebhookEndpoint, endpoint.pk, {"is_active": False}),
            (Desk, 1, {"policy": {"claimant_contacted": "off"}}),
            (ApiToken, token.pk, {"revoked_at": now}),
        )
        for model, pk, values in changes:
            model.objects.filter(pk=pk).update(**values)
        article = appearance.passage.article
        type(article).objects.filter(pk=article.pk).update(byline="A. Writer")
        reviewer.groups.add(Group.objects.get(name="editor"))
    steps = [RatingInput(label="Right", rating_class="true"), RatingInput(label="Wrong", rating_class="false")]
    save_scale(person=editor, scale_id=scale.pk, name="Two steps", description="", ratings=steps)
    return {
        "claim": (claim.pk, "Claim added"), "evidence": (evidence.pk, "Evidence 1 added"), "verdict": (verdict.pk, "Approved"),
        "passage": (appearance.passage_id, "cost 40 million euros"), "article": (article.pk, "A. Writer"),
        "source": (source.pk, "[inserted: </span>City"), "claimant": (claim.claimant_id, "Mayor"),
        "scale": (scale.pk, "Rating “Right” added"), "person": (reviewer.pk, "Role given"), "token": (token.pk, "Revoked"),
        "webhook": (endpoint.pk, "Switched on"), "desk": (1, "claimant contacted"),
    }  # fmt: skip


def test_everything_has_a_history_in_few_queries(client, people, django_assert_max_num_queries):
    things = changed_things(*people)
    assert things.keys() == SUBJECTS.keys()
    client.force_login(people[0])
    for kind, (pk, words) in things.items():
        with django_assert_max_num_queries(14):
            answer = page(client, kind, pk)
        assert words in answer.content.decode(), kind
        assert "Edda Editor" in answer.content.decode(), kind
    assert page(client, "claim", things["claim"][0], before="x").status_code == 422
    assert page(client, "nothing", 1).status_code == 404
    assert page(client, "desk", "x").status_code == 404
    assert page(client, "token", things["claim"][0]).status_code == 404


def history_page(client, claim_id, **query):
    return client.get(reverse("board:claim_history", args=[claim_id]), query).content.decode()


def test_what_is_saved_while_one_types_is_one_entry(client, people):
    editor, _ = people
    verdict = story.draft(editor)
    for words in ("The", "The audit office", "The audit office counts 62 million."):
        save_verdict(person=editor, verdict_id=verdict.pk, summary=words, now=story.NOW)
    client.force_login(editor)
    history = history_page(client, verdict.claim_id)
    assert history.count("<strong>Verdict, version 1, changed</strong>") == 1
    assert "3 saves" in history
    assert "[deleted: </span>61" in history
    save_verdict(person=editor, verdict_id=verdict.pk, summary="Else", now=story.NOW)
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    request_changes(person=people[1], verdict_id=verdict.pk, comment="Name it.", now=story.NOW)
    save_verdict(person=editor, verdict_id=verdict.pk, summary="After the review.", now=story.NOW)
    history = history_page(client, verdict.claim_id)
    # A step between them: what came before it is not what came after.
    assert history.count("<strong>Verdict, version 1, changed</strong>") == 2


def test_words_that_were_changed_back_are_told(client, people):
    editor, _ = people
    verdict = story.draft(editor)
    for words in ("Else", "The audit office counts 61 million."):
        save_verdict(person=editor, verdict_id=verdict.pk, summary=words, now=story.NOW)
    client.force_login(editor)
    assert "Changed, and changed back: Summary." in history_page(client, verdict.claim_id)


def test_words_that_were_changed_back_are_told_beside_others_that_stay_changed(client, people):
    editor, _ = people
    verdict = story.draft(editor)
    saves: list[dict[str, Any]] = [{"summary": "Else"}, {"headline": "Another headline"}, {"summary": verdict.summary}]
    for values in saves:
        save_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW, **values)
    client.force_login(editor)
    history = history_page(client, verdict.claim_id)
    assert "3 saves" in history
    assert "Another headline" in history
    assert "Changed, and changed back: Summary." in history


def test_whoever_had_the_claim_for_a_minute_stays_in_its_history(client, people, make_user):
    editor, first, second = people[0], make_user("editor", name="Noor Bakker"), make_user("editor", name="Sam Stone")
    claim = story.mark(editor, story.make_article())
    for person in (first, second):
        update_claim(person=editor, claim_id=claim.pk, assigned_to=person, now=story.NOW)
    client.force_login(editor)
    history = history_page(client, claim.pk)
    assert history.count("<strong>Claim changed</strong>") == 2
    assert "Noor Bakker" in history


def test_two_people_have_entries_of_their_own(client, people, make_user):
    editor, other = people[0], make_user("editor", name="Noor Bakker")
    claim = story.mark(editor, story.make_article())
    for person, words in ((editor, "One"), (other, "Two"), (editor, "Three")):
        update_claim(person=person, claim_id=claim.pk, statement=words, now=story.NOW)
    client.force_login(editor)
    assert history_page(client, claim.pk).count("<strong>Claim changed</strong>") == 3


def test_of_a_new_record_the_words_are_shown_and_the_rest_is_folded(client, people):
    verdict = story.draft(people[0])
    client.force_login(people[0])
    history = history_page(client, verdict.claim_id, show="evidence")
    lead, _, folded = history.partition("<summary>")
    assert "61 million euros" in lead.rpartition("history-lead")[2]
    # As other screens name it.
    assert "Refutes" in folded


def test_a_claims_history_can_be_narrowed(client, people):
    verdict = story.published(*people)
    client.force_login(people[0])
    evidence = history_page(client, verdict.claim_id, show="evidence")
    assert "Evidence 1 added" in evidence
    assert "Approved" not in evidence
    assert "Nothing of this kind yet" in history_page(client, verdict.claim_id, show="discussion")
    assert "Approved" in history_page(client, verdict.claim_id, show="nonsense")


def test_ones_own_token_and_roles_are_ones_own_to_read(client, people, make_user):
    reviewer = people[1]
    token, _ = create_token(creator=reviewer, user=reviewer, name="CMS", scopes=["feed:read"], now=timezone.now())
    for person, status in ((reviewer, 200), (make_user("editor"), 403)):
        client.force_login(person)
        assert page(client, "token", token.pk).status_code == status
        assert page(client, "person", reviewer.pk).status_code == status


def test_what_the_reviewer_saw_stays_what_they_saw(client, people, make_user):
    editor, reviewer = people
    verdict = story.published(editor, reviewer)
    version = correct_verdict(person=editor, verdict_id=verdict.pk, kind="update", note="New figures.", now=story.NOW)
    save_verdict(person=editor, verdict_id=version.pk, summary="The audit office counts 62 million.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=version.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=version.pk, note="Read twice", now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=version.pk, now=story.NOW)
    client.force_login(make_user("editor"))
    first, second = Approval.objects.order_by("at", "verdict__version")
    answer = client.get(reverse("board:approval", args=[second.pk])).content.decode()
    assert second.content_sha256 in answer
    assert "Computed again just now" in answer
    assert "Read twice" in answer
    assert "the version published before" in answer
    assert "[deleted: </span>61" in answer
    assert "61 million euros</mark>" in answer
    assert "62 million" not in client.get(reverse("board:approval", args=[first.pk])).content.decode()
    history = client.get(reverse("board:claim_history", args=[verdict.claim_id])).content.decode()
    assert reverse("board:approval", args=[first.pk]) in history
    assert client.get(reverse("board:approval", args=[verdict.pk])).status_code == 404

    publisher, other = make_user(("publisher", "admin")), make_user("admin")
    for person in (publisher, other):
        remove_for_legal_reasons(person=person, verdict_id=version.pk, reason="Order 7 of the court", now=story.NOW)
    answer = client.get(reverse("board:approval", args=[second.pk])).content.decode()
    assert "removed for legal reasons" in answer
    assert second.content_sha256 in answer
    assert "62 million" not in answer
    history = client.get(reverse("board:claim_history", args=[verdict.claim_id])).content.decode()
    assert "Order 7 of the court" in history
    assert "62 million" not in history


def test_a_merge_and_the_date_below_a_quote_are_told(client, people, make_user):
    editor, _ = people
    town, city = Source.objects.create(name="Town paper"), Source.objects.create(name="City paper")
    source = OutsideSource(url="https://archive.example/a", quote="It cost 61 million.")
    claim = story.mark(editor, story.make_article())
    evidence = add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=source, now=story.NOW)
    update_evidence(person=editor, evidence_id=evidence.pk, accessed_at=datetime(2026, 3, 4, tzinfo=UTC), now=story.NOW)
    merge_sources(person=editor, source_id=town.pk, into_id=city.pk, now=story.NOW)
    client.force_login(editor)
    assert "4 March 2026" in page(client, "evidence", evidence.pk).content.decode()
    assert "City paper" in page(client, "source", town.pk).content.decode()
