"""The verdict's workflow as data: statuses, actions, legal transitions. Pure.

`TransitionRule` is filled from TRANSITIONS by the migration; a trigger reads it and refuses every other transition.
"""

from enum import StrEnum
from typing import Final

from core.marked import mark as _


class Status(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in cls]


_LABELS: Final = {
    Status.DRAFT: _("Draft"),
    Status.IN_REVIEW: _("In review"),
    Status.CHANGES_REQUESTED: _("Changes requested"),
    Status.APPROVED: _("Approved"),
    Status.PUBLISHED: _("Published"),
    Status.SUSPENDED: _("Suspended"),
    Status.SUPERSEDED: _("Superseded"),
    Status.RETRACTED: _("Retracted"),
}

STATUSES: Final = [status.value for status in Status]
OPEN: Final = ["draft", "in_review", "changes_requested", "approved"]
"""A version that is being worked on: at most one per claim. Only these can be written."""
LIVE: Final = ["published", "suspended"]
"""A version that readers see (or see withheld): at most one per claim."""

CORRECTION_KINDS: Final = ("refile", "clarification", "update", "correction", "reply")

TRANSITIONS: Final[dict[str, dict[str, str]]] = {
    "submit": {"draft": "in_review", "changes_requested": "in_review"},
    "request_changes": {"in_review": "changes_requested"},
    "approve": {"in_review": "approved"},
    "edit": {"in_review": "draft", "changes_requested": "draft", "approved": "draft"},
    "publish": {"approved": "published"},
    "supersede": {"published": "superseded", "suspended": "superseded"},
    "suspend": {"published": "suspended"},
    "retract": {"published": "retracted", "suspended": "retracted"},
    "restore": {"suspended": "published", "retracted": "published"},
    "legal_removal": {"published": "retracted", "suspended": "retracted", "retracted": "retracted"},
}
"""action -> {status before: status after}."""

ACTIONS: Final = [*TRANSITIONS, "create", "correct", "propose"]
"""The allowed values of a VerdictTransition: status changes, and steps that keep the status."""

TWO_PERSON_ACTIONS: Final = ("retract", "restore", "legal_removal")


def target_status(action: str, status: str) -> str | None:
    """Return the status after `action`, None where it is not legal from `status`."""
    return TRANSITIONS[action].get(status)


def actions_from(status: str) -> list[str]:
    """Return the actions that are legal from `status`, in the table's order."""
    return [action for action, pairs in TRANSITIONS.items() if status in pairs]
