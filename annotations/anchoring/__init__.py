"""Find the place of a marked passage after its article changed.

Pure. Start at `RevisionDiff`.
"""

from annotations.anchoring.harmless import is_harmless
from annotations.anchoring.revision import Anchor, RevisionDiff, Status, Suggestion

__all__ = ["Anchor", "RevisionDiff", "Status", "Suggestion", "is_harmless"]
