"""Random sequences of steps by random people, through services and by raw SQL as the app's role: what must never be.

The machine keeps its own book of who wrote what, so that the database's answer is compared with something else.
"""

import hashlib
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.audit import acting
from accounts.audit_chain import verify
from annotations.models import Approval, Evidence, FactCheckVersion, Verdict
from annotations.services import verdicts as moves
from annotations.services.evidence import remove_evidence
from annotations.services.verdict_edits import correct_verdict, save_verdict
from annotations.workflow import CORRECTION_KINDS, LIVE, OPEN, STATUSES
from factcheck.errors import DomainError
from tests.annotations import story

pytestmark = pytest.mark.django_db
ROLES: list[tuple[str, ...]] = [
    ("editor",), ("editor", "reviewer"), ("reviewer",), ("reviewer", "publisher"), ("admin", "reviewer"),
]  # fmt: skip
PEOPLE = st.integers(0, len(ROLES) - 1)
RATINGS = st.sampled_from(["False", "True", "Misleading"])
OLDEST = "(SELECT id FROM annotations_frozencontent ORDER BY id LIMIT 1)"
APPROVE = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, move, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{person}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.claim_id = v.claim_id WHERE v.id = '{verdict}'
"""
WRITE_VERSION = """
    INSERT INTO annotations_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256, kind,
        note, is_single_approval, published_at)
    SELECT f.id, v.version, v.id, v.frozen_id, c.payload_id, '', '', '', false, now()
    FROM annotations_verdict v JOIN annotations_factcheck f ON f.claim_id = v.claim_id
    JOIN annotations_frozencontent c ON c.id = v.frozen_id WHERE v.id = '{verdict}'
"""
WRITE_NOTES = """
    UPDATE annotations_evidence SET note = note || '.'
    WHERE claim_id = (SELECT claim_id FROM annotations_verdict WHERE id = '{verdict}')
"""
SQL = [
    "UPDATE annotations_verdict SET status = '{status}' WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET status = '{status}', published_at = now() WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET summary = summary || '.' WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET summary = summary || '.', status = 'draft', frozen_id = NULL WHERE id = '{verdict}'",
    f"UPDATE annotations_verdict SET frozen_id = {OLDEST} WHERE id = '{{verdict}}'",
    "UPDATE annotations_approval SET person_id = '{person}'",
    "DELETE FROM annotations_contribution",
    "UPDATE annotations_factcheckversion SET note = 'by sql'",
    "DELETE FROM annotations_verdicttransition",
    "DELETE FROM accounts_auditevent",
    "UPDATE accounts_payload SET body = 'by sql'",
    APPROVE,
    WRITE_VERSION,
    WRITE_NOTES,
]
REACHED: Counter[str] = Counter()


class Workflow(RuleBasedStateMachine):
    people: list[Any]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = story.NOW
        self.writers: dict[Any, set[Any]] = defaultdict(set)  # by verdict
        self.linkers: dict[Any, set[Any]] = defaultdict(set)  # by piece of evidence
        self.approvals: set[Any] = set()
        self.versions: dict[Any, tuple[Any, ...]] = {}
        self.published: dict[Any, tuple[Any, ...]] = {}
        self.count = 0

    def teardown(self) -> None:
        try:
            assert verify().breaks == []
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- steps
    @initialize(stage=st.sampled_from(["draft", "in_review", "approved", "published"]))
    def begin(self, stage: str) -> None:
        author, reviewer = self.people[0], self.people[3]
        maker = {"draft": story.draft, "in_review": story.in_review}.get(stage)
        verdict = maker(author) if maker else getattr(story, stage)(author, reviewer)
        self.claim = verdict.claim
        self.claim_author = author.pk
        self.writers[verdict.pk].add(author.pk)
        for evidence in self.claim.evidence.all():
            self.linkers[evidence.pk].add(author.pk)
        self.approvals |= set(Approval.objects.values_list("pk", flat=True))

    @rule(who=PEOPLE, rating=RATINGS, is_open=st.booleans())
    def save(self, who: int, rating: str, is_open: bool) -> None:
        person, verdict = self.people[who], self._pick(is_open)
        self.count += 1
        fields = {"summary": f"Words number {self.count}", "rating": story.rating(rating)}
        if verdict.correction_kind == "correction":
            fields |= {"correction_note": "Mended"}
        if self._try(save_verdict, person, verdict, **fields):
            self.writers[verdict.pk].add(person.pk)

    @rule(who=PEOPLE, kind=st.sampled_from(CORRECTION_KINDS))
    def correct(self, who: int, kind: str) -> None:
        person, live = self.people[who], self._pick(False)
        if self._try(correct_verdict, person, live, kind=kind, note="Mended"):
            following = Verdict.objects.get(claim=self.claim, version=live.version + 1)
            self.writers[following.pk] = self.writers[live.pk] | {person.pk}

    @rule(who=PEOPLE)
    def submit(self, who: int) -> None:
        self._try(moves.submit_verdict, self.people[who], self._pick(True))

    @rule(who=PEOPLE, is_open=st.booleans())
    def approve(self, who: int, is_open: bool) -> None:
        self._try(moves.approve_verdict, self.people[who], self._pick(is_open))

    @rule(who=PEOPLE, is_later=st.booleans())
    def publish(self, who: int, is_later: bool) -> None:
        later = self.now + timedelta(hours=1) if is_later else None
        self._try(moves.publish_verdict, self.people[who], self._pick(True), not_before=later)

    @rule(who=PEOPLE, other=PEOPLE, third=PEOPLE)
    def walk(self, who: int, other: int, third: int) -> None:
        """Three steps that belong together; apart, chance seldom puts them in order."""
        self.submit(who)
        self.approve(other, is_open=True)
        self.publish(third, is_later=False)

    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(hours=2)
        with suppress(DomainError):
            moves.publish_due(verdict_id=self._pick(True).pk, now=self.now)

    @rule(who=PEOPLE, is_suggestion=st.booleans())
    def request_changes(self, who: int, is_suggestion: bool) -> None:
        self._try(moves.request_changes, self.people[who], self._pick(True), comment="Why?")

    @rule(who=PEOPLE, action=st.sampled_from(["suspend", "retract", "restore"]), is_override=st.booleans())
    def withdraw(self, who: int, action: str, is_override: bool) -> None:
        options = {"is_override": is_override} if action != "suspend" else {}
        self._try(getattr(moves, f"{action}_verdict"), self.people[who], self._pick(False), reason="Doubt", **options)

    @rule(who=PEOPLE, is_override=st.booleans())
    def remove(self, who: int, is_override: bool) -> None:
        person = self.people[who]
        self._try(
            moves.remove_for_legal_reasons, person, self._pick(False), reason="Court order", is_override=is_override
        )

    @rule(who=PEOPLE, is_added=st.booleans())
    def evidence(self, who: int, is_added: bool) -> None:
        person = self.people[who]
        self.count += 1
        with suppress(DomainError):
            if is_added:
                words = f"It cost {self.count} million, they say."
                linked = story.link(person, self.claim, story.make_article(("Town", words)), words, "context")
                self.linkers[linked.pk].add(person.pk)
            elif found := Evidence.objects.filter(claim=self.claim, removed_at=None).last():
                remove_evidence(person=person, evidence_id=found.pk, now=self.now)

    @rule(who=PEOPLE, statement=st.sampled_from(SQL), status=st.sampled_from(STATUSES), is_open=st.booleans())
    def raw_sql(self, who: int, statement: str, status: str, is_open: bool) -> None:
        person, verdict = self.people[who], self._pick(is_open)
        sql = statement.format(status=status, verdict=verdict.pk, person=person.pk)
        try:
            with acting(person), connection.cursor() as cursor:
                cursor.execute(sql)
                changed = cursor.rowcount
        except DatabaseError:
            REACHED["refused sql"] += 1
            return
        if changed and "summary" in sql:
            self.writers[verdict.pk].add(person.pk)
        if changed and statement == WRITE_NOTES:
            for evidence in Evidence.objects.filter(claim=self.claim):
                self.linkers[evidence.pk].add(person.pk)

    # --- what must never be
    @invariant()
    def no_contributor_approves(self) -> None:
        for approval in Approval.objects.filter(claim=self.claim, action="publish").exclude(pk__in=self.approvals):
            standing = Evidence.objects.filter(claim=self.claim, removed_at=None).values_list("pk", flat=True)
            authors = {self.claim_author} | self.writers[approval.verdict_id]
            authors |= {person for pk in standing for person in self.linkers[pk]}
            assert approval.person_id not in authors
            self.approvals.add(approval.pk)

    @invariant()
    def published_is_approved_and_never_changes(self) -> None:
        for version in FactCheckVersion.objects.filter(fact_check__claim=self.claim).select_related(
            "frozen__payload", "payload"
        ):
            digest, body = version.frozen.sha256, version.frozen.payload.body
            assert body is None or hashlib.sha256(body.encode()).hexdigest() == digest
            assert Approval.objects.filter(
                verdict=version.verdict_id, action="publish", frozen=version.frozen_id, content_sha256=digest
            ).exists()
            row = (version.number, version.verdict_id, version.frozen_id, version.note, version.document_sha256, digest)
            assert self.versions.setdefault(version.pk, row) == row
        for verdict in self._verdicts().exclude(status__in=OPEN):
            row = (
                verdict.version,
                verdict.headline,
                verdict.summary,
                verdict.rationale,
                verdict.rating_id,
                verdict.frozen_id,
            )
            assert self.published.setdefault(verdict.pk, row) == row
            assert FactCheckVersion.objects.filter(verdict=verdict).exists() or verdict.pk in self._published_by_sql()

    @invariant()
    def one_is_live(self) -> None:
        assert self._verdicts().filter(status__in=LIVE).count() <= 1
        assert self._verdicts().filter(status__in=OPEN).count() <= 1

    # --- helpers
    def _verdicts(self) -> Any:
        return (
            Verdict.objects.filter(claim=getattr(self, "claim", None))
            if hasattr(self, "claim")
            else Verdict.objects.none()
        )

    def _published_by_sql(self) -> set[Any]:
        """Raw SQL of an entitled person may flip the status of approved content; it then has no page, and says nothing else."""
        return {
            verdict.pk
            for verdict in self._verdicts().exclude(status__in=OPEN)
            if Approval.objects.filter(verdict=verdict, action="publish", frozen=verdict.frozen_id).exists()
        }

    def _pick(self, is_open: bool) -> Verdict:
        found = (
            self._verdicts().filter(status__in=OPEN if is_open else [*LIVE, "retracted"]).order_by("-version").first()
        )
        return found or self._verdicts().order_by("-version")[0]

    def _try(self, service: Any, person: Any, verdict: Verdict, **options: Any) -> bool:
        """True where it was done; a refusal is an answer like any other, an error is not."""
        before = Verdict.objects.get(pk=verdict.pk).edit_number
        try:
            service(person=person, verdict_id=verdict.pk, now=self.now, **options)
        except DomainError:
            REACHED["refused"] += 1
            return False
        REACHED[service.__name__] += 1
        return service is correct_verdict or Verdict.objects.get(pk=verdict.pk).edit_number != before


def run(make_user: Any, examples: int, steps: int) -> None:
    people = [make_user(roles) for roles in ROLES]
    machine = type("Workflow", (Workflow,), {"people": people})
    limits = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, derandomize=False,
    )  # fmt: skip
    REACHED.clear()
    run_state_machine_as_test(machine, settings=limits)
    # else the machine has proved nothing
    wanted = {
        "refused",
        "refused sql",
        "save_verdict",
        "correct_verdict",
        "submit_verdict",
        "approve_verdict",
        "publish_verdict",
    }
    assert wanted <= {name for name, count in REACHED.items() if count >= examples // 50}


def test_no_sequence_breaks_the_promises(make_user):
    run(make_user, examples=200, steps=10)


@pytest.mark.soak
def test_no_long_sequence_breaks_the_promises(make_user):
    run(make_user, examples=5_000, steps=25)
