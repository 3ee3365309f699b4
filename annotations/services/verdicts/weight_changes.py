"""Tell a reviewer where evidence weighs otherwise than when it was submitted: a copy may be found later, an origin corrected."""

from dataclasses import dataclass

from annotations.frozen import FrozenContent as Content
from annotations.models import Desk, Evidence, Verdict
from annotations.services.independence import weigh_evidence
from annotations.services.verdicts.policy_checks import find_sources_gap, policy_levels

_CHECK = "independent_sources"


@dataclass(frozen=True, slots=True)
class _WeightChange:
    """One piece of evidence. `reason` says why it counts no longer, empty where it counts now and did not."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Weights:
    """`gap` is what the policy check on sources finds now, empty where it is met, is off or was not met when submitted."""

    changes: tuple[_WeightChange, ...] = ()
    gap: str = ""


def weights_underneath(verdict: Verdict, content: Content, *, desk: Desk) -> _Weights:
    """Weigh the frozen evidence anew and compare it with the flags of its submission. At most five queries."""
    frozen = {item["id"]: item for item in content["evidence"]}
    found = Evidence.objects.filter(pk__in=frozen).select_related("passage__article").order_by("number", "pk")
    evidence = list(found)
    weighed = weigh_evidence(verdict.claim, evidence)
    changes = tuple(
        _WeightChange(frozen[str(item.pk)]["n"], weighed[item.pk].reason)
        for item in evidence
        if weighed[item.pk].is_independent != frozen[str(item.pk)]["independent"]
    )
    was_met = _CHECK not in verdict.waived and policy_levels(desk)[_CHECK] != "off"
    return _Weights(changes, find_sources_gap(evidence, weighed.values()) if was_met else "")
