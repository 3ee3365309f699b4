"""Submit a verdict: check requirements, correction and policy, then freeze it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations import rationale
from annotations.anchoring import is_harmless
from annotations.errors import ContributorMayNotApprove, NotReady, WrongState
from annotations.frozen import FrozenContent as Content
from annotations.models import Appearance, Comment, Verdict
from annotations.services.base import locked_verdict, touch_claim, writing
from annotations.services.verdicts.freeze import content_of, freeze, frozen_content
from annotations.services.verdicts.policy_checks import (
    check_reasons,
    policy_problems,
    submission_report,
    waivers,
)
from annotations.services.verdicts.transitions import (
    contributor_ids,
    transition_verdict,
)
from annotations.workflow import Status


def submit_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    waived: dict[str, str] | None = None,
) -> Verdict:
    """Freeze the content and ask for review.

    `waived` gives a reason for each unmet policy check. Raises NotReady with everything that is missing, NotPermitted, Stale.
    """
    check_permission(person, "verdict.submit")
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        if verdict.status not in {Status.DRAFT, Status.CHANGES_REQUESTED}:
            raise WrongState(
                _("The verdict is {status} already. Nothing was changed.").format(
                    status=_(Status(verdict.status).label).lower()
                )
            )
        # A verdict needs an author who stands for it; a mere passer-by cannot submit it.
        if person.pk not in contributor_ids(verdict.pk):
            raise ContributorMayNotApprove(
                _("Only an author can submit it: somebody who wrote part of it. Nothing was changed.")
            )
        check_reasons(waived)
        # All problems at once: an author should not have to submit again and again to learn the next one.
        report = submission_report(verdict, waived=waived)
        problems = [
            *submission_problems(verdict),
            *correction_problems(verdict),
            *policy_problems(report, waived=waived),
        ]
        if problems:
            raise NotReady(
                _("This cannot be submitted yet. Your words are saved.")
                + " "
                + " ".join(problem["detail"] for problem in problems),
                errors=problems,
            )
        transition_verdict(
            verdict,
            "submit",
            person=person,
            now=now,
            frozen=freeze(verdict),
            waived=waivers(report),
            submitted_at=now,
            submitted_by=person,
        )
        touch_claim(verdict.claim, now=now)
    return verdict


def submission_problems(verdict: Verdict) -> list[dict[str, str]]:
    """Return the unmet requirements as {"pointer", "code", "detail"}."""
    claim = verdict.claim
    evidence = list(claim.evidence.standing())
    numbers = [item.number for item in evidence]
    dated = Appearance.objects.standing().filter(claim=claim, said_at__isnull=False)
    # Comments made before there was a verdict, or on a claim merged into this one, name no verdict.
    named = Q(verdict=verdict) | Q(verdict=None)
    blocking = Comment.objects.filter(named, claim=claim, is_blocking=True, resolved_at=None)
    rating = verdict.rating
    checks = [
        (not claim.statement, "/claim/statement", "statement-missing", _("Write the statement that is checked.")),
        (claim.claimant_id is None, "/claim/claimant", "claimant-missing", _("Say who makes the claim.")),
        (not dated.exists(), "/claim/appearances", "date-missing", _("Say when the claim was made.")),
        (rating is None, "/rating", "rating-missing", _("Choose a rating.")),
        (
            rating is not None and not (rating.is_active and rating.scale.is_active),
            "/rating",
            "rating-inactive",
            _("This rating is no longer in use: choose another one."),
        ),
        (
            rating is not None and rating.scale.is_free_text and not verdict.rating_text.strip(),
            "/rating_text",
            "rating-text-missing",
            _("Type the label that readers will see."),
        ),
        (
            not any(item.verified for item in evidence),
            "/evidence",
            "evidence-missing",
            _("Link at least one piece of evidence whose quote is verified."),
        ),
        (blocking.exists(), "/comments", "comment-unresolved", _("Resolve the blocking comments first.")),
    ]
    problems = [
        {"pointer": pointer, "code": code, "detail": detail}
        for is_missing, pointer, code, detail in checks
        if is_missing
    ]
    return problems + [
        {"pointer": "/rationale", "code": problem.code, "detail": problem.message}
        for problem in rationale.problems(verdict.rationale, numbers)
        if problem.code == "unknown-evidence"
    ]


_APPEARANCE_FIELDS = ("id", "exact", "mode", "said_at", "said_where", "relayed_via")


_EVIDENCE_FIELDS = ("n", "id", "stance", "source_class", "exact", "url", "quote", "archived_url", "accessed_at")


def correction_problems(verdict: Verdict) -> list[dict[str, str]]:
    """Return what the kind of correction forbids, as API errors; [] for version 1."""
    before = version_before(verdict)
    if before is None:
        words = _("A first version corrects nothing: leave the kind of correction empty.")
        return [_problem_document("/correction_kind", "nothing-to-correct", words)] if verdict.correction_kind else []
    if not verdict.correction_kind:
        return [_problem_document("/correction_kind", "kind-missing", _("Say what kind of correction this is."))]
    if verdict.correction_kind == "refile":
        live = frozen_content(before.frozen) if before.frozen else None
        return [] if live is None else _refile_problems(live, content_of(verdict), language=verdict.language)
    if differs_in_rating(before, verdict) and verdict.correction_kind != "correction":
        words = _("A changed rating is a correction: choose that kind and say what was wrong.")
        return [_problem_document("/correction_kind", "rating-changed", words)]
    if not verdict.correction_note.strip():
        return [
            _problem_document("/correction_note", "note-missing", _("Say in a public note what is being corrected."))
        ]
    return []


def differs_in_rating(before: Verdict, after: Verdict) -> bool:
    """Return whether the rating or the typed label differs."""
    return (before.rating_id, before.rating_label) != (after.rating_id, after.rating_label)


def version_before(verdict: Verdict) -> Verdict | None:
    # Versions are consecutive; the trigger verdict_version_follows holds that.
    return (
        Verdict.objects.select_related("frozen__payload", "rating__scale")
        .filter(claim_id=verdict.claim_id, version=verdict.version - 1)
        .first()
    )


def _refile_problems(live: Content, new: Content, *, language: str) -> list[dict[str, str]]:
    """Return the differences that a refile may not have.

    A digit, negation, name, rating, statement, quote or link.
    """
    found = [
        _problem_document(
            pointer,
            "refile-changes-content",
            _("A refile mends typing errors; {what} differs. Choose another kind.").format(what=what),
        )
        for pointer, what, differs in _list_exact_fields(live, new)
        if differs
    ]
    old, changed = live["verdict"], new["verdict"]
    texts = [
        ("/headline", old["headline"], changed["headline"]),
        ("/summary", old["summary"], changed["summary"]),
        ("/rationale", old["rationale"], changed["rationale"]),
    ]
    notes = {item["n"]: item["note"] for item in live["evidence"]}
    texts += [
        (f"/evidence/{item['n']}/note", notes.get(item["n"], item["note"]), item["note"]) for item in new["evidence"]
    ]
    return found + [
        _problem_document(
            pointer,
            "refile-changes-meaning",
            _(
                "A digit, negation, name or word that carries meaning differs from the published version. Choose another kind."
            ),
        )
        for pointer, before, after in texts
        if not is_harmless(before, after, language=language)
    ]


def _list_exact_fields(live: Content, new: Content) -> list[tuple[str, str, bool]]:
    old_text, new_text = live["verdict"]["rationale"], new["verdict"]["rationale"]
    return [
        ("/rating", _("the rating"), _rating_of(live) != _rating_of(new)),
        ("/claim/statement", _("the statement"), live["claim"]["statement"] != new["claim"]["statement"]),
        ("/claim/claimant", _("the claimant"), live["claim"]["claimant"] != new["claim"]["claimant"]),
        ("/byline", _("a name in the byline"), live["verdict"]["byline"] != new["verdict"]["byline"]),
        ("/language", _("the language"), live["verdict"]["language"] != new["verdict"]["language"]),
        ("/claim/appearances", "a quote", _differs_in(live, new, "appearances", _APPEARANCE_FIELDS)),
        ("/evidence", _("the evidence or a quote in it"), _differs_in(live, new, "evidence", _EVIDENCE_FIELDS)),
        ("/rationale", "a link", rationale.links(old_text) != rationale.links(new_text)),
        (
            "/rationale",
            _("a reference to evidence"),
            rationale.evidence_references(old_text) != rationale.evidence_references(new_text),
        ),
        ("/claimant_contact", _("the claimant's answer"), live["claimant_contact"] != new["claimant_contact"]),
    ]


def _differs_in(live: Content, new: Content, name: str, fields: tuple[str, ...]) -> bool:
    def pick(content: Any) -> list[dict[str, Any]]:
        return [{field: item[field] for field in fields} for item in content[name]]

    return pick(live) != pick(new)


def _rating_of(content: Content) -> tuple[str, str] | None:
    return (content["rating"]["id"], content["rating"]["label"]) if content["rating"] else None


def _problem_document(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}
