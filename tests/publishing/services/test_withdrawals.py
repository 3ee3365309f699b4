"""Two-person moves, an admin's override, legal removal."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.audit_proof.chain import verify
from accounts.models import AuditEvent, Payload
from annotations.errors import InvalidInput, NotPermitted, WrongState
from annotations.models import FrozenContent
from publishing.models import Change, FactCheck, FactCheckVersion
from publishing.services.publication import version_document
from publishing.services.withdrawals import remove_for_legal_reasons, restore_verdict, retract_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer")


def test_an_override_is_one_admin_and_stays_visible(client, editor, reviewer, make_user, published):
    admin = make_user("admin")
    outcome = retract_verdict(person=admin, verdict_id=published.pk, reason="Wrong", now=story.NOW, is_override=True)
    assert outcome.is_done
    move = outcome.verdict.transitions.get(action="retract")
    assert (move.is_override, move.actor, move.reason) == (True, admin, "Wrong")
    page = client.get(reverse("publishing:fact_check", args=[FactCheck.objects.get().slug])).content.decode()
    assert "override" in page


def test_an_override_is_no_second_person(editor, reviewer, make_user, published):
    admin = make_user("admin")
    assert not retract_verdict(person=reviewer, verdict_id=published.pk, reason="Wrong", now=story.NOW).is_done
    outcome = retract_verdict(person=admin, verdict_id=published.pk, reason="Now", now=story.NOW, is_override=True)
    assert outcome.verdict.transitions.get(action="retract").is_override
    assert set(published.approvals.filter(action="retract").values_list("person", flat=True)) == {reviewer.pk}


def test_only_an_admin_overrides_and_says_why(editor, reviewer, make_user, published):
    with pytest.raises(NotPermitted):
        retract_verdict(person=reviewer, verdict_id=published.pk, reason="Wrong", now=story.NOW, is_override=True)
    with pytest.raises(InvalidInput):
        retract_verdict(person=make_user("admin"), verdict_id=published.pk, reason=" ", now=story.NOW, is_override=True)


def test_a_reason_that_is_too_long_is_refused_and_not_cut(editor, reviewer, published):
    with pytest.raises(InvalidInput, match="4,001 characters; at most 4,000 fit"):
        retract_verdict(person=reviewer, verdict_id=published.pk, reason="a" * 4_001, now=story.NOW)
    published.refresh_from_db()
    assert (published.status, published.transitions.filter(action="propose").exists()) == ("published", False)


def test_one_is_enough_where_there_is_one_and_it_is_marked(client, editor, reviewer, published):
    outcome = retract_verdict(person=reviewer, verdict_id=published.pk, reason="Wrong", now=story.NOW)
    assert outcome.is_done
    assert outcome.verdict.transitions.get(action="retract").is_single_approval
    page = client.get(reverse("publishing:fact_check", args=[FactCheck.objects.get().slug])).content.decode()
    assert "ingle approval" in page


@pytest.mark.parametrize("is_retracted", [False, True])
def test_a_legal_removal_blanks_every_text_and_leaves_the_proof(
    client, editor, reviewer, make_user, published, is_retracted
):
    people = [make_user("publisher"), make_user("admin")]
    if is_retracted:
        for person in people:
            retract_verdict(person=person, verdict_id=published.pk, reason="Wrong", now=story.NOW)
    first, second = (
        remove_for_legal_reasons(person=person, verdict_id=published.pk, reason="Court order", now=story.NOW)
        for person in people
    )
    assert (first.is_done, second.is_done) == (False, True)

    fact_check = FactCheck.objects.get()
    assert (fact_check.state, fact_check.document, fact_check.headline) == ("removed", None, "")
    assert version_document(FactCheckVersion.objects.get()) is None
    assert FrozenContent.objects.get().payload.body is None
    stream = f"claim:{published.claim_id}"
    left = (
        AuditEvent.objects.filter(stream=stream)
        .exclude(action="payload.redact")
        .values_list("after_payload", flat=True)
    )
    assert not Payload.objects.filter(pk__in=left, body__isnull=False).exists()
    assert Change.objects.get(is_latest=True).reason == "legal_removal"
    assert verify().is_intact
    with pytest.raises(WrongState):
        restore_verdict(person=people[0], verdict_id=published.pk, reason="Back", now=story.NOW)


def test_a_removal_does_not_touch_other_claims(editor, reviewer, make_user):
    make_user("publisher")
    admin = make_user("admin")
    kept, removed = story.published(editor, reviewer), story.published(editor, reviewer)
    remove_for_legal_reasons(person=admin, verdict_id=removed.pk, reason="Order", now=story.NOW, is_override=True)
    assert FrozenContent.objects.get(claim=kept.claim).payload.body
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM accounts_auditevent e JOIN accounts_payload p ON p.id = e.after_payload_id"
            " WHERE p.body IS NULL AND e.stream <> %s",
            [f"claim:{removed.claim_id}"],
        )
        assert cursor.fetchone() == (0,)
