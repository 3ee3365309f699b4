"""Evidence that nobody stands behind counts zero, and readers are told source and title of every quote."""

import pytest
from django.urls import reverse

from annotations.errors import NotReady
from annotations.services.evidence import OutsideSource, add_evidence, update_evidence
from annotations.services.independence import NO_SOURCE, weigh_evidence
from annotations.services.verdicts.submission import submit_verdict
from articles.models import Source
from tests.annotations import story

pytestmark = pytest.mark.django_db


def test_what_has_no_source_counts_zero_until_somebody_names_one(editor):
    claim = story.mark(editor, story.make_article())
    unnamed = story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros", cited_as="")
    assert weigh_evidence(claim, [unnamed])[unnamed.pk].reason == NO_SOURCE
    named = update_evidence(person=editor, evidence_id=unnamed.pk, cited_as="Audit office, accounts", now=story.NOW)
    assert weigh_evidence(claim, [named])[named.pk].reason != NO_SOURCE
    article = story.make_article(
        ("Other accounts", "It cost 62 million euros."), source=Source.objects.create(name="Town paper")
    )
    sourced = story.link(editor, claim, article, "62 million euros", cited_as="")
    assert weigh_evidence(claim, [sourced])[sourced.pk].reason != NO_SOURCE


def test_a_new_desk_asks_for_source_and_title_before_submit(editor):
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    outside = OutsideSource(url="https://town.example/report", quote="61 million")
    unnamed = add_evidence(person=editor, claim_id=claim.pk, stance="context", outside=outside, now=story.NOW)
    verdict = story.draft(editor, claim=claim)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert [error["code"] for error in refusal.value.errors] == ["named-sources"]
    assert f"[E{unnamed.number}]" in refusal.value.errors[0]["detail"]
    update_evidence(person=editor, evidence_id=unnamed.pk, cited_as="Town, Bridge report", now=story.NOW)
    assert submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW).status == "in_review"


def test_readers_find_a_source_line_under_every_quote(client, editor, make_user, published):
    make_user("reviewer")
    page = client.get(reverse("publishing:fact_check", args=[published.claim.fact_check.slug])).content.decode()
    claim = published.claim
    assert page.count("factcheck-source") == claim.evidence.count() + claim.appearances.count() == 2
    assert "Town paper, a report" in page
