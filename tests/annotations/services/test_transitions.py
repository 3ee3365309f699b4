"""Every move of a verdict by every role, as a contributor and as none: one table, held to the services."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.audit import acting
from annotations.models import Claim, Verdict
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from annotations.workflow import OPEN, STATUSES, TRANSITIONS
from core.errors import NotPermitted, WrongState
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import restore_verdict, retract_verdict, suspend_verdict
from tests.annotations import story
from tests.annotations.test_guards import verdict_at

pytestmark = pytest.mark.django_db

ROLES = ("editor", "reviewer", "publisher", "admin")

# action -> (the statuses it is possible from, roles that may as no contributor, roles that may as a contributor)
TABLE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "edit": (set(OPEN), {"editor", "reviewer", "admin"}, {"editor", "reviewer", "admin"}),
    "submit": ({"draft", "changes_requested"}, set(), {"editor", "reviewer", "admin"}),
    "request_changes": ({"in_review"}, {"reviewer"}, {"reviewer"}),
    "approve": ({"in_review"}, {"reviewer"}, set()),
    "publish": ({"approved", "published"}, {"reviewer", "publisher"}, set()),
    "correct": ({"published", "suspended"}, {"editor", "reviewer", "admin"}, {"editor", "reviewer", "admin"}),
    "suspend": ({"published"}, {"reviewer", "publisher", "admin"}, {"reviewer", "publisher", "admin"}),
    "retract": ({"published", "suspended"}, {"reviewer", "publisher", "admin"}, {"reviewer", "publisher", "admin"}),
    "restore": ({"suspended", "retracted"}, {"reviewer", "publisher", "admin"}, {"reviewer", "publisher", "admin"}),
}

DO: dict[str, Callable[[Any, Verdict], Any]] = {
    "edit": lambda who, v: save_verdict(person=who, verdict_id=v.pk, summary="Other words.", now=story.NOW),
    "submit": lambda who, v: submit_verdict(person=who, verdict_id=v.pk, now=story.NOW),
    "request_changes": lambda who, v: request_changes(person=who, verdict_id=v.pk, comment="Why?", now=story.NOW),
    "approve": lambda who, v: approve_verdict(no_conflict=True, person=who, verdict_id=v.pk, now=story.NOW),
    "publish": lambda who, v: publish_verdict(person=who, verdict_id=v.pk, now=story.NOW),
    "correct": lambda who, v: correct_verdict(person=who, verdict_id=v.pk, kind="update", note="New", now=story.NOW),
    "suspend": lambda who, v: suspend_verdict(person=who, verdict_id=v.pk, reason="Doubt", now=story.NOW),
    "retract": lambda who, v: retract_verdict(person=who, verdict_id=v.pk, reason="Wrong", now=story.NOW),
    "restore": lambda who, v: restore_verdict(person=who, verdict_id=v.pk, reason="Right", now=story.NOW),
}


def contribute(person, claim_id) -> None:
    """Make the person a contributor without moving the verdict: their words stand in the statement."""
    with acting(person):
        claim = Claim.objects.get(pk=claim_id)
        Claim.objects.filter(pk=claim_id).update(statement=claim.statement + "!")
        Claim.objects.filter(pk=claim_id).update(statement=claim.statement)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("is_contributor", [False, True])
def test_every_move_by_every_role(make_user, status, is_contributor):
    editor, reviewer = make_user(("editor", "reviewer")), make_user("reviewer")
    people = {role: make_user(role) for role in ROLES}
    verdict = verdict_at(status, editor, reviewer)
    for action, (possible_from, strangers, contributors) in TABLE.items():
        for role, person in people.items():
            with transaction.atomic():
                if is_contributor:
                    contribute(person, verdict.claim_id)
                allowed = contributors if is_contributor else strangers
                outcome = attempt(action, person, Verdict.objects.get(pk=verdict.pk))
                expected = expect(role, allowed, status in possible_from)
                assert outcome in expected, (action, role, status, is_contributor, outcome)
                transaction.set_rollback(True)


def expect(role: str, allowed: set[str], is_possible: bool) -> set[str]:
    if is_possible:
        return {"done"} if role in allowed else {"refused"}
    return {"wrong state"} if role in allowed else {"refused", "wrong state"}


def attempt(action: str, person, verdict: Verdict) -> str:
    try:
        DO[action](person, verdict)
    except NotPermitted:
        return "refused"
    except WrongState:
        return "wrong state"
    return "done"


def test_the_table_knows_every_action():
    automatic = {"supersede", "legal_removal"}
    assert set(TABLE) | automatic >= set(TRANSITIONS)
