"""What a corrected version may differ in: a refile mends typing errors alone, a changed rating is a correction."""

from typing import Any

from annotations import rationale
from annotations.anchoring import is_harmless
from annotations.frozen import FrozenContent as Content
from annotations.models import Verdict
from annotations.services.freeze import content_of, frozen_content

_APPEARANCE = ("id", "exact", "mode", "said_at", "said_where", "relayed_via")
_EVIDENCE = ("n", "id", "stance", "source_class", "exact", "url", "quote", "archived_url", "accessed_at")
_TEXTS = {"headline": "/headline", "summary": "/summary", "rationale": "/rationale"}


def correction_problems(verdict: Verdict) -> list[dict[str, str]]:
    """What the kind of correction does not allow, in the shape of the API's errors; empty for a first version."""
    before = version_before(verdict)
    if before is None:
        words = "A first version corrects nothing: leave the kind of correction empty."
        return [_problem("/correction_kind", "nothing-to-correct", words)] if verdict.correction_kind else []
    if not verdict.correction_kind:
        return [_problem("/correction_kind", "kind-missing", "Say what kind of correction this is.")]
    if verdict.correction_kind == "refile":
        live = frozen_content(before.frozen) if before.frozen else None
        return [] if live is None else refile_problems(live, content_of(verdict), language=verdict.language)
    if differs_in_rating(before, verdict) and verdict.correction_kind != "correction":
        words = "A changed rating is a correction: choose that kind and say what was wrong."
        return [_problem("/correction_kind", "rating-changed", words)]
    if not verdict.correction_note.strip():
        return [_problem("/correction_note", "note-missing", "Say in a public note what is being corrected.")]
    return []


def differs_in_rating(before: Verdict, after: Verdict) -> bool:
    """Another rating, or another typed label."""
    return (before.rating_id, before.rating_label) != (after.rating_id, after.rating_label)


def version_before(verdict: Verdict) -> Verdict | None:
    return (
        Verdict.objects.select_related("frozen__payload", "rating__scale")
        .filter(claim_id=verdict.claim_id, version=verdict.version - 1)
        .first()
    )


def refile_problems(live: Content, new: Content, *, language: str) -> list[dict[str, str]]:
    """A refile is refused where a digit, negation, name, rating, statement, quote or link differs."""
    found = [
        _problem(
            pointer, "refile-changes-content", f"A refile mends typing errors; {what} differs. Choose another kind."
        )
        for pointer, what, differs in _exact(live, new)
        if differs
    ]
    texts = [(pointer, live["verdict"][name], new["verdict"][name]) for name, pointer in _TEXTS.items()]  # type: ignore[literal-required]  # names of the TypedDict
    notes = {item["n"]: item["note"] for item in live["evidence"]}
    texts += [
        (f"/evidence/{item['n']}/note", notes.get(item["n"], item["note"]), item["note"]) for item in new["evidence"]
    ]
    return found + [
        _problem(
            pointer, "refile-changes-meaning",
            "A digit, negation, name or word that carries meaning differs from the published version. Choose another kind.",
        )
        for pointer, before, after in texts
        if not is_harmless(before, after, language=language)
    ]  # fmt: skip


def _exact(live: Content, new: Content) -> list[tuple[str, str, bool]]:
    old_text, new_text = live["verdict"]["rationale"], new["verdict"]["rationale"]
    return [
        ("/rating", "the rating", _rating(live) != _rating(new)),
        ("/claim/statement", "the statement", live["claim"]["statement"] != new["claim"]["statement"]),
        ("/claim/claimant", "the claimant", live["claim"]["claimant"] != new["claim"]["claimant"]),
        ("/byline", "a name in the byline", live["verdict"]["byline"] != new["verdict"]["byline"]),
        ("/language", "the language", live["verdict"]["language"] != new["verdict"]["language"]),
        ("/claim/appearances", "a quote", _picked(live, new, "appearances", _APPEARANCE)),
        ("/evidence", "the evidence or a quote in it", _picked(live, new, "evidence", _EVIDENCE)),
        ("/rationale", "a link", rationale.links(old_text) != rationale.links(new_text)),
        (
            "/rationale", "a reference to evidence",
            rationale.evidence_references(old_text) != rationale.evidence_references(new_text),
        ),
        ("/claimant_contact", "the claimant's answer", live["claimant_contact"] != new["claimant_contact"]),
    ]  # fmt: skip


def _picked(live: Content, new: Content, name: str, fields: tuple[str, ...]) -> bool:
    def pick(content: Any) -> list[dict[str, Any]]:
        return [{field: item[field] for field in fields} for item in content[name]]

    return pick(live) != pick(new)


def _rating(content: Content) -> tuple[str, str] | None:
    return (content["rating"]["id"], content["rating"]["label"]) if content["rating"] else None


def _problem(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}
