"""Random sequences of steps by random people, alone and several at the same moment, through services and by raw SQL as the
app's role: what must never be.

The machine keeps its own book of who wrote what, so that the database's answer is compared with something else. Every
sequence has a claim of its own in one database; everything is committed, and one statement reads what the invariants ask.
"""

import logging
import os
import traceback
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial, wraps
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.audit import acting
from accounts.audit_proof.chain import verify
from annotations.models import Evidence, Verdict
from annotations.services.claimants import ClaimantInput
from annotations.services.evidence import remove_evidence
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import declare_conflict
from annotations.workflow import LIVE, OPEN
from core.errors import DomainError
from publishing.services import withdrawals
from publishing.services.publish import publish_due, publish_verdict
from publishing.services.withdrawals import remove_for_legal_reasons
from tests.annotations import story
from tests.annotations.workflow_sql import (
    CHAIN_BREAKS,
    STATE,
    WRITE_NOTES,
    WROTE_BEFORE,
    read,
)
from tests.annotations.workflow_steps import AT_ONCE, OTHERS, PEOPLE, ROLES, STEPS, TAKEN_BACK, Desk, Step

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.django_db(transaction=True)
SEQUENCES = int(os.environ.get("WORKFLOW_SEQUENCES", "5000"))
"""Of the soak: an hour of one core. Each run draws others, so it can be taken in pieces."""
Wrote = list[tuple[dict[Any, set[Any]], Any]]
"""The books and keys under which a step is remembered."""
REACHED: Counter[str] = Counter()
FOUND: list[str] = []
"""What went wrong, with the steps before it: simultaneous steps end differently when a sequence is tried again, so the
library's own report (it repeats and shortens) may be of another thing, or of none."""


def told(method: Callable[..., None]) -> Callable[..., None]:
    @wraps(method)
    def wrapped(self: "Workflow", **drawn: Any) -> None:
        try:
            method(self, **drawn)
        except Exception:
            FOUND.append("\n".join([*self.story, traceback.format_exc()]))
            raise

    return wrapped


class Workflow(RuleBasedStateMachine):
    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.now = story.NOW
        self.claim: Any = None
        self.writers: dict[Any, set[Any]] = defaultdict(set)  # by verdict
        self.linkers: dict[Any, set[Any]] = defaultdict(set)  # by piece of evidence
        self.conflicts: set[Any] = set()
        self.approvals: set[str] = set()
        self.kept: dict[str, str] = {}  # digests of what never changes
        self.last_event = 0
        self.just_wrote: set[Any] = set()
        self.story: list[str] = []

    # --- steps
    @initialize(stage=st.sampled_from(["draft", "in_review", "approved", "published"]))
    def begin(self, stage: str) -> None:
        author, reviewer = self.desk.people[0], self.desk.people[3]
        claimant = ClaimantInput(name=f"Ada {uuid.uuid4()}", role="Council leader")
        self.claim = story.mark(author, self.desk.said, claimant=claimant)
        evidence = story.link(author, self.claim, self.desk.audit, "61 million euros")
        self.writers[None].add(author.pk)
        self.linkers[evidence.pk].add(author.pk)
        make = {"draft": story.draft, "in_review": story.in_review}.get(stage)
        verdict = make(author, claim=self.claim) if make else getattr(story, stage)(author, reviewer, claim=self.claim)
        self.writers[verdict.pk].add(author.pk)

    @rule(one=STEPS)
    @told
    def alone(self, one: Step) -> None:
        self._take([one])

    @rule(several=st.lists(STEPS, min_size=2, max_size=AT_ONCE))
    @told
    def at_the_same_moment(self, several: list[Step]) -> None:
        REACHED["at once"] += 1
        self._take(several)

    @rule(third=STEPS, who=PEOPLE)
    @told
    def two_tabs(self, third: Step, who: int) -> None:
        """One person writes and approves in the same moment."""
        save = Step("save", who, {"rating": "False", "is_open": True})
        self._take([save, Step("approve", who, {"is_open": True}), third])

    @rule(author=PEOPLE, reviewer=OTHERS, publisher=OTHERS, ending=st.sampled_from(["", *TAKEN_BACK]))
    @told
    def walk(self, author: int, reviewer: int, publisher: int, ending: str) -> None:
        """Steps that belong together; apart, chance seldom puts them in order."""
        ends = [
            Step("withdraw", who, {"action": ending, "is_override": False}) for who in (reviewer, publisher) if ending
        ]
        for one in (
            Step("correct", author, {"kind": "correction"}),
            Step("save", author, {"rating": "False", "is_open": True}),
            Step("submit", author, {}),
            Step("approve", reviewer, {"is_open": True}),
            Step("publish", publisher, {"is_later": False}),
            *ends,
        ):
            self._take([one])

    # --- what must never be
    @invariant()
    @told
    def promises_hold(self) -> None:
        if self.claim is None:
            return
        state = read(STATE, claim=self.claim.pk, open=OPEN, live=LIVE)
        assert state["live"] <= 1, "two live versions"
        assert state["open"] <= 1, "two versions that are being worked on"
        assert not state["unapproved"], "published, or approved, without an approval of exactly this content"
        assert not state["unmatched"], "a version that is not what was approved, or whose digest is not its content's"
        for key, digest in state["kept"].items():
            assert self.kept.setdefault(key, digest) == digest, f"{key} changed after publication"
        for pk, person, verdict in state["approvals"]:
            if pk not in self.approvals:
                self._check_approval(pk, uuid.UUID(person), uuid.UUID(verdict), state["standing"])
                self.approvals.add(pk)
        self.last_event, self.just_wrote = state["events"], set()

    def teardown(self) -> None:
        if self.claim is not None:
            assert read(CHAIN_BREAKS, claim=self.claim.pk) == 0, "a gap in the event chain"

    def _check_approval(self, pk: str, person: Any, verdict: Any, standing: Iterable[str]) -> None:
        authors = self.writers[None] | self.writers[verdict]
        authors |= {writer for evidence in standing for writer in self.linkers[uuid.UUID(evidence)]}
        if person in self.just_wrote:
            assert not self._wrote_before(pk, person), "a contributor's approval"
        else:
            assert person not in authors, "a contributor's approval"
            assert person not in self.conflicts, "an approval by who declared a conflict of interest"

    def _wrote_before(self, approval: str, person: Any) -> bool:
        """Whether the trail has the person's writing of this very step before the approval, not after it."""
        names = {"claim": self.claim.pk, "since": self.last_event, "person": person, "approval": approval}
        return bool(read(WROTE_BEFORE, **names))

    # --- how a step is done
    def _take(self, steps: list[Step]) -> None:
        """Take one step, or several at the same moment; then note who wrote and declared what."""
        self.story += [f"{len(steps)} at once: {one.name} by {ROLES[one.who]}, {one.options}" for one in steps]
        is_alone = len(steps) == 1
        has_sql = any(one.name == "tempt" for one in steps)
        calls: list[Callable[[], Any]] = [partial(self._do, one, has_sql=has_sql) for one in steps]
        results = [calls[0]()] if is_alone else self.desk.at_once(calls)
        self.story.append(f"    {['refused' if wrote is None else 'done' for wrote in results]}")
        for one, wrote in zip(steps, results, strict=True):
            person = self.desk.people[one.who].pk
            for book, key in wrote or []:
                book[key].add(person)
            if one.name == "declare" and wrote is not None:
                self.conflicts = self.conflicts | {person} if one.options["has_conflict"] else self.conflicts - {person}
            if not is_alone and (wrote or one.name == "declare"):
                self.just_wrote.add(person)

    def _do(self, one: Step, *, has_sql: bool) -> Wrote | None:
        """Do a step, in any thread. Returns what the person wrote, None where it was refused. Raises every other error.

        Raw SQL beside it takes locks in an order of its own, so that Postgres may have to end one of the two.
        """
        try:
            result = getattr(self, f"_{one.name}")(self.desk.people[one.who], **one.options)
        except DomainError as refusal:
            REACHED["refused" if refusal.message else "refused without a word"] += 1
            return None
        except OperationalError as error:
            if has_sql and getattr(error.__cause__, "sqlstate", "") == "40P01":
                REACHED["deadlock with raw sql"] += 1
                return None
            raise
        REACHED[one.name] += 1
        return result or []

    def _save(self, person: Any, rating: str, is_open: bool) -> Wrote:
        verdict = self._pick(is_open)
        fields: dict[str, Any] = {"summary": f"Words {uuid.uuid4()}", "rating": self.desk.ratings[rating]}
        save_verdict(person=person, verdict_id=verdict.pk, now=self.now, **fields)
        return [(self.writers, verdict.pk)]

    def _submit(self, person: Any) -> None:
        submit_verdict(person=person, verdict_id=self._pick(True).pk, now=self.now)

    def _approve(self, person: Any, is_open: bool) -> None:
        approve_verdict(no_conflict=True, person=person, verdict_id=self._pick(is_open).pk, now=self.now)

    def _publish(self, person: Any, is_later: bool) -> None:
        later = self.now + timedelta(hours=1) if is_later else None
        publish_verdict(person=person, verdict_id=self._pick(True).pk, now=self.now, not_before=later)

    def _correct(self, person: Any, kind: str) -> Any:
        live = self._pick(False)
        following = correct_verdict(person=person, verdict_id=live.pk, kind=kind, note="Mended", now=self.now)
        self.writers[following.pk] |= self.writers[live.pk]
        return [(self.writers, following.pk)]

    def _request_changes(self, person: Any) -> None:
        request_changes(person=person, verdict_id=self._pick(True).pk, comment="Why?", now=self.now)

    def _withdraw(self, person: Any, action: str, is_override: bool) -> None:
        service: Any = remove_for_legal_reasons if action == "remove" else getattr(withdrawals, f"{action}_verdict")
        options = {"is_override": is_override} if action != "suspend" else {}
        service(person=person, verdict_id=self._pick(False).pk, reason="Doubt", now=self.now, **options)

    def _link(self, person: Any, source: int) -> Any:
        article, words = self.desk.sources[source]
        return [(self.linkers, story.link(person, self.claim, article, words, "context").pk)]

    def _unlink(self, person: Any) -> None:
        if found := Evidence.objects.standing().filter(claim=self.claim).last():
            remove_evidence(person=person, evidence_id=found.pk, now=self.now)

    def _declare(self, person: Any, has_conflict: bool) -> Any:
        declare_conflict(
            person=person, claimant_id=self.claim.claimant_id, has_conflict=has_conflict, statement="Kin", now=self.now
        )
        return []

    def _end_embargo(self, _person: Any) -> None:
        self.now += timedelta(hours=2)
        publish_due(verdict_id=self._pick(True).pk, now=self.now)

    def _tempt(self, person: Any, sql: str, status: str, is_open: bool) -> Any:
        """SQL that may or may not be refused, depending on where things stand."""
        verdict = self._pick(is_open)
        try:
            with acting(person), connection.cursor() as cursor:
                cursor.execute(sql.format(status=status, verdict=verdict.pk, person=person.pk, claim=self.claim.pk))
                changed = cursor.rowcount
        except DatabaseError:
            REACHED["refused sql"] += 1
            return None
        if changed > 0 and sql == WRITE_NOTES:
            return [(self.linkers, pk) for pk in Evidence.objects.filter(claim=self.claim).values_list("pk", flat=True)]
        return [(self.writers, verdict.pk)] if changed > 0 and "summary" in sql else None

    def _attack(self, person: Any, sql: str, prelude: str) -> None:
        """SQL that is refused whatever the state."""
        try:
            with acting(person), connection.cursor() as cursor:
                cursor.execute(prelude + sql.format(person=person.pk, claim=self.claim.pk))
        except DatabaseError as refusal:
            if getattr(refusal.__cause__, "sqlstate", "") in {"42501", "23514"}:
                return
            raise
        raise AssertionError(f"not refused: {prelude}{sql}")

    def _pick(self, is_open: bool) -> Verdict:
        of_claim = Verdict.objects.filter(claim=self.claim).order_by("-version")
        return of_claim.filter(status__in=OPEN if is_open else [*LIVE, "retracted"]).first() or of_claim[0]


def run(make_user: Any, examples: int, steps: int) -> None:
    desk = Desk(make_user)
    machine = type("Workflow", (Workflow,), {"desk": desk})
    limits = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, phases=[Phase.generate],
    )  # fmt: skip
    REACHED.clear()
    FOUND.clear()
    try:
        run_state_machine_as_test(machine, settings=limits)
    finally:
        desk.close()
        if FOUND:
            pytest.fail(FOUND[0])
    assert verify().breaks == []
    logger.info("%s sequences of %s steps: %s", examples, steps, sorted(REACHED.items()))
    # else the machine has proved nothing
    wanted = {
        "refused",
        "refused sql",
        "attack",
        "at once",
        "save",
        "submit",
        "approve",
        "publish",
        "correct",
        "withdraw",
    }
    assert "refused without a word" not in REACHED
    assert wanted <= {name for name, count in REACHED.items() if count >= examples // 200}


@pytest.mark.long
def test_no_sequence_breaks_the_promises(make_user):
    run(make_user, examples=60, steps=5)


@pytest.mark.soak
def test_no_long_sequence_breaks_the_promises(make_user):
    run(make_user, examples=SEQUENCES, steps=8)
