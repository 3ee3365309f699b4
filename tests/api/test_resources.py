"""A resource says the same in Python and in SQL, byte for byte, and its schema names what it sends."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import acting
from annotations.models import Appearance, Claim, Claimant, Evidence, Verdict
from annotations.services.verdicts.edits import correct_verdict
from api.json import dumps
from api.resources import compiler
from api.resources.articles import ArticleResource, ArticleSummaryResource, RevisionResource
from api.resources.base import Resource
from api.resources.claims import EMPTY_AT_FIRST, AppearanceResource, ClaimResource, EvidenceResource
from api.resources.comments import CommentResource
from api.resources.deliveries import DeliveryResource, WebhookMessageResource
from api.resources.events import VerdictEventResource
from api.resources.fact_checks import FactCheckResource
from api.resources.imports import ImportResource
from api.resources.verdicts import RatingScaleResource, VerdictResource
from api.schema.resources import components_of
from articles.models import BLOCK_ROLES, AlsoPublished, BlockRole, Source
from articles.services.runs import IncomingFile, start_import
from publishing.models import Delivery, DeliveryAttempt, FactCheck
from publishing.webhooks.endpoints import create_endpoint
from publishing.webhooks.replays import send_test
from tests.annotations import story

pytestmark = pytest.mark.django_db
COMPILED = (
    ArticleResource,
    ArticleSummaryResource,
    RevisionResource,
    ClaimResource,
    AppearanceResource,
    EvidenceResource,
    VerdictResource,
    VerdictEventResource,
    RatingScaleResource,
    ImportResource,
    DeliveryResource,
)
# Some are never listed; an event has no address of its own.
PAGED = [one for one in COMPILED if one not in (AppearanceResource, EvidenceResource, RevisionResource)]
SINGLE = [one for one in COMPILED if one is not VerdictEventResource]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def in_python(resource: type[Resource], row: Any) -> str:
    return dumps(resource.shared().to_representation(row)).decode()


def check_same(resource: type[Resource]) -> int:
    rows = list(resource.all_rows().order_by("pk"))
    expected = [in_python(resource, row) for row in rows]
    if resource in SINGLE:
        found = [compiler.read_one(resource, row.pk) for row in rows]
        assert [body[0].decode() for body in found if body] == expected
    if resource in PAGED:
        page = compiler.read_rows(resource, resource.all_rows().order_by("-pk"), order="pk")
        assert [row.document.decode() for row in reversed(page)] == expected
    return len(rows)


def _add_unusual_rows(editor: Any) -> None:
    bare = Claim.objects.create(statement="", created_by=editor)
    Evidence.objects.create(claim=bare, number=1, stance="context", url="https://example.org/é", quote='a "b" \\ \x7f ')
    article = Appearance.objects.select_related("passage__article").order_by("pk")[0].passage.article
    other = story.make_article(story.AUDIT, source=Source.objects.create(name="Wire"), url="https://wire.example/1")
    AlsoPublished.objects.create(article=article, other=other, similarity=0.75)
    AlsoPublished.objects.create(article=other, other=story.make_article(), similarity=1)
    for role in BLOCK_ROLES[-2:]:
        BlockRole.objects.create(article=article, revision=article.current_revision, block=1, role=role)


@pytest.fixture
def desk(make_user, editor, reviewer, published, monkeypatch, tmp_path, settings):
    """One of everything, with as many of its members as the services allow."""
    settings.MEDIA_ROOT = tmp_path
    check = FactCheck.objects.get()
    correct_verdict(person=editor, verdict_id=check.verdict_id, kind="correction", note="“Ünï”\n", now=story.NOW)
    story.in_review(editor)
    with acting(editor):
        _add_unusual_rows(editor)
    start_import(person=editor, files=[IncomingFile("a.txt", b"A\n\nText")], now=story.NOW)
    endpoint = create_endpoint(person=make_user("admin"), url="https://cms.example.org/hook", now=story.NOW).endpoint
    delivery = send_test(person=make_user("admin"), endpoint_id=endpoint.pk, now=story.NOW)
    DeliveryAttempt.objects.create(
        delivery=delivery, request_headers={"b": ["x", 1], "a": {}}, response_headers={}, error="", duration_ms=3
    )
    Delivery.objects.create(
        endpoint=endpoint, event="endpoint.test", body=delivery.body, replay_of=delivery, state="delivered"
    )


@pytest.mark.parametrize("resource", COMPILED, ids=lambda one: one.component_name())
def test_python_and_sql_say_the_same(desk, resource):
    assert check_same(resource) > 0


@given(texts=st.lists(TEXTS, min_size=9, max_size=9), times=st.lists(st.none() | TIMES, min_size=2, max_size=2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_and_time_is_spelled_alike(editor, texts, times):
    """Generated values in every kind of field of a claim; rolled back after each."""
    with transaction.atomic(), acting(editor):
        claimant = Claimant.objects.create(name=texts[0] or "A", role=texts[1], same_as=[texts[2]])
        claim = Claim.objects.create(
            statement=texts[3], claimant=claimant, topics=texts[4:6], due_at=times[0], created_by=editor, priority=1
        )
        Evidence.objects.create(
            claim=claim, number=1, stance="supports", url="https://e.example/" + texts[6], quote="q" + texts[7],
            note=texts[8], accessed_at=times[1],
        )  # fmt: skip
        Verdict.objects.create(
            claim=claim, version=1, headline=texts[0], byline=texts[1:3], waived={texts[4] or "g": texts[5]},
            valid_until=date(2026, 1, 2), created_by=editor,
        )  # fmt: skip
        for resource in (ClaimResource, EvidenceResource, VerdictResource):
            assert check_same(resource) == 1
        transaction.set_rollback(True)


def test_a_new_claim_is_read_without_what_it_cannot_have(editor, article):
    claim = story.mark(editor, article)
    assert compiler.read_one(ClaimResource, claim.pk, empty=EMPTY_AT_FIRST) == compiler.read_one(
        ClaimResource, claim.pk
    )


def test_a_stored_document_has_the_declared_members(editor, reviewer, published):
    declared = components_of(FactCheckResource)
    document: Any = FactCheck.objects.get().document
    assert document.keys() == set(declared["FactCheck"]["required"])
    for member, name in (("claim", "PublicClaim"), ("rationale", "Rationale"), ("rating", "PublicRating")):
        assert document[member].keys() == set(declared[name]["required"])
    assert document["evidence"][0].keys() == set(declared["PublicEvidence"]["required"])


def test_no_response_is_closed_to_new_members():
    for resource in (ClaimResource, FactCheckResource, WebhookMessageResource, CommentResource):
        for name, schema in components_of(resource).items():
            assert schema.get("additionalProperties", True) is True, name
