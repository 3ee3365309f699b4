"""Icon, words and tone of each transition in a verdict's history."""

from typing import Final

from core.marked import mark as _

# action: icon, title, tone
TRANSITION_WORDS: Final = {
    "correct": ("edit", _("Correction started"), ""),
    "submit": ("send", _("Submitted for review"), "info"),
    "request_changes": ("comment", _("Changes requested"), "caution"),
    "edit": ("edit", _("Back to draft by an edit"), "caution"),
    "publish": ("publish", _("Published"), "positive"),
    "supersede": ("history", _("Superseded by the next version"), ""),
    "suspend": ("pause", _("Suspended"), "caution"),
    "retract": ("close", _("Retracted"), "negative"),
    "restore": ("undo", _("Restored"), "positive"),
    "legal_removal": ("close", _("Removed for legal reasons"), "negative"),
    "propose": ("clock", _("Asked for a second person"), "caution"),
}
