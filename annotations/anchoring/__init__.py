"""What becomes of a marked passage when its article changes. Pure; start at `RevisionDiff`."""

from annotations.anchoring.harmless import is_harmless
from annotations.anchoring.revision import Anchor, RevisionDiff, Status, Suggestion

__all__ = ["Anchor", "RevisionDiff", "Status", "Suggestion", "is_harmless"]
