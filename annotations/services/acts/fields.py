"""The fields that can be edited and put back, as JSON holds them."""

from typing import Any

from annotations.models import Appearance, Claim, Evidence

_CLAIM = ("statement", "topics", "state", "parked_reason", "selection_reason")
_SPEECH = ("mode", "has_said_time", "said_where", "relayed_via")
_EVIDENCE = ("stance", "note", "source_class", "cited_as")


def fields_of(row: Claim | Appearance | Evidence) -> dict[str, Any]:
    """Return the row's fields that an act can put back."""
    if isinstance(row, Claim):
        claimant = str(row.claimant_id) if row.claimant_id else None
        return {name: getattr(row, name) for name in _CLAIM} | {"claimant": claimant, "topics": list(row.topics)}
    if isinstance(row, Appearance):
        said_at = row.said_at.isoformat() if row.said_at else None
        return {name: getattr(row, name) for name in _SPEECH} | {"said_at": said_at}
    return {name: getattr(row, name) for name in _EVIDENCE}
