"""Whose evidence counts as a source of its own: not the claim's article, its copies, its origin; each origin once."""

import pytest
from django.urls import reverse

from accounts.audit import acting
from annotations.models import Desk, Evidence
from annotations.services.evidence import OutsideSource, add_evidence
from annotations.services.independence import NO_SOURCE, NOT_COMPARED, independent_origins, weigh_evidence
from articles.models import AlsoPublished, Article, Source
from articles.services.enrichment import enrich_now
from tests.annotations import story

pytestmark = pytest.mark.django_db
WORDS = "61 million euros"


@pytest.fixture
def sources():
    names = {"wire": "wire.example", "paper": "paper.example", "other": "other.example"}
    return {key: Source.objects.create(name=key, domain=domain) for key, domain in names.items()}


@pytest.fixture
def claim(editor, sources):
    article = story.make_article(source=sources["paper"], origin=sources["wire"], url="https://paper.example/bridge")
    return story.mark(editor, article)


def own_article(claim):
    return claim.appearances.get().passage.article


def reasons(claim):
    weighed = weigh_evidence(claim, claim.evidence.select_related("passage__article").order_by("created_at", "pk"))
    return [one.reason for one in weighed.values()], independent_origins(weighed.values())


def copy_of(one: Article, other: Article, **fields) -> None:
    AlsoPublished.objects.create(article=one, other=other, similarity=0.9, **fields)


def test_a_copy_of_the_claims_article_counts_zero_whoever_publishes_it(editor, claim, sources):
    copy = story.make_article(story.AUDIT, source=sources["other"])
    copy_of(own_article(claim), copy)
    story.link(editor, claim, copy, WORDS)
    assert reasons(claim) == (["copy of the article that makes the claim"], 0)
    AlsoPublished.objects.update(is_dismissed=True)
    assert reasons(claim) == ([""], 1)


def test_an_article_counts_when_it_was_compared_with_others(editor, claim, sources):
    story.link(editor, claim, story.make_article(story.AUDIT, source=sources["other"]), WORDS)
    late = story.make_article(story.AUDIT, is_compared=False, source=Source.objects.create(name="Late"))
    story.link(editor, claim, late, WORDS)
    assert reasons(claim) == (["", NOT_COMPARED], 1)
    enrich_now(list(late.revisions.values_list("pk", flat=True)))
    assert reasons(claim) == (["", ""], 2)


@pytest.mark.parametrize(
    ("source", "origin", "reason"),
    [
        ("other", "wire", "same origin as the claim's article"),
        ("wire", None, "same origin as the claim's article"),
        ("paper", None, ""),
        ("other", None, ""),
    ],
)
def test_the_origin_decides_not_the_outlet(editor, claim, sources, source, origin, reason):
    evidence = story.make_article(story.AUDIT, source=sources[source], origin=sources.get(origin))
    story.link(editor, claim, evidence, WORDS)
    assert reasons(claim) == ([reason], int(not reason))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://paper.example/bridge?utm_source=x", "this is the article that makes the claim"),
        ("https://www.wire.example/1", "same origin as the claim's article"),
        ("https://archive.example/1", ""),
    ],
)
def test_outside_sources_are_weighed_too(editor, claim, url, reason):
    outside = OutsideSource(url=url, quote="61 million")
    add_evidence(
        person=editor, claim_id=claim.pk, stance="refutes", outside=outside, cited_as="Archive, accounts", now=story.NOW
    )
    assert reasons(claim) == ([reason], int(not reason))


def test_one_origin_counts_once(editor, claim, sources, django_assert_max_num_queries):
    """Two outlets with the same copy, and an address of the site that one of them is."""
    first, second = (story.make_article(story.AUDIT, source=sources["other"]) for _ in range(2))
    second.source = None
    second.save(update_fields=["source"])
    copy_of(first, second)
    for article in (first, second):
        story.link(editor, claim, article, WORDS)
    outside = OutsideSource(url="https://www.other.example/2", quote="61 million")
    add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=outside, cited_as="Other", now=story.NOW)
    with django_assert_max_num_queries(5):
        assert reasons(claim) == (["", "", ""], 1)


def test_the_domain_of_a_merged_source_counts_as_its_publishers(editor, claim, sources):
    Source.objects.create(name="Wire Online", domain="wire-online.example", merged_into=sources["wire"])
    outside = OutsideSource(url="https://wire-online.example/1", quote="61 million")
    add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=outside, cited_as="Wire", now=story.NOW)
    assert reasons(claim) == (["same origin as the claim's article"], 0)


def test_an_article_of_a_merged_source_is_weighed(editor, claim, sources):
    sources["wire"].domain, sources["wire"].merged_into = "wire.example", Source.objects.create(name="Wire Group")
    sources["wire"].save()
    story.link(editor, claim, story.make_article(story.AUDIT, source=sources["other"]), WORDS)
    assert reasons(claim) == ([""], 1)


def test_an_outside_source_without_a_name_counts_zero(editor, claim):
    """Its host names nobody: anybody may publish there."""
    outside = OutsideSource(url="https://archive.example/1", quote="61 million")
    evidence = add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=outside, now=story.NOW)
    assert reasons(claim) == ([NO_SOURCE], 0)
    with acting(editor):
        Evidence.objects.filter(pk=evidence.pk).update(cited_as="City archive, accounts of 2026")
    assert reasons(claim) == ([""], 1)


def test_a_reviewer_is_told_that_evidence_weighs_otherwise_now(client, editor, make_user):
    """A copy that was found after the submission: of the claim's article, then of another piece of evidence."""
    reviewer = make_user("reviewer")
    with acting(None):
        Desk.objects.update(policy={"independent_sources": "required", "named_sources": "off"})
    claim = story.mark(editor, story.make_article(source=Source.objects.create(name="Paper")))
    articles = [story.make_article(story.AUDIT, source=Source.objects.create(name=name)) for name in ("Wire", "Post")]
    for article in articles:
        story.link(editor, claim, article, WORDS)
    verdict = story.in_review(editor, claim=claim)
    client.force_login(reviewer)
    page = reverse("publishing:review", args=[verdict.pk])
    assert "is not now" not in before_you_decide(client.get(page).content.decode())
    copy_of(articles[0], articles[1])
    told = before_you_decide(client.get(page).content.decode())
    assert "was met when it was submitted, and is not now" in told
    assert "comes from one independent source" in told
    copy_of(own_article(claim), articles[1])
    told = before_you_decide(client.get(page).content.decode())
    assert "Evidence 2 no longer counts as an independent source:</strong> copy of the article" in told


def before_you_decide(page: str) -> str:
    _, found, rest = page.partition('aria-labelledby="before-title"')
    return rest.partition("</section>")[0] if found else ""
