"""The checklist before submission: each requirement, met or not.

Pure: its words are translated where they are drawn. The order is the order of work on the claim page.
"""

from typing import NamedTuple

from core.marked import mark as _


class _Requirement(NamedTuple):
    """A requirement of submission. `target` is the element of the page to mend it in."""

    codes: tuple[str, ...]
    met: str
    target: str


REQUIREMENTS = (
    _Requirement(("statement-missing",), _("The statement is written"), "statement"),
    _Requirement(("claimant-missing",), _("The claimant is named"), "claimant"),
    _Requirement(("date-missing",), _("The date it was said is known"), "appearances"),
    _Requirement(("evidence-missing",), _("Evidence with a verified quote is linked"), "evidence"),
    _Requirement(("rating-missing", "rating-inactive", "rating-text-missing"), _("A rating is chosen"), "rating"),
    _Requirement(("unknown-evidence",), _("Every [E] in the rationale points at evidence"), "verdict-rationale"),
    _Requirement(("comment-unresolved",), _("No blocking comment is open"), "discussion"),
)


class _Line(NamedTuple):
    is_met: bool
    text: str
    target: str


def checklist(problems: list[dict[str, str]]) -> list[_Line]:
    """Return one line per requirement.

    A problem of no known requirement is listed at the end, so that none is lost.
    """
    lines = []
    for requirement in REQUIREMENTS:
        found = [problem["detail"] for problem in problems if problem["code"] in requirement.codes]
        lines += [_Line(is_met=False, text=text, target=requirement.target) for text in found] or [
            _Line(is_met=True, text=requirement.met, target=requirement.target)
        ]
    known = {code for requirement in REQUIREMENTS for code in requirement.codes}
    return lines + [
        _Line(is_met=False, text=one["detail"], target="verdict") for one in problems if one["code"] not in known
    ]
