"""The events that programs hear of, in the feed and by webhook. Pure.

To add one: a row here, and an `announce_...` where it happens. Forms, the API's schema and its documentation follow.
"""

from dataclasses import dataclass
from typing import Final

from core.marked import mark as _


@dataclass(frozen=True, slots=True)
class _FactCheckChange:
    """`is_live` says whether a reader of the feed keeps the fact-check (else it gets a tombstone)."""

    event: str
    is_live: bool


# By the feed's `reason`.
FACT_CHECK_CHANGES: Final = {
    "published": _FactCheckChange("fact_check.published", is_live=True),
    "updated": _FactCheckChange("fact_check.updated", is_live=True),
    "corrected": _FactCheckChange("fact_check.corrected", is_live=True),
    "suspended": _FactCheckChange("fact_check.suspended", is_live=False),
    "retracted": _FactCheckChange("fact_check.retracted", is_live=False),
    "restored": _FactCheckChange("fact_check.restored", is_live=True),
    "legal_removal": _FactCheckChange("fact_check.retracted", is_live=False),
}
ARTICLE_CHANGED: Final = "article.changed"
# By the state in which an import run ends. A cancelled run is no news to a program.
IMPORT_EVENTS: Final = {"finished": "import.finished", "failed": "import.failed"}
EXPORT_READY: Final = "export.ready"
EVENTS: Final = tuple(
    dict.fromkeys(
        [
            *(change.event for change in FACT_CHECK_CHANGES.values()),
            ARTICLE_CHANGED,
            *IMPORT_EVENTS.values(),
            EXPORT_READY,
        ]
    )
)
"""Every event that an endpoint can listen to, in the order in which forms and documentation show them."""
TEST_EVENT: Final = "endpoint.test"
"""Sent on request, to any endpoint."""

EVENT_WORDS: Final = {
    "fact_check.published": _("Fact-check published"),
    "fact_check.updated": _("Fact-check updated"),
    "fact_check.corrected": _("Fact-check corrected"),
    "fact_check.suspended": _("Fact-check suspended"),
    "fact_check.retracted": _("Fact-check retracted or removed"),
    "fact_check.restored": _("Fact-check restored"),
    ARTICLE_CHANGED: _("Words under a published check changed"),
    "import.finished": _("Import finished"),
    "import.failed": _("Import failed"),
    EXPORT_READY: _("Export ready"),
    TEST_EVENT: _("Test message"),
}
