"""Checks that are legal and rare are published, corrected and restored: the guards of documents know them."""

from typing import Any

import pytest
from django.db import connection

from accounts.audit import acting
from accounts.models import User
from annotations.models import Claim, Desk
from annotations.services.claimants import ClaimantInput, save_contact
from annotations.services.claims import Speech
from annotations.services.evidence import OutsideSource, add_evidence
from annotations.services.verdicts.edits import correct_verdict
from annotations.services.verdicts.policy_checks import POLICY_CHECKS
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from articles.models import Source
from publishing.models import FactCheck
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import restore_verdict, suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db
COUNCIL = ClaimantInput(name="Town Council", role="council", kind="organization", same_as=["https://council.example/"])


@pytest.fixture
def people(make_user: Any) -> tuple[User, User]:
    with acting(make_user("admin")):
        Desk.objects.update(policy={check.key: "off" for check in POLICY_CHECKS})
    return make_user("editor"), make_user("reviewer")


def marked(editor: User, **fields: Any) -> Claim:
    claim = story.mark(editor, story.make_article(), **fields)
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    return claim


def of_an_organisation(editor: User) -> dict[str, Any]:
    return {"claim": marked(editor, claimant=COUNCIL)}


def said_at_a_time(editor: User) -> dict[str, Any]:
    speech = Speech(mode="", said_at=story.NOW, has_said_time=True, said_where="in the hall", relayed_via="a recording")
    return {"claim": marked(editor, speech=speech)}


def with_an_outside_source(editor: User) -> dict[str, Any]:
    claim = marked(editor)
    outside = OutsideSource(url="https://stats.example/2025", archived_url="https://archive.example/1")
    add_evidence(
        person=editor, claim_id=claim.pk, stance="context", outside=outside, cited_as="Statistics", now=story.NOW
    )
    return {"claim": claim}


def from_a_wire_alone(editor: User) -> dict[str, Any]:
    wire = Source.objects.create(name="Wire", domain="wire.example")
    article = story.make_article(origin=wire, url="https://wire.example/bridge", published_at=story.NOW)
    claim = story.mark(editor, article)
    story.link(editor, claim, story.make_article(story.AUDIT, origin=wire, url="https://wire.example/2"), "61 million")
    return {"claim": claim}


def with_a_number(editor: User) -> dict[str, Any]:
    return {"claim": marked(editor), "rating": story.rating("False", "six-step")}


def without_a_headline(editor: User) -> dict[str, Any]:
    return {"claim": marked(editor), "headline": "", "summary": ""}


def asked_without_an_answer(editor: User) -> dict[str, Any]:
    claim = marked(editor)
    save_contact(person=editor, claim_id=claim.pk, asked_at=story.NOW, channel="mail", now=story.NOW)
    return {"claim": claim}


def in_another_script(editor: User) -> dict[str, Any]:
    return {
        "claim": marked(editor, statement="كلف الجسر 40 مليون يورو."),
        "headline": "لا، كان الجسر أغلى",
        "language": "ar",
    }


@pytest.mark.parametrize(
    "make",
    [
        of_an_organisation,
        said_at_a_time,
        with_an_outside_source,
        from_a_wire_alone,
        with_a_number,
        without_a_headline,
        asked_without_an_answer,
        in_another_script,
    ],
)
@pytest.mark.parametrize("kind", ["correction", "refile"])
def test_it_is_published_corrected_and_restored(
    people: tuple[User, User], make_user: Any, make: Any, kind: str
) -> None:
    editor, reviewer = people
    verdict = story.published(editor, reviewer, **make(editor))
    connection.check_constraints()
    later = correct_verdict(person=editor, verdict_id=verdict.pk, kind=kind, note="A typing error.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=later.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=later.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=later.pk, now=story.NOW)
    connection.check_constraints()
    with acting(make_user("admin")):
        Desk.objects.update(name="Desk by another name", url="https://renamed.example/")
    suspend_verdict(person=reviewer, verdict_id=later.pk, reason="A reader doubts it.", now=story.NOW)
    connection.check_constraints()
    for person in (reviewer, make_user("reviewer")):
        restore_verdict(person=person, verdict_id=later.pk, reason="It stands.", now=story.NOW)
    connection.check_constraints()
    check = FactCheck.objects.get()
    assert check.document["claimreview"]["author"]["name"] == "Desk by another name"
    assert (check.state, check.version, len(check.document["corrections"])) == ("published", 2, int(kind != "refile"))
