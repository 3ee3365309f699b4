"""A temporary relation named like one of ours is found first by whoever does not say otherwise; guards say otherwise."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.audit import acting
from accounts.audit_proof.chain import verify
from accounts.models import AuditEvent
from annotations.models import Claim
from core.database.grants import excess_rights
from tests.annotations import story

pytestmark = pytest.mark.django_db

APPROVE = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, %(me)s, 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.id = v.frozen_id WHERE v.id = %(verdict)s
"""
SHADOWS = {
    "contributions": (["CREATE TEMP TABLE annotations_contribution (LIKE public.annotations_contribution)"], APPROVE),
    "a view of no contributions": (
        ["CREATE TEMP VIEW annotations_contribution AS SELECT * FROM public.annotations_contribution WHERE false"],
        APPROVE,
    ),
    "moves": (
        [
            "CREATE TEMP TABLE annotations_transitionrule (LIKE public.annotations_transitionrule)",
            """INSERT INTO annotations_transitionrule (id, action, from_status, to_status)
            VALUES (1, 'x', 'in_review', 'published')""",
        ],
        "UPDATE public.annotations_verdict SET status = 'published', published_at = now() WHERE id = %(verdict)s",
    ),
    "approvals": (
        [
            """CREATE TEMP TABLE annotations_approval AS SELECT v.id AS verdict_id, 'publish' AS action, v.frozen_id,
            uuidv7() AS person_id FROM public.annotations_verdict v"""
        ],
        "UPDATE public.annotations_verdict SET status = 'approved' WHERE id = %(verdict)s",
    ),
    "the catalogue of tables": (
        [
            """CREATE TEMP TABLE pg_class AS SELECT oid,
            (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user) AS relowner FROM pg_catalog.pg_class""",
            "SET LOCAL factcheck.removing = 'on'",
        ],
        "UPDATE public.annotations_verdict SET status = 'approved' WHERE id = %(verdict)s",
    ),
    "a type": (
        ["CREATE DOMAIN pg_temp.uuid AS pg_catalog.uuid", "CREATE DOMAIN pg_temp.text AS pg_catalog.varchar"],
        APPROVE,
    ),
}


@pytest.fixture
def verdict(make_user):
    return story.in_review(make_user(("editor", "reviewer")))


def test_the_apps_role_may_make_no_temporary_table(verdict):
    for statement in ("CREATE TEMP TABLE annotations_contribution (id int)", "CREATE TEMP VIEW pg_class AS SELECT 1"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    assert excess_rights(connection) == []


@pytest.mark.usefixtures("temp_granted")
@pytest.mark.parametrize("name", SHADOWS)
def test_guards_do_not_see_temporary_relations(verdict, name):
    author = verdict.claim.created_by_id
    prepare, attempt = SHADOWS[name]
    with pytest.raises(DatabaseError) as refusal, acting(author), connection.cursor() as cursor:  # noqa: PT012 -- the last is refused
        for statement in prepare:
            cursor.execute(statement)
        cursor.execute(attempt, {"me": author, "verdict": verdict.pk})
    assert getattr(refusal.value.__cause__, "sqlstate", None) == "23514"


@pytest.mark.usefixtures("temp_granted")
def test_the_trail_is_written_where_it_is_read(verdict):
    events = AuditEvent.objects.count()
    with acting(None), connection.cursor() as cursor:
        for table in ("accounts_auditevent", "accounts_auditstream", "accounts_payload"):
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL)")
        Claim.objects.filter(pk=verdict.claim_id).update(selection_reason="edited unseen")
        for table in ("accounts_auditevent", "accounts_auditstream", "accounts_payload"):
            cursor.execute(f"DROP TABLE pg_temp.{table}")
    assert AuditEvent.objects.count() == events + 1
    assert verify().is_intact


@pytest.mark.usefixtures("temp_granted")
def test_the_right_to_make_them_is_named():
    assert excess_rights(connection) == ["may make temporary tables"]
