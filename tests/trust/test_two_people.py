"""Approvals count once, and a number of the feed is given last: what takes a history or a second connection to try."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections

from accounts.audit import acting
from publishing.models import Change, FactCheck
from publishing.services.withdrawals import restore_verdict, retract_verdict
from tests.annotations import story

WITHDRAW = """
    UPDATE annotations_verdict SET status = 'retracted' WHERE id = %(verdict)s;
    INSERT INTO annotations_verdicttransition (verdict_id, claim_id, action, from_status, to_status, actor_id, reason,
        content_sha256, is_override, is_single_approval, at)
    SELECT id, claim_id, 'retract', 'published', 'retracted', %(me)s, 'x', '', false, false, now()
        FROM annotations_verdict WHERE id = %(verdict)s;
    UPDATE publishing_factcheck SET state = 'retracted', notice = 'x',
        document = document || '{"state": "retracted", "claimreview": null}' WHERE verdict_id = %(verdict)s
"""


@pytest.mark.django_db(transaction=True)
def test_approvals_of_an_earlier_withdrawal_do_not_withdraw_again(make_user):
    editor, *reviewers = make_user("editor"), make_user("reviewer"), make_user("reviewer")
    verdict = story.published(editor, reviewers[0])
    for step in (retract_verdict, restore_verdict):
        for person in reviewers:
            step(person=person, verdict_id=verdict.pk, reason="Once.", now=story.NOW)
    assert FactCheck.objects.get().state == "published"
    with pytest.raises(DatabaseError) as refusal, acting(reviewers[0]), connection.cursor() as cursor:  # noqa: PT012 -- the last is refused
        cursor.execute(WITHDRAW, {"verdict": verdict.pk, "me": reviewers[0].pk})
        connection.check_constraints()
    cause: Any = refusal.value.__cause__
    assert cause.diag.constraint_name == "withdrawal_was_decided"


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_held_back_is_refused(make_user, isolation: str):
    """Readers who have read a later number would never see it."""
    story.published(make_user("editor"), make_user("reviewer"))
    waiting = Change.objects.get(seq=None).pk
    given = connections["default"].get_connection_params()
    wanted = {name: given[name] for name in ("host", "port", "user", "dbname", "password") if name in given}
    with psycopg.connect(**wanted) as thief:
        thief.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}".encode())
        thief.execute("SELECT nextval('publishing_change_feed')")
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('publishing_change_feed')")
        with pytest.raises(psycopg.errors.CheckViolation, match="numbered by the sequence"):
            thief.execute(
                "UPDATE publishing_change SET seq = currval('publishing_change_feed') WHERE id = %s", [waiting]
            )
        thief.rollback()
