"""Filter the list of claims by the page's query string."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.forms.plan import PlanFilter
from annotations.models import Claim, Claimant, Evidence, Verdict
from annotations.models.claims import says
from annotations.models.verdicts import newest_verdict
from annotations.workflow import Status
from core.errors import InvalidInput
from core.ids import parse_uuid
from core.pages.chips import Chip, Choice, make_chip, make_choice

NO_VERDICT = "none"
_NAMES = ("q", "state", "verdict", "claimant", "topic", "who", "priority", "due")
MAX_WORDS = 8
_FEW_CLAIMANTS = 500


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """The chosen values. An unknown value is refused, not skipped."""

    q: str = ""
    state: str = ""
    verdict: str = ""
    claimant: str = ""
    topic: str = ""
    who: str = ""
    priority: str = ""
    due: str = ""

    @classmethod
    def of(cls, query: Any) -> "ClaimFilter":
        found = cls(**{name: str(query.get(name, "")).replace("\0", " ").strip()[:300] for name in _NAMES})
        if found.state and found.state not in Claim.State.values:
            raise InvalidInput(_("“{state}” is not a state of a claim.").format(state=found.state))
        if found.verdict and found.verdict not in {NO_VERDICT, *Status}:
            raise InvalidInput(_("“{verdict}” is not a status of a verdict.").format(verdict=found.verdict))
        if found.claimant and not parse_uuid(found.claimant):
            raise InvalidInput(_("This link names a claimant that the desk does not know."))
        PlanFilter.of(query)
        return found

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, name) for name in _NAMES)

    def url_with(self, **values: str) -> str:
        chosen = {name: getattr(self, name) for name in _NAMES} | values
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    @property
    def chosen(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in _NAMES if getattr(self, name)}

    def address(self, changes: Mapping[str, str]) -> str:
        return self.url_with(**changes) if any((self.chosen | dict(changes)).values()) else "?all=1"

    def quick_chips(self) -> list[Chip]:
        """Return the filters that a person uses all day."""
        shown = (
            (_("Mine"), {"who": "me"}),
            (_("Unassigned"), {"who": "nobody"}),
            (_("Overdue"), {"due": "overdue"}),
            (_("High priority"), {"priority": "1"}),
        )
        return [make_chip(label, changes, chosen=self.chosen, address=self.address) for label, changes in shown]

    def status_choice(self) -> Choice:
        """Return the one status of a claim: its verdict's, before there is one whether somebody checks it."""
        triage = [
            (state.label, {"state": state.value, "verdict": NO_VERDICT})
            for state in Claim.State
            if state != Claim.State.CHECKED
        ]
        verdicts = [
            (_(status.label), {"state": "", "verdict": status.value})
            for status in Status
            if status != Status.SUPERSEDED
        ]
        chips = (
            make_chip(str(label), changes, chosen=self.chosen, address=self.address)
            for label, changes in (*triage, *verdicts)
        )
        return Choice("status", _("Status"), tuple(chips))

    def choice(self, key: str, label: str, values: Iterable[tuple[str, str]], more_url: str = "") -> Choice:
        if more_url:
            more_url += self.url_with()
        return make_choice(key, label, values, chosen=self.chosen, address=self.address, more_url=more_url)

    @property
    def plan(self) -> PlanFilter:
        return PlanFilter(self.who, self.priority, self.due)

    def apply(self, claims: QuerySet[Claim], *, person: User, now: datetime) -> QuerySet[Claim]:
        """Filter the claims and annotate `verdict_now` and `evidence_count`.

        `verdict_now` is {status, label, rating_class, headline}.
        """
        newest = Verdict.objects.filter(claim=OuterRef("pk")).exclude(status=Status.SUPERSEDED).order_by("-version")
        evidence = Evidence.objects.filter(claim=OuterRef("pk"), removed_at=None).order_by().values("claim")
        evidence = evidence.annotate(count=Count("pk"))
        planned = self.plan.condition(person=person, now=now, who_field="assigned_to")
        claims = (
            claims.filter(planned)
            .select_related("claimant", "assigned_to")
            .annotate(
                verdict_now=newest_verdict(headline="headline"),
                verdict_status=Subquery(newest.values("status")[:1]),
                # For the claims of the page alone: joined and grouped, all claims of the desk were counted first.
                evidence_count=Coalesce(Subquery(evidence.values("count")), 0),
            )
        )
        # Bounded: each word adds a scan with two patterns.
        for word in self.q.split()[:MAX_WORDS]:
            claims = claims.filter(says(word) | _said_by(word))
        exact = {"state": self.state, "claimant_id": self.claimant}
        claims = claims.filter(**{name: value for name, value in exact.items() if value})
        if self.topic:
            claims = claims.filter(topics__contains=[self.topic])
        if self.verdict == NO_VERDICT:
            return claims.filter(verdict_status=None)
        return claims.filter(verdict_status=self.verdict) if self.verdict else claims


def _said_by(word: str) -> Q:
    """Return the condition that a claimant's name has the word. One query."""
    ids = list(Claimant.objects.matching(word).order_by().values_list("pk", flat=True)[: _FEW_CLAIMANTS + 1])
    # Joined, the claimants' names leave no index to the words of the statement: 30 ms with 100,000 claims (2026-12-01). Names of
    # many claimants fill a page soon.
    return Q(claimant__name__icontains=word) if len(ids) > _FEW_CLAIMANTS else Q(claimant__pk__any_of=ids)
