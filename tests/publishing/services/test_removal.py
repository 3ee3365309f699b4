"""A legal removal: not one word of the check is left anywhere, and everything that proves the history is."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.audit_proof.chain import verify
from accounts.models import IdempotencyKey
from annotations.errors import WrongState
from annotations.models import (
    Claim,
    Notification,
    RecheckTask,
    Verdict,
    VerdictTransition,
)
from annotations.services.claimants import save_contact
from annotations.services.claims import Speech, restore_claim
from annotations.services.discussion import add_comment, suggest_words
from annotations.services.evidence import OutsideSource, add_evidence
from annotations.services.merging import merge_claims
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from publishing.exports.runs import start_export
from publishing.exports.worker import run_export
from publishing.models import (
    DeliveryAttempt,
    ErrorReport,
    ExportRun,
    FactCheck,
    FactCheckVersion,
)
from publishing.services.feed import number_changes
from publishing.services.publish import publish_verdict
from publishing.services.rechecks import report_error
from publishing.services.retention import clean_up
from publishing.services.withdrawals import remove_for_legal_reasons, suspend_verdict
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"
WORDS = f"about {SECRET}"


def tables_that_hold(words: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE to_jsonb(t)::text ILIKE %s)', [f"%{words}%"]
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


@pytest.fixture
def people(make_user):
    return {role: make_user(role) for role in ("editor", "reviewer", "publisher", "admin")}


@pytest.fixture
def check(people, settings, tmp_path):
    """A corrected check with the words in every field that takes words; a next version is approved and scheduled."""
    settings.MEDIA_ROOT = tmp_path
    editor, reviewer, now = people["editor"], people["reviewer"], timezone.now()
    create_endpoint(person=people["admin"], url="https://example.org/hook", now=now)
    claim = written_about(editor, reviewer)
    live = Verdict.objects.get(claim=claim)
    for kind, given in (("csv", {}), ("pdf", {"claim": str(claim.pk)})):
        run_export(run_id=start_export(person=editor, kind=kind, given=given, now=now).pk, clock=timezone.now)
    live = corrected(live, editor, reviewer)
    publish_verdict(person=reviewer, verdict_id=live.pk, now=now)
    following = corrected(live, editor, reviewer)
    publish_verdict(person=reviewer, verdict_id=following.pk, now=now, not_before=now.replace(year=now.year + 1))
    suspend_verdict(person=reviewer, verdict_id=live.pk, reason=WORDS, now=now)
    number_changes()
    fact_check = claim.fact_check
    report_error(fact_check=fact_check, body=WORDS, reply_to=f"{SECRET}@example.org", now=now)
    for delivery in fact_check_deliveries():
        DeliveryAttempt.objects.create(delivery=delivery, response_body=WORDS)
    IdempotencyKey.objects.create(user=editor, key="k", request_sha256="", body=f"{WORDS} {claim.pk}".encode())
    return fact_check


def corrected(live, editor, reviewer) -> Verdict:
    """The next version, approved."""
    following = correct_verdict(person=editor, verdict_id=live.pk, kind="correction", note=WORDS, now=story.NOW)
    save_verdict(person=editor, verdict_id=following.pk, summary=f"{live.summary}.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=following.pk, now=story.NOW)
    return approve_verdict(
        no_conflict=True, person=reviewer, verdict_id=following.pk, note=WORDS, now=story.NOW
    ).verdict


def written_about(editor, reviewer) -> Claim:
    speech = Speech(mode="reported", said_at=story.NOW, said_where=SECRET, relayed_via=SECRET)
    claim = story.mark(editor, story.make_article(), statement=WORDS, speech=speech)
    other = story.mark(editor, story.make_article(story.AUDIT), "Two workers were hurt", statement=f"Also {WORDS}")
    merge_claims(person=editor, claim_id=other.pk, into_id=claim.pk, now=story.NOW)
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros", note=WORDS)
    outside = OutsideSource(
        url=f"https://{SECRET}.example/a", quote=WORDS, archived_url=f"https://web.example/{SECRET}"
    )
    add_evidence(
        person=editor, claim_id=claim.pk, stance="context", outside=outside, cited_as=WORDS[:300], now=story.NOW
    )
    save_contact(person=editor, claim_id=claim.pk, now=story.NOW, asked_at=story.NOW, channel=SECRET, response=WORDS)
    fields = {"headline": WORDS, "summary": WORDS, "rationale": f"{WORDS} [E1]", "byline": [SECRET]}
    verdict = story.draft(editor, claim=claim, **fields)
    add_comment(person=reviewer, claim_id=claim.pk, verdict=verdict, body=WORDS, now=story.NOW)
    suggest_words(person=reviewer, verdict=verdict, field="summary", suggested_to=f"{WORDS}!", now=story.NOW)
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, note=WORDS, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, now=timezone.now())
    return claim


def fact_check_deliveries():
    from publishing.models import Delivery

    return Delivery.objects.filter(change__kind="fact_check")


def remove(check, people):
    for role in ("publisher", "admin"):
        remove_for_legal_reasons(
            person=people[role], verdict_id=check.verdict_id, reason="Order 17", now=timezone.now()
        )


def test_not_a_word_is_left_in_any_table(check, people):
    held = tables_that_hold(SECRET)
    assert {"annotations_claim", "publishing_factcheck", "publishing_change", "annotations_approval"} <= held
    assert {"publishing_factcheckversion", "annotations_verdicttransition", "accounts_payload"} <= held
    moves = list(VerdictTransition.objects.values_list("pk", "action"))
    remove(check, people)
    assert tables_that_hold(SECRET) == set()
    assert not IdempotencyKey.objects.exists()
    assert verify().is_intact
    # the history stands: every move, every version, the reason for the removal, and nobody became an author by blanking
    assert set(moves) <= set(VerdictTransition.objects.values_list("pk", "action"))
    assert [version.document_sha256 != "" for version in FactCheckVersion.objects.all()] == [True, True]
    assert VerdictTransition.objects.get(action="legal_removal").reason == "Order 17"
    assert people["admin"].pk not in set(check.claim.contributions.values_list("person", flat=True))


def test_readers_get_410_with_a_neutral_note(check, people, client):
    addresses = [
        reverse("publishing:fact_check", args=[check.slug]),
        reverse("publishing:fact_check_version", args=[check.slug, 2]),
        reverse("publishing:report_error", args=[check.slug]),
        reverse("publishing:embed", args=[check.pk]),
    ]
    remove(check, people)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert b"removed for legal reasons" in answer.content
        assert b"Order 17" not in answer.content
        assert SECRET.lower().encode() not in answer.content.lower().replace(check.slug.encode(), b"")
    assert FactCheck.objects.get().slug.startswith("removed-")


def test_nothing_can_be_written_or_published_under_it_again(check, people):
    remove(check, people)
    following = Verdict.objects.get(claim=check.claim_id, version=3)
    assert (following.status, following.frozen, following.not_before) == ("draft", None, None)
    with pytest.raises(WrongState):
        restore_claim(person=people["editor"], claim_id=check.claim_id, now=story.NOW)
    assert not RecheckTask.objects.filter(is_open=True).exists()
    assert ErrorReport.objects.get().reply_to == ""
    assert not any(SECRET.lower() in f"{one.title} {one.details}".lower() for one in Notification.objects.all())


def test_export_files_that_may_hold_it_are_deleted(check, people, django_capture_on_commit_callbacks):
    runs = list(ExportRun.objects.all())
    running = ExportRun.objects.create(kind="csv", state="running", created_by=people["editor"])
    waiting = ExportRun.objects.create(kind="csv", created_by=people["editor"])
    with django_capture_on_commit_callbacks(execute=True):
        remove(check, people)
    assert [run.kind for run in runs] == ["pdf", "csv"]
    for run in runs:
        assert not default_storage.exists(run.path)
        run.refresh_from_db()
        assert (run.state, run.path) == ("expired", "")
    running.refresh_from_db()
    assert running.state == "cancelled"
    assert run_export(run_id=waiting.pk, clock=timezone.now)  # without the check, for it begins after the removal
    waiting.refresh_from_db()
    assert waiting.total == 0


def test_a_file_that_could_not_be_deleted_at_once_goes_with_the_next_clean_up(check, people):
    path = ExportRun.objects.filter(kind="csv").get().path
    remove(check, people)  # inside the test's transaction, so nothing was committed and nothing deleted
    assert default_storage.exists(path)
    clean_up(now=timezone.now())
    assert not default_storage.exists(path)
