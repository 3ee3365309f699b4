"""Label, icon and tone of every status, stance and rating class.

Tones are the `is-tone-*` classes of the design system. Unknown keys are a programming error and raise KeyError.
"""

from typing import NamedTuple


class Look(NamedTuple):
    label: str
    icon: str
    tone: str


STATUSES = {
    # claims
    "marked": Look("To check", "marker", "caution"),
    "selected": Look("Checking", "flag", "caution"),
    "parked": Look("Parked", "park", "muted"),
    "checked": Look("Checked", "check", "note"),
    # verdicts and fact-checks
    "draft": Look("Draft", "draft", "muted"),
    "in_review": Look("In review", "eye", "info"),
    "changes_requested": Look("Changes requested", "comment", "caution"),
    "approved": Look("Approved", "success", "positive"),
    "published": Look("Published", "publish", "positive"),
    "superseded": Look("Superseded", "history", "muted"),
    "suspended": Look("Suspended", "pause", "caution"),
    "retracted": Look("Retracted", "close", "negative"),
    # placements
    "placed": Look("Placed", "pin", "muted"),
    "changed": Look("Wording changed", "diff", "caution"),
    "moved": Look("Moved", "moved", "caution"),
    "orphaned": Look("No longer in the text", "orphan", "negative"),
    # runs and deliveries
    "queued": Look("Queued", "queued", "muted"),
    "running": Look("Running", "refresh", "info"),
    "held": Look("Waiting for a decision", "pause", "caution"),
    "finished": Look("Finished", "success", "positive"),
    "failed": Look("Failed", "error", "negative"),
    "cancelled": Look("Cancelled", "minus", "muted"),
    "pending": Look("On its way", "queued", "info"),
    "delivered": Look("Delivered", "success", "positive"),
    # what a CMS says it shows
    "scheduled": Look("Scheduled", "clock", "info"),
    "live": Look("Live", "globe", "positive"),
    "removed": Look("Removed", "minus", "muted"),
    # items of an import
    "created": Look("New", "plus", "positive"),
    "updated": Look("Changed", "refresh", "info"),
    "unchanged": Look("Unchanged", "check", "muted"),
    # people and tokens
    "active": Look("Active", "check", "positive"),
    "inactive": Look("Deactivated", "lock", "muted"),
    "invited": Look("Invited", "mail", "info"),
    "expired": Look("Expired", "clock", "muted"),
}

STANCES = {
    "supports": Look("Supports", "supports", "positive"),
    "refutes": Look("Refutes", "refutes", "negative"),
    "context": Look("Context", "context", "slate"),
}

RATING_CLASSES = {
    "true": "True",
    "mostly_true": "Mostly true",
    "mixed": "Mixed",
    "mostly_false": "Mostly false",
    "false": "False",
    "missing_context": "Missing context",
    "altered": "Altered",
    "satire": "Satire",
    "unproven": "Unproven",
    "outdated": "Outdated",
}

# The tag of a Django message or the level of a toast.
LEVELS = {
    "debug": Look("Note", "info", "muted"),
    "info": Look("Note", "info", "info"),
    "success": Look("Done", "success", "positive"),
    "warning": Look("Warning", "warning", "caution"),
    "error": Look("Error", "error", "negative"),
}

# How urgent something is. In time is a neutral clock: a tick would say that it is done.
LIGHTS = {
    "green": Look("In time", "clock", "muted"),
    "amber": Look("Soon due", "light-amber", "caution"),
    "red": Look("Late", "light-red", "negative"),
}
