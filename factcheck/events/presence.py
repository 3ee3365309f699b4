"""The seats of people at open pages, as all events processes report them. Pure.

A seat is an open page. A process reports each change of its own seats, and all of them from time to time; seats of a
process that fell silent are dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A process reports all its seats every REPORT_SECONDS; after three missed reports it is gone.
REPORT_SECONDS = 10.0
SILENT_SECONDS = 35.0
# A list of names beyond this is no longer read; it also bounds what 500 readers of one article are sent.
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Seat:
    """`claim` is the claim the person is at, or empty.

    `place` is `article:<id>`, `claim:<id>` or `review:<id of the verdict>`.
    """

    person: str
    place: str
    claim: str = ""

    def places(self) -> set[str]:
        """Return the places where this person is seen."""
        return {self.place, f"claim:{self.claim}"} if self.claim else {self.place}


@dataclass(slots=True)
class Presence:
    _seats: dict[str, dict[str, Seat]] = field(default_factory=dict)
    _heard: dict[str, float] = field(default_factory=dict)

    def update(self, process: str, changes: Mapping[str, Seat | None], now: float) -> set[str]:
        """Set or remove seats of a process. Returns the places that look different now."""
        seats = self._seats.setdefault(process, {})
        self._heard[process] = now
        places: set[str] = set()
        for stream, seat in changes.items():
            before = seats.pop(stream, None)
            if seat is not None:
                seats[stream] = seat
            if seat != before:
                places |= (before.places() if before else set()) | (seat.places() if seat else set())
        return places

    def replace(self, process: str, seats: Mapping[str, Seat], now: float) -> set[str]:
        """Take a process's full report. Returns the places that look different now."""
        gone = self._seats.get(process, {}).keys() - seats.keys()
        return self.update(process, {**dict.fromkeys(gone), **seats}, now)

    def drop_silent(self, now: float) -> set[str]:
        """Drop the seats of processes that were not heard of lately. Returns the places that look different now."""
        silent = [process for process, at in self._heard.items() if now - at > SILENT_SECONDS]
        places: set[str] = set()
        for process in silent:
            del self._heard[process]
            for seat in self._seats.pop(process, {}).values():
                places |= seat.places()
        return places

    def people_at(self, place: str) -> list[dict[str, str]]:
        """Return each person at the place once, with the claim they are at; at most MOST_PEOPLE."""
        found: dict[str, str] = {}
        for seats in self._seats.values():
            for seat in seats.values():
                if place in seat.places():
                    # Of several open pages of one person the one that names a claim says more.
                    found[seat.person] = seat.claim or found.get(seat.person, "")
        return [{"person": person, "claim": claim} for person, claim in sorted(found.items())[:MOST_PEOPLE]]
