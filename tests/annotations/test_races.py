"""Real parallel connections: one outcome each, and everybody is told the truth."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connections

from annotations.models import Approval, Change, FactCheckVersion, Verdict
from annotations.services.verdict_edits import save_verdict
from annotations.services.verdicts import approve_verdict, publish_due, publish_verdict, retract_verdict
from factcheck.errors import DomainError
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], object]]) -> list[str]:
    """Run all calls from threads of their own, released together; how each ended: "done" or the refusal's code."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=60)
            call()
        except DomainError as refusal:
            return refusal.code if refusal.message else "silent"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        ended = list(pool.map(run, calls))
    close_old_connections()
    return ended


def test_fifty_reviewers_approve_at_once(make_user):
    editor = make_user("editor")
    reviewers = [make_user("reviewer") for _ in range(50)]
    verdict = story.in_review(editor)
    ended = at_once(
        [lambda one=one: approve_verdict(person=one, verdict_id=verdict.pk, now=story.NOW) for one in reviewers]
    )
    assert Counter(ended) == {"done": 1, "wrong-state": 49}
    assert Approval.objects.get(verdict=verdict).person == reviewers[ended.index("done")]
    assert Verdict.objects.get(pk=verdict.pk).status == "approved"


@pytest.mark.parametrize("_attempt", range(5))
def test_an_author_edits_while_it_is_approved(make_user, _attempt):
    """Either the approval falls with the edit, or it comes too late; never an approval of words nobody was shown."""
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.in_review(editor)
    sha = verdict.frozen.sha256
    edited, approval = at_once(
        [
            lambda: save_verdict(person=editor, verdict_id=verdict.pk, summary="Other words", now=story.NOW),
            lambda: approve_verdict(person=reviewer, verdict_id=verdict.pk, content_sha256=sha, now=story.NOW),
        ]
    )
    verdict.refresh_from_db()
    assert (edited, verdict.status, verdict.summary) == ("done", "draft", "Other words")
    assert approval in {"done", "wrong-state", "content-changed"}
    assert Approval.objects.filter(verdict=verdict).count() == (approval == "done")
    with pytest.raises(DomainError):
        publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)


def test_publication_runs_twice(make_user):
    editor, reviewer, publisher = make_user("editor"), make_user("reviewer"), make_user("publisher")
    verdict = story.approved(editor, reviewer)
    ended = at_once(
        [
            lambda one=one: publish_verdict(person=one, verdict_id=verdict.pk, now=story.NOW)
            for one in (reviewer, publisher)
        ]
    )
    assert ended == ["done", "done"]  # the second is told that it is published
    assert FactCheckVersion.objects.count() == Change.objects.count() == 1


def test_two_workers_end_one_embargo(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.approved(editor, reviewer)
    later = story.NOW.replace(hour=12)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=later, now=story.NOW)
    at_once([lambda: publish_due(verdict_id=verdict.pk, now=later)] * 4)
    assert FactCheckVersion.objects.count() == Change.objects.count() == 1


def test_two_confirm_a_retraction_at_once(make_user):
    editor, reviewer, publisher = make_user("editor"), make_user("reviewer"), make_user("publisher")
    verdict = story.published(editor, reviewer)
    ended = at_once(
        [
            lambda one=one: retract_verdict(person=one, verdict_id=verdict.pk, reason="Wrong", now=story.NOW)
            for one in (reviewer, publisher)
        ]
    )
    assert ended == ["done", "done"]
    assert Verdict.objects.get(pk=verdict.pk).status == "retracted"
    assert Verdict.objects.get(pk=verdict.pk).transitions.filter(action="retract").count() == 1
