"""The tables of claims, evidence and verdicts; import them from here."""

from annotations.models.acts import Act
from annotations.models.claims import Appearance, Claim, Claimant, ClaimantContact, ConflictOfInterest, Evidence
from annotations.models.desk import Desk, Rating, RatingClass, RatingScale
from annotations.models.discussion import Comment, LastLook, PinnedClaim, ReviewLock
from annotations.models.passages import Passage, Placement
from annotations.models.verdicts import (
    Approval,
    Contribution,
    FrozenContent,
    TransitionRule,
    Verdict,
    VerdictTransition,
)
from annotations.models.work import Notification, RecheckTask, RepeatedClaim

__all__ = [
    "Act",
    "Appearance",
    "Approval",
    "Claim",
    "Claimant",
    "ClaimantContact",
    "Comment",
    "ConflictOfInterest",
    "Contribution",
    "Desk",
    "Evidence",
    "FrozenContent",
    "LastLook",
    "Notification",
    "Passage",
    "PinnedClaim",
    "Placement",
    "Rating",
    "RatingClass",
    "RatingScale",
    "RecheckTask",
    "RepeatedClaim",
    "ReviewLock",
    "TransitionRule",
    "Verdict",
    "VerdictTransition",
]
