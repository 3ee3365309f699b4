"""Icon, words and tone of each transition in a verdict's history."""

from typing import Final

# action: icon, title, tone
TRANSITION_WORDS: Final = {
    "correct": ("edit", "Correction started", ""),
    "submit": ("send", "Submitted for review", "info"),
    "request_changes": ("comment", "Changes requested", "caution"),
    "edit": ("edit", "Back to draft by an edit", "caution"),
    "publish": ("publish", "Published", "positive"),
    "supersede": ("history", "Superseded by the next version", ""),
    "suspend": ("pause", "Suspended", "caution"),
    "retract": ("close", "Retracted", "negative"),
    "restore": ("undo", "Restored", "positive"),
    "legal_removal": ("close", "Removed for legal reasons", "negative"),
    "propose": ("clock", "Asked for a second person", "caution"),
}
