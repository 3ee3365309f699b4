"""The desk's policy checks before submission, beside the fixed requirements.

`Desk.policy` gives each check a level: `required` blocks until it is met or waived with a reason, `warn` is shown and
recorded, `off` is not asked. The submit dialog and the API both ask `submission_report`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from annotations import rationale
from annotations.errors import InvalidInput
from annotations.models import ClaimantContact, Desk, Evidence, Verdict
from annotations.services.independence import NOT_COMPARED, Independence, independent_origins, is_cited, weigh_evidence

LEVELS: Final = ("required", "warn", "off")


WARNED: Final = gettext_noop("Not met. The desk's policy only warns.")


MAX_REASON: Final = 1_000


# The stances that speak against each class of rating. A finding that itself says "both" has to answer either side.
_BOTH: Final = frozenset({"supports", "refutes"})


CONTRARY: Final[dict[str, frozenset[str]]] = {
    "true": frozenset({"refutes"}),
    "mostly_true": frozenset({"refutes"}),
    "mixed": _BOTH,
    "mostly_false": frozenset({"supports"}),
    "false": frozenset({"supports"}),
    "missing_context": _BOTH,
    "altered": frozenset({"supports"}),
    "satire": frozenset({"supports"}),
    "unproven": _BOTH,
    "outdated": frozenset({"supports"}),
}


@dataclass(frozen=True, slots=True)
class _PolicyCheck:
    """`takes_free_reason` is off where only a preset reason waives the check."""

    key: str
    label: str
    preset_reasons: tuple[str, ...]
    find_gap: Callable[[Verdict, list[Evidence]], str]
    takes_free_reason: bool = True
    default_level: str = "warn"


@dataclass(frozen=True, slots=True)
class _PolicyResult:
    """One check of one verdict.

    `detail` says what is missing (empty where it is met), `reason` why it was waived.
    """

    key: str
    label: str
    level: str
    is_met: bool
    detail: str
    preset_reasons: tuple[str, ...]
    takes_free_reason: bool = True
    reason: str = ""

    @property
    def is_waived(self) -> bool:
        return not self.is_met and bool(self.reason) and (self.takes_free_reason or self.reason in self.preset_reasons)

    @property
    def is_blocking(self) -> bool:
        return self.level == "required" and not self.is_met and not self.is_waived


def submission_report(verdict: Verdict, *, waived: dict[str, str] | None = None) -> list[_PolicyResult]:
    """Run every policy check that is not off.

    Reasons not given now are taken from the verdict's last submission, so that the dialog comes prefilled.
    """
    levels = policy_levels(Desk.objects.get())
    evidence = _load_evidence(verdict)
    # WARNED is our own note of an unmet check, no reason that somebody gave.
    reasons = {key: text for key, text in verdict.waived.items() if text != WARNED} | (waived or {})
    return [
        _run_check(
            check,
            verdict,
            evidence,
            level=levels[check.key],
            reason=str(reasons.get(check.key, "")).strip(),
        )
        for check in POLICY_CHECKS
        if levels[check.key] != "off"
    ]


def policy_levels(desk: Desk) -> dict[str, str]:
    """Return the level of each check, its default where the desk set none; an unknown level counts as `warn`."""
    given = {check.key: desk.policy.get(check.key, check.default_level) for check in POLICY_CHECKS}
    return {key: level if level in LEVELS else "warn" for key, level in given.items()}


def check_reasons(waived: dict[str, str] | None) -> None:
    """Refuse a reason that is too long, before anything is stored. Raises InvalidInput."""
    for reason in (waived or {}).values():
        if len(reason) > MAX_REASON:
            raise InvalidInput(
                _(
                    "The reason “{beginning}…” has {count:,} characters; at most {most:,} fit. Nothing was submitted;"
                    " shorten it."
                ).format(beginning=reason[:60], count=len(reason), most=MAX_REASON)
            )


def policy_problems(report: list[_PolicyResult], *, waived: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Return the blocking checks as API errors, unknown keys in `waived` included."""
    known = {check.key for check in POLICY_CHECKS}
    # A misspelt key in an API call would otherwise waive nothing, silently.
    unknown = [
        {
            "pointer": f"/waived/{key}",
            "code": "unknown-policy-check",
            "detail": _("There is no policy check {key}.").format(key=key),
        }
        for key in sorted(set(waived or {}) - known)
    ]
    return unknown + [
        {"pointer": f"/waived/{state.key}", "code": state.key.replace("_", "-"), "detail": _refusal_text(state)}
        for state in report
        if state.is_blocking
    ]


def waivers(report: list[_PolicyResult]) -> dict[str, str]:
    """Return the unmet checks with the reasons to store with the submission."""
    return {state.key: state.reason if state.is_waived else WARNED for state in report if not state.is_met}


def policy_label(key: str) -> str:
    return next((_(check.label) for check in POLICY_CHECKS if check.key == key), key)


def _run_check(
    check: _PolicyCheck, verdict: Verdict, evidence: list[Evidence], *, level: str, reason: str
) -> _PolicyResult:
    gap = check.find_gap(verdict, evidence)
    return _PolicyResult(
        check.key,
        _(check.label),
        level,
        not gap,
        gap,
        check.preset_reasons,
        check.takes_free_reason,
        reason if gap else "",
    )


def _refusal_text(state: _PolicyResult) -> str:
    if state.reason:
        return _("{gap} The reason given is not one of the desk's: {reasons}.").format(
            gap=state.detail, reasons="; ".join(_(reason) for reason in state.preset_reasons)
        )
    if state.takes_free_reason:
        words = _("{gap} Mend it, or give a reason, such as: {reason}.")
    else:
        words = _("{gap} Mend it, or give one of the desk's reasons, such as: {reason}.")
    return words.format(gap=state.detail, reason=_(state.preset_reasons[0]))


def _find_sources_gap(verdict: Verdict, evidence: list[Evidence]) -> str:
    return find_sources_gap(evidence, weigh_evidence(verdict.claim, evidence).values())


def find_sources_gap(evidence: list[Evidence], weighed: Iterable[Independence]) -> str:
    """Return what the two-sources check misses in the evidence, weighed already; empty where it is met."""
    weights = [weight for weight in weighed if _is_verified(weight.evidence_id, evidence)]
    count = independent_origins(weights)
    if count >= 2:
        return ""
    parts = [
        _("The verified evidence comes from one independent source; the policy wants two, counted by origin.")
        if count
        else _("The verified evidence comes from no independent source; the policy wants two, counted by origin.")
    ]
    if waiting := sum(weight.reason == _(NOT_COMPARED) for weight in weights):
        parts.append(
            ngettext(
                "{count} piece was not compared with other articles yet; look again in a minute.",
                "{count} pieces were not compared with other articles yet; look again in a minute.",
                waiting,
            ).format(count=waiting)
        )
    return " ".join(parts)


def _find_naming_gap(_verdict: Verdict, evidence: list[Evidence]) -> str:
    unnamed = ", ".join(f"[E{item.number}]" for item in evidence if not is_cited(item))
    return (
        _("Source and title are missing for {evidence}: type them in “Source and title” there.").format(
            evidence=unnamed
        )
        if unnamed
        else ""
    )


def _is_verified(pk: object, evidence: list[Evidence]) -> bool:
    return any(item.pk == pk and item.verified for item in evidence)


def _find_contrary_gap(verdict: Verdict, evidence: list[Evidence]) -> str:
    if verdict.rating is None:
        return ""
    against = CONTRARY[verdict.rating.rating_class]
    answered = set(rationale.evidence_references(verdict.rationale))
    left = [item.number for item in evidence if item.stance in against and item.number not in answered]
    if not left:
        return ""
    named = ", ".join(f"[E{number}]" for number in left)
    return _("The rationale does not answer {evidence}, which speaks against “{rating}”.").format(
        evidence=named, rating=verdict.rating_label
    )


def _find_contact_gap(verdict: Verdict, _evidence: list[Evidence]) -> str:
    contact = ClaimantContact.objects.filter(claim_id=verdict.claim_id).first()
    if contact is not None and (contact.asked_at or contact.waived_reason.strip()):
        return ""
    return _("The claimant was not asked.")


def _load_evidence(verdict: Verdict) -> list[Evidence]:
    return list(Evidence.objects.standing().filter(claim_id=verdict.claim_id).select_related("passage__article"))


POLICY_CHECKS: Final = (
    _PolicyCheck(
        "named_sources",
        gettext_noop("Every source is named"),
        (
            gettext_noop("Naming the source would put somebody at risk"),
            gettext_noop("The source asked not to be named"),
        ),
        _find_naming_gap,
        default_level="required",
    ),
    _PolicyCheck(
        "independent_sources",
        gettext_noop("Two independent sources"),
        (
            gettext_noop("A primary document settles it"),
            gettext_noop("An official record is the only source there can be"),
            gettext_noop("The publisher of the claim confirmed it to us"),
        ),
        _find_sources_gap,
        takes_free_reason=False,
    ),
    _PolicyCheck(
        "contrary_evidence",
        gettext_noop("Contrary evidence answered"),
        (
            gettext_noop("The contrary evidence repeats the claim and adds nothing"),
            gettext_noop("The contrary evidence concerns another point"),
            gettext_noop("The contrary evidence is answered in the summary"),
        ),
        _find_contrary_gap,
    ),
    _PolicyCheck(
        "claimant_contacted",
        gettext_noop("Claimant contacted"),
        (
            gettext_noop("The claimant's position is on record"),
            gettext_noop("The claimant cannot be reached"),
            gettext_noop("Asking would put somebody at risk"),
            gettext_noop("Too urgent: the claimant will be asked after publication"),
        ),
        _find_contact_gap,
    ),
)
