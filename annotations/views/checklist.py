"""What has to be there before a verdict is submitted, met or not, in the order a person works through it. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from annotations.services.guards import GuardState


class Guard(NamedTuple):
    """`target` is the element of the claim page where it is mended."""

    codes: tuple[str, ...]
    met: str
    target: str


GUARDS = (
    Guard(("statement-missing",), "The statement is written", "statement"),
    Guard(("claimant-missing",), "The claimant is named", "claimant"),
    Guard(("date-missing",), "It is known when it was said", "appearances"),
    Guard(("evidence-missing",), "Evidence with a verified quote is linked", "evidence"),
    Guard(("rating-missing", "rating-inactive"), "A rating is chosen", "rating"),
    Guard(("unknown-evidence",), "Every [E] in the rationale points at evidence", "verdict-rationale"),
    Guard(("comment-unresolved",), "No blocking comment is open", "discussion"),
)


POLICY = {"independent_sources": "evidence", "contrary_evidence": "verdict-rationale", "claimant_contacted": "contact"}


class Line(NamedTuple):
    is_met: bool
    text: str
    target: str


def checklist(problems: list[dict[str, str]], report: "Sequence[GuardState]" = ()) -> list[Line]:
    """One line per guard; a problem of no guard known here is listed at the end rather than lost."""
    lines = []
    for guard in GUARDS:
        found = [problem["detail"] for problem in problems if problem["code"] in guard.codes]
        lines += [Line(is_met=False, text=text, target=guard.target) for text in found] or [
            Line(is_met=True, text=guard.met, target=guard.target)
        ]
    known = {code for guard in GUARDS for code in guard.codes} | {state.key.replace("_", "-") for state in report}
    lines += [_policy_line(state) for state in report]
    return lines + [
        Line(is_met=False, text=one["detail"], target="verdict") for one in problems if one["code"] not in known
    ]


def _policy_line(state: "GuardState") -> Line:
    if state.is_met or state.is_waived:
        return Line(
            is_met=True, text=state.label if state.is_met else f"{state.label}: {state.reason}", target="guards"
        )
    addition = " Or give a reason below." if state.level == "required" else " The desk only warns."
    return Line(is_met=False, text=state.detail + addition, target=POLICY.get(state.key, "guards"))
