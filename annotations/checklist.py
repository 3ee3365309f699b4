"""What has to be there before a verdict is submitted, met or not, in the order a person works through it. Pure."""

from typing import NamedTuple


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
    Guard(("rating-missing", "rating-inactive", "rating-text-missing"), "A rating is chosen", "rating"),
    Guard(("unknown-evidence",), "Every [E] in the rationale points at evidence", "verdict-rationale"),
    Guard(("comment-unresolved",), "No blocking comment is open", "discussion"),
)


class Line(NamedTuple):
    is_met: bool
    text: str
    target: str


def checklist(problems: list[dict[str, str]]) -> list[Line]:
    """One line per guard; a problem of no guard known here is listed at the end rather than lost."""
    lines = []
    for guard in GUARDS:
        found = [problem["detail"] for problem in problems if problem["code"] in guard.codes]
        lines += [Line(is_met=False, text=text, target=guard.target) for text in found] or [
            Line(is_met=True, text=guard.met, target=guard.target)
        ]
    known = {code for guard in GUARDS for code in guard.codes}
    return lines + [
        Line(is_met=False, text=one["detail"], target="verdict") for one in problems if one["code"] not in known
    ]
