"""The tables of claims, evidence, verdicts and publication, one module per part; import them from here."""

from annotations.models.claims import Appearance, Claim, Claimant, ClaimantContact, ConflictOfInterest, Evidence
from annotations.models.desk import Desk, Rating, RatingClass, RatingScale
from annotations.models.discussion import Comment, LastLook, PinnedClaim, ReviewLock
from annotations.models.foreign import ForeignCheck, ForeignCheckWording
from annotations.models.passages import Passage, Placement
from annotations.models.publication import (
    Change,
    Delivery,
    DeliveryAttempt,
    ErrorReport,
    ExportRun,
    FactCheck,
    FactCheckVersion,
    Notification,
    Receipt,
    RecheckTask,
    WebhookEndpoint,
)
from annotations.models.verdicts import (
    Approval,
    Contribution,
    FrozenContent,
    TransitionRule,
    Verdict,
    VerdictTransition,
)

__all__ = [
    "Appearance",
    "Approval",
    "Change",
    "Claim",
    "Claimant",
    "ClaimantContact",
    "Comment",
    "ConflictOfInterest",
    "Contribution",
    "Delivery",
    "DeliveryAttempt",
    "Desk",
    "ErrorReport",
    "Evidence",
    "ExportRun",
    "FactCheck",
    "FactCheckVersion",
    "ForeignCheck",
    "ForeignCheckWording",
    "FrozenContent",
    "LastLook",
    "Notification",
    "Passage",
    "PinnedClaim",
    "Placement",
    "Rating",
    "RatingClass",
    "RatingScale",
    "Receipt",
    "RecheckTask",
    "ReviewLock",
    "TransitionRule",
    "Verdict",
    "VerdictTransition",
    "WebhookEndpoint",
]
