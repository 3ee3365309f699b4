"""Label, icon and tone of every status, stance and rating class.

Labels are marked here and translated where they are drawn (templatetags/ui.py). Tones are the `is-tone-*` classes of the design
system. Unknown keys are a programming error and raise KeyError.
"""

from typing import NamedTuple

from core.marked import mark as _


class Look(NamedTuple):
    label: str
    icon: str
    tone: str


STATUSES = {
    # claims
    "marked": Look(_("To check"), "marker", "muted"),
    "selected": Look(_("Checking"), "flag", "caution"),
    "parked": Look(_("Parked"), "park", "muted"),
    "checked": Look(_("Checked"), "check", "note"),
    # verdicts and fact-checks
    "draft": Look(_("Draft"), "draft", "muted"),
    "in_review": Look(_("In review"), "eye", "info"),
    "changes_requested": Look(_("Changes requested"), "comment", "caution"),
    "approved": Look(_("Approved"), "success", "positive"),
    "published": Look(_("Published"), "publish", "positive"),
    "superseded": Look(_("Superseded"), "history", "muted"),
    "suspended": Look(_("Suspended"), "pause", "caution"),
    "retracted": Look(_("Retracted"), "close", "negative"),
    # placements
    "placed": Look(_("Placed"), "pin", "muted"),
    "changed": Look(_("Wording changed"), "diff", "caution"),
    "moved": Look(_("Moved"), "moved", "caution"),
    "orphaned": Look(_("No longer in the text"), "orphan", "negative"),
    # runs and deliveries
    "queued": Look(_("Queued"), "queued", "muted"),
    "running": Look(_("Running"), "refresh", "info"),
    "held": Look(_("Waiting for a decision"), "pause", "caution"),
    "finished": Look(_("Finished"), "success", "positive"),
    "failed": Look(_("Failed"), "error", "negative"),
    "cancelled": Look(_("Cancelled"), "minus", "muted"),
    "pending": Look(_("On its way"), "queued", "info"),
    "delivered": Look(_("Delivered"), "success", "positive"),
    # what a CMS says it shows
    "scheduled": Look(_("Scheduled"), "clock", "info"),
    "live": Look(_("Live"), "globe", "positive"),
    "removed": Look(_("Removed"), "minus", "muted"),
    # items of an import
    "created": Look(_("New"), "plus", "positive"),
    "updated": Look(_("Changed"), "refresh", "info"),
    "unchanged": Look(_("Unchanged"), "check", "muted"),
    # people and tokens
    "active": Look(_("Active"), "check", "positive"),
    "paused": Look(_("Paused"), "pause", "muted"),
    "inactive": Look(_("Deactivated"), "lock", "muted"),
    "invited": Look(_("Invited"), "mail", "info"),
    "expired": Look(_("Expired"), "clock", "muted"),
}

STANCES = {
    "supports": Look(_("Supports"), "supports", "positive"),
    "refutes": Look(_("Refutes"), "refutes", "negative"),
    "context": Look(_("Context"), "context", "slate"),
}

RATING_CLASSES = {
    "true": _("True"),
    "mostly_true": _("Mostly true"),
    "mixed": _("Mixed"),
    "mostly_false": _("Mostly false"),
    "false": _("False"),
    "missing_context": _("Missing context"),
    "altered": _("Altered"),
    "satire": _("Satire"),
    "unproven": _("Unproven"),
    "outdated": _("Outdated"),
}

# The tag of a Django message or the level of a toast.
LEVELS = {
    "debug": Look(_("Note"), "info", "muted"),
    "info": Look(_("Note"), "info", "info"),
    "success": Look(_("Done"), "success", "positive"),
    "warning": Look(_("Warning"), "warning", "caution"),
    "error": Look(_("Error"), "error", "negative"),
}

# How urgent something is. In time is a neutral clock: a tick would say that it is done.
LIGHTS = {
    "green": Look(_("In time"), "clock", "muted"),
    "amber": Look(_("Soon due"), "light-amber", "caution"),
    "red": Look(_("Late"), "light-red", "negative"),
}
