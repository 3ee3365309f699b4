"""A transaction that was held open does not show the guards who had a role when it began."""

import psycopg
import pytest
from django.db import connection, connections

from accounts.services.people import deactivate_person
from annotations.models import Verdict
from annotations.services.verdicts.transitions import declare_conflict
from publishing.services.withdrawals import restore_verdict, suspend_verdict
from tests.annotations import story

ENDS_AS = {suspend_verdict: "suspended", restore_verdict: "published"}
APPROVE = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, %(me)s, 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = %(verdict)s
"""


def app_connection() -> psycopg.Connection:
    given = connections["default"].get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "user", "dbname", "password") if name in given}
    return psycopg.connect(**wanted)


@pytest.mark.parametrize(
    ("isolation", "constraint"),
    [
        ("READ COMMITTED", "approver_has_the_role"),
        ("REPEATABLE READ", "transaction_reads_the_present"),
        ("SERIALIZABLE", "transaction_reads_the_present"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_who_was_deactivated_meanwhile_approves_nothing(make_user, isolation: str, constraint: str):
    editor, reviewer, admin = make_user("editor"), make_user("reviewer"), make_user("admin")
    verdict = story.in_review(editor)
    claimant = verdict.claim.claimant_id
    declare_conflict(person=reviewer, claimant_id=claimant, has_conflict=False, statement="", now=story.NOW)
    with app_connection() as held:
        held.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
        held.execute("SELECT set_config('factcheck.actor', %s, true)", [str(reviewer.pk)])
        deactivate_person(admin=admin, person=reviewer, now=story.NOW)
        with pytest.raises(psycopg.errors.CheckViolation) as refusal:
            held.execute(APPROVE, {"me": reviewer.pk, "verdict": verdict.pk})
        held.rollback()
    assert refusal.value.diag.constraint_name == constraint
    assert Verdict.objects.get(pk=verdict.pk).status == "in_review"


@pytest.mark.django_db(transaction=True)
def test_what_others_decided_and_took_back_meanwhile_is_not_done_again(make_user):
    editor, reviewer, publisher = make_user("editor"), make_user("reviewer"), make_user("publisher")
    verdict = story.published(editor, reviewer)
    with app_connection() as held:
        held.execute("SELECT 1")
        for service, reason in (
            (suspend_verdict, "Wrong"),
            (restore_verdict, "Right"),
            (suspend_verdict, "Wrong after all"),
        ):
            for person in (reviewer, publisher):
                if Verdict.objects.get(pk=verdict.pk).status != ENDS_AS[service]:
                    service(person=person, verdict_id=verdict.pk, reason=reason, now=story.NOW)
        assert Verdict.objects.get(pk=verdict.pk).status == "suspended"
        held.execute("UPDATE annotations_verdict SET status = 'published' WHERE id = %s", [verdict.pk])
        with pytest.raises(psycopg.errors.CheckViolation) as refusal:
            held.execute("SET CONSTRAINTS guard_withdrawal IMMEDIATE")
        held.rollback()
    assert refusal.value.diag.constraint_name == "withdrawal_was_decided"


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "is_present"), [("59 minutes", True), ("61 minutes", False)])
def test_a_transaction_that_writes_takes_less_than_an_hour(age: str, is_present: bool):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reads_the_present(clock_timestamp() - %s::interval)", [age])
        assert cursor.fetchone() == (is_present,)
