"""The database's guards against raw SQL under the app's own role."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.audit import acting
from annotations.errors import HasConflict, refusals
from annotations.models import Claim, Evidence, Verdict
from annotations.services.verdicts.edits import correct_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import declare_conflict
from annotations.workflow import STATUSES, TRANSITIONS
from publishing.models import FactCheckVersion
from publishing.services.feed import number_changes
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import remove_for_legal_reasons, retract_verdict, suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: Any, person=None, at_the_end=False) -> str:
    """Run SQL that must fail, at once or when it is committed; the name of the constraint that refused it, or the SQLSTATE."""
    with pytest.raises(DatabaseError) as refusal, acting(person), connection.cursor() as cursor:  # noqa: PT012 - see the end
        cursor.execute(sql, params)
        if at_the_end:
            connection.check_constraints()  # what a commit does first
    cause: Any = refusal.value.__cause__
    return cause.diag.constraint_name or cause.sqlstate


@pytest.fixture
def editor(make_user):
    return make_user(("editor", "reviewer"))


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer")


def test_the_tests_run_as_the_apps_role():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE relname = 'annotations_verdict'"
        )
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("before", STATUSES)
def test_only_listed_moves_are_possible(editor, reviewer, before):
    """Listed moves have guards of their own, tried below; every other one is refused by the table."""
    listed = {(a, b) for pairs in TRANSITIONS.values() for a, b in pairs.items()}
    verdict = verdict_at(before, editor, reviewer)
    for after in STATUSES:
        if after != before and (before, after) not in listed:
            sql = "UPDATE annotations_verdict SET status = %s WHERE id = %s"
            assert refused(sql, after, verdict.pk, person=reviewer) == "verdict_transition_is_legal"


def verdict_at(status: str, editor, reviewer) -> Verdict:
    makers = {
        "draft": lambda: story.draft(editor),
        "in_review": lambda: story.in_review(editor),
        "changes_requested": lambda: _sent_back(editor, reviewer),
        "approved": lambda: story.approved(editor, reviewer),
        "published": lambda: story.published(editor, reviewer),
        "suspended": lambda: _suspended(editor, reviewer),
        "retracted": lambda: _retracted(editor, reviewer),
        "superseded": lambda: _superseded(editor, reviewer),
    }
    verdict = Verdict.objects.get(pk=makers[status]().pk)
    assert verdict.status == status
    return verdict


def _sent_back(editor, reviewer) -> Verdict:
    return request_changes(person=reviewer, verdict_id=story.in_review(editor).pk, comment="Why?", now=story.NOW)


def _suspended(editor, reviewer) -> Verdict:
    live = story.published(editor, reviewer)
    return suspend_verdict(person=reviewer, verdict_id=live.pk, reason="Doubt", now=story.NOW)


def _retracted(editor, reviewer) -> Verdict:
    live = story.published(editor, reviewer)
    for person in (editor, reviewer):
        retract_verdict(person=person, verdict_id=live.pk, reason="Wrong", now=story.NOW)
    return live


def _superseded(editor, reviewer) -> Verdict:
    live = story.published(editor, reviewer)
    following = correct_verdict(person=editor, verdict_id=live.pk, kind="update", note="New", now=story.NOW)
    submit_verdict(person=editor, verdict_id=following.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=following.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=following.pk, now=story.NOW)
    return live


def test_the_rules_in_the_database_are_those_of_the_program():
    with connection.cursor() as cursor:
        cursor.execute("SELECT action, from_status, to_status FROM annotations_transitionrule")
        stored = set(cursor.fetchall())
    assert stored == {(action, a, b) for action, pairs in TRANSITIONS.items() for a, b in pairs.items()}


def test_nothing_is_approved_without_an_approval(editor, reviewer):
    verdict = story.in_review(editor)
    sql = "UPDATE annotations_verdict SET status = 'approved' WHERE id = %s"
    assert refused(sql, verdict.pk, person=reviewer) == "verdict_is_approved"


APPROVE = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, %s, 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.claim_id = v.claim_id WHERE v.id = %s
"""


def test_a_contributor_cannot_insert_an_approval(editor):
    verdict = story.in_review(editor)
    assert refused(APPROVE, editor.pk, verdict.pk, person=editor) == "approver_is_no_contributor"


def test_who_never_answered_the_conflict_question_cannot_insert_an_approval(editor, reviewer):
    verdict = story.in_review(editor)
    assert refused(APPROVE, reviewer.pk, verdict.pk, person=reviewer) == "approver_answered_conflict"


def test_who_declared_a_conflict_cannot_insert_an_approval(editor, reviewer):
    verdict = story.in_review(editor)
    claimant = verdict.claim.claimant_id
    declare_conflict(person=reviewer, claimant_id=claimant, has_conflict=True, statement="Kin", now=story.NOW)
    assert refused(APPROVE, reviewer.pk, verdict.pk, person=reviewer) == "approver_has_no_conflict"
    with pytest.raises(HasConflict), refusals(), acting(reviewer), connection.cursor() as cursor:
        cursor.execute(APPROVE, [reviewer.pk, verdict.pk])


def test_nobody_approves_in_another_name(editor, reviewer):
    verdict = story.in_review(editor)
    assert refused(APPROVE, reviewer.pk, verdict.pk, person=editor) == "approver_is_the_actor"


def test_an_approval_is_of_what_is_under_review(editor, reviewer):
    verdict = story.in_review(editor)
    with acting(editor):
        Verdict.objects.filter(pk=verdict.pk).update(status="draft", frozen=None, summary="Other words")
    assert refused(APPROVE, reviewer.pk, verdict.pk, person=reviewer) == "approval_digest_matches"


def test_a_contributor_cannot_publish(editor, reviewer):
    verdict = story.approved(editor, reviewer)
    sql = "UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = %s"
    assert refused(sql, verdict.pk, person=editor) == "publisher_is_no_contributor"


@pytest.mark.parametrize("column", ["headline", "summary", "rationale", "language", "correction_note"])
def test_published_words_never_change(editor, reviewer, column, published):
    sql = f"UPDATE annotations_verdict SET {column} = 'x' WHERE id = %s"
    assert refused(sql, published.pk, person=editor) == "verdict_published_is_kept"


def test_an_edit_under_review_goes_back_to_draft(editor):
    verdict = story.in_review(editor)
    sql = "UPDATE annotations_verdict SET summary = 'x' WHERE id = %s"
    assert refused(sql, verdict.pk, person=editor) == "verdict_edit_is_draft"


def test_content_has_an_author(editor):
    verdict = story.draft(editor)
    sql = "UPDATE annotations_verdict SET summary = 'x' WHERE id = %s"
    assert refused(sql, verdict.pk) == "content_has_an_author"


def test_one_live_version_per_claim(editor, reviewer, published):
    with acting(editor):
        second = Verdict.objects.create(claim_id=published.claim_id, version=2)
    sql = "UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = %s"
    assert refused(sql, second.pk, person=reviewer) in {"verdict_transition_is_legal", "verdict_one_live_per_claim"}


@pytest.mark.parametrize(
    "table",
    [
        "annotations_approval", "annotations_contribution", "publishing_factcheckversion", "annotations_frozencontent",
        "annotations_transitionrule", "annotations_verdicttransition", "articles_articlerevision", "accounts_auditevent",
        "accounts_payload",
    ],
)  # fmt: skip
@pytest.mark.parametrize("ignore", ["", "SET LOCAL pgtrigger.ignore = 'all';"])
def test_append_only_rows_stay(editor, reviewer, table, ignore, published):
    change = "text_profile = 'x'" if table == "articles_articlerevision" else "id = id"
    for verb in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        assert refused(f"{ignore}{verb}") in {"42501", f"{table}_is_kept"}


@pytest.mark.parametrize(
    "table",
    [
        *(f"annotations_{name}" for name in ("claim", "evidence", "appearance", "passage", "placement", "verdict")),
        *("annotations_comment", "annotations_claimant", "publishing_factcheck"),
    ],
)
def test_nothing_that_was_written_is_deleted(editor, reviewer, table):
    from annotations.models import Comment

    verdict = story.published(editor, reviewer)
    Comment.objects.create(claim=verdict.claim, author=editor, body="A remark")
    assert refused(f"DELETE FROM {table}") == f"{table}_is_kept"
    assert refused(f"TRUNCATE {table} CASCADE") in {"42501", f"{table}_is_kept"}


def test_even_the_owner_cannot_empty_the_audit_trail(owner_db, make_user):
    make_user("editor")
    import psycopg

    for statement in (
        "TRUNCATE accounts_auditevent",
        "DELETE FROM accounts_auditevent",
        "UPDATE accounts_auditevent SET at = now()",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            owner_db.execute(statement)


def test_the_app_cannot_write_events_or_contributions(editor):
    claim = story.mark(editor, story.make_article())
    event = "INSERT INTO accounts_auditstream (stream, seq, hash) VALUES ('claim:x', 1, '')"
    assert refused(event) == "42501"
    contribution = (
        "INSERT INTO annotations_contribution (claim_id, person_id, kind, object_id) VALUES (%s, %s, 'claim', %s)"
    )
    assert refused(contribution, claim.pk, editor.pk, claim.pk) == "42501"
    assert refused("SELECT audit_write('s', 'a', 't', 'i', NULL, NULL)") == "42501"


def test_evidence_never_overlaps_its_claim_even_by_sql(editor):
    article = story.make_article()
    claim = story.mark(editor, article)
    passage = claim.appearances.get().passage_id
    sql = (
        "INSERT INTO annotations_evidence (id, claim_id, number, stance, source_class, note, passage_id, url, quote,"
        " archived_url, cited_as, verified, link_status, created_at, updated_at)"
        " VALUES (uuidv7(), %s, 1, 'refutes', '', '', %s, '', '', '', '', '', '', now(), now())"
    )
    assert refused(sql, claim.pk, passage, person=editor) == "evidence_apart_from_claim"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 2), (0, 999_999)])
def test_offsets_are_inside_the_text(editor, start, end):
    claim = story.mark(editor, story.make_article())
    sql = 'UPDATE annotations_placement SET start = %s, "end" = %s WHERE passage_id = %s'
    answer = refused(sql, start, end, claim.appearances.get().passage_id, person=editor)
    assert answer in {"placement_offsets", "placement_reads_exact"}


def test_revisions_follow_each_other_and_differ(editor):
    article = story.make_article()
    with pytest.raises(DatabaseError, match="equals the one before"), transaction.atomic():
        story.add_revision(article, story.COUNCIL)
    story.add_revision(article, story.AUDIT)
    story.add_revision(article, story.COUNCIL)  # a return to older wording is a new revision
    assert list(article.revisions.values_list("number", flat=True)) == [1, 2, 3]
    sql = "UPDATE articles_articlerevision SET text = 'x' WHERE article_id = %s"
    assert refused(sql, article.pk) == "articles_articlerevision_is_kept"


def test_a_scale_is_frozen_at_first_use(editor):
    verdict = story.draft(editor)
    sql = "UPDATE annotations_rating SET label = 'Nonsense' WHERE id = %s"
    assert refused(sql, verdict.rating_id, person=editor) == "rating_scale_is_frozen"


def test_a_version_is_published_from_approved_content_alone(editor, reviewer, published):
    version = FactCheckVersion.objects.get(verdict=published)
    other = story.in_review(editor)
    sql = (
        "INSERT INTO publishing_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256,"
        " kind, note, is_single_approval, published_at) VALUES (%s, 2, %s, %s, %s, %s, '', '', false, now())"
    )
    row = [version.fact_check_id, other.pk, other.frozen_id, version.payload_id]
    assert refused(sql, *row, version.document_sha256, person=reviewer) == "version_is_approved"
    assert refused(sql, *row, "0" * 64, person=reviewer) == "digest_matches_content"


def test_a_digest_is_that_of_its_content(editor):
    verdict = story.in_review(editor)
    sql = (
        "INSERT INTO annotations_frozencontent (id, claim_id, sha256, payload_id, created_at)"
        " VALUES (uuidv7(), %s, repeat('0', 64), %s, now())"
    )
    assert refused(sql, verdict.claim_id, verdict.frozen.payload_id, person=editor) == "digest_matches_content"


def test_what_is_published_has_its_version(editor, reviewer):
    verdict = story.approved(editor, reviewer)
    publish = "UPDATE annotations_verdict SET status = 'published', published_at = now() WHERE id = %s"
    assert refused(publish, verdict.pk, person=reviewer, at_the_end=True) == "published_has_a_version"


def test_changes_are_numbered_once(editor, reviewer, published):
    number_changes()
    assert refused("UPDATE publishing_change SET seq = seq + 1") == "change_is_kept"
    assert refused("UPDATE publishing_change SET reason = 'updated'") == "change_is_kept"
    assert refused("DELETE FROM publishing_change") == "change_is_kept"


def test_what_is_sent_is_the_document_and_stands_in_no_trail(editor, reviewer, published):
    assert refused("UPDATE publishing_factcheck SET document_text = '{}'") == "428C9"
    assert refused("UPDATE publishing_factcheck SET document = NULL", at_the_end=True) == "document_is_the_version"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE p.body LIKE '%document%') FROM accounts_auditevent e"
            " JOIN accounts_payload p ON p.id = e.after_payload_id WHERE e.object_table = 'publishing_factcheck'"
        )
        events, copies = cursor.fetchone()
    assert (events > 0, copies) == (True, 0)


def test_a_legal_removal_blanks_a_payload_and_leaves_an_event(editor, reviewer, make_user, published):
    publisher = make_user("publisher")
    payload, stream = published.frozen.payload_id, f"claim:{published.claim_id}"
    assert refused("UPDATE accounts_payload SET body = NULL WHERE id = %s", payload) == "42501"
    redact = "SELECT redact_payload(%s, %s, 'because')"
    assert refused(redact, payload, stream, person=publisher) == "removal_was_decided"
    assert refused(redact, payload, "settings", person=publisher) == "removal_was_decided"
    other = story.published(editor, reviewer).frozen.payload_id
    remove_for_legal_reasons(person=publisher, verdict_id=published.pk, reason="Court order", now=story.NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, redaction_reason FROM accounts_payload WHERE id = %s", [payload])
        assert cursor.fetchone() == (None, "Court order")
        cursor.execute("SELECT DISTINCT actor_id FROM accounts_auditevent WHERE action = 'payload.redact'")
        assert cursor.fetchall() == [(publisher.pk,)]
    assert refused(redact, other, stream, person=publisher) == "removal_was_decided"


def test_words_are_removed_only_by_who_decided_it(editor, reviewer, published):
    """The setting that the guards look at opens nothing for the app's role, and the function wants a decided removal."""
    removed = "UPDATE publishing_factcheck SET state = 'removed' WHERE claim_id = %s"
    assert refused(removed, published.claim_id, person=reviewer, at_the_end=True) == "document_is_the_version"
    assert refused("SELECT remove_words(%s, 'Order')", published.claim_id, person=reviewer) == "removal_was_decided"
    removing = "SET LOCAL factcheck.removing = 'on'; "
    blank = f"{removing}UPDATE annotations_verdict SET summary = ''"
    assert refused(blank, person=reviewer) == "verdict_published_is_kept"
    assert refused(f"{removing}UPDATE annotations_verdicttransition SET reason = ''", person=reviewer) == "42501"


def test_evidence_and_claims_keep_their_rows(editor):
    from annotations.services.claims import remove_claim

    verdict = story.draft(editor)
    remove_claim(person=editor, claim_id=verdict.claim_id, now=story.NOW)
    assert Claim.objects.filter(pk=verdict.claim_id).exists()
    assert Evidence.objects.filter(claim_id=verdict.claim_id).exists()
