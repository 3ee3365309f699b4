"""Earlier checks whose claim resembles a claim's: ours that are published, and other desks'."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.models import Claim
from articles.search.ranking_query import Filter
from publishing.models import FactCheck, ForeignCheck
from publishing.services.checks import PUBLISHED, CheckMatch, find_checks

# A precedent is a suggestion beside one's work, so it must fit better than the answer to a question.
LEAST_SCORE = 0.35


@dataclass(frozen=True, slots=True)
class Precedent:
    """One of `fact_check` and `foreign`. `other_numbers` are numbers of its claim that this claim does not name."""

    score: float
    other_numbers: list[str]
    fact_check: FactCheck | None = None
    foreign: ForeignCheck | None = None

    @property
    def foreign_url(self) -> str:
        """Return the address of another desk's check, if a browser may follow it."""
        url = self.foreign.url if self.foreign else ""
        return url if url.startswith(("https://", "http://")) else ""


def precedents_for(statement: str, *, claim: Claim | None = None, limit: int = 5) -> list[Precedent]:
    """Return the checks most like a statement, which may still be being typed; none of the claim itself."""
    if not statement.strip():
        return []
    only = PUBLISHED
    if claim is not None:
        condition = f"({PUBLISHED.condition}) AND t.claim_id IS DISTINCT FROM %s"
        only = Filter(condition, (claim.pk,), PUBLISHED.of_vectors)
    (found,) = find_checks([statement], only=only, least_score=LEAST_SCORE, limit=limit)
    return _read(found.matches)


def _read(matches: Sequence[CheckMatch]) -> list[Precedent]:
    ours = FactCheck.objects.filter(
        claim__in=[match.claim_id for match in matches if match.claim_id], state=FactCheck.State.PUBLISHED
    )
    by_claim = {check.claim_id: check for check in ours.select_related("claim__claimant").defer("document")}
    foreign = ForeignCheck.objects.defer("document").in_bulk([one.foreign_id for one in matches if one.foreign_id])
    precedents = [
        Precedent(
            match.score,
            match.other_numbers,
            by_claim.get(match.claim_id) if match.claim_id else None,
            foreign.get(match.foreign_id) if match.foreign_id else None,
        )
        for match in matches
    ]
    return [one for one in precedents if one.fact_check or one.foreign]
