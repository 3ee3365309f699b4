"""Refusals of the annotations app, and messages for database constraints."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from core.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    NotPermitted,
    Stale,
    WrongState,
)


class QuoteNotFound(DomainError):
    code = "quote-not-found"
    title = _("The article does not contain these words")


class QuoteMismatch(DomainError):
    """`found` holds the words at the given offsets."""

    code = "quote-mismatch"
    title = _("The words there are different")


class QuoteAmbiguous(DomainError):
    """`candidates` lists every place: start, end, exact, prefix, suffix."""

    status = 409
    code = "quote-ambiguous"
    title = _("The words appear in several places")


class Busy(DomainError):
    status = 503
    code = "busy"
    title = _("Try again soon")


class OverlapsClaim(DomainError):
    code = "evidence-overlaps-claim"
    title = _("Evidence cannot overlap the words of its own claim")


class AlreadyLinked(DomainError):
    status = 409
    code = "already-linked"
    title = _("This passage is already linked to the claim")


class ContributorMayNotApprove(NotPermitted):
    code = "contributor-may-not-approve"
    title = _("Nobody approves what they wrote")


class OnePersonTwice(NotPermitted):
    code = "one-person-twice"
    title = _("One person cannot count as two")


class HasConflict(NotPermitted):
    code = "conflict-of-interest"
    title = _("A declared conflict of interest")


class ConflictUnanswered(WrongState):
    code = "conflict-unanswered"
    title = _("The conflict-of-interest question is not answered")


class ContentChanged(Stale):
    code = "content-changed"
    title = _("The content is no longer what you looked at")


class NotReady(DomainError):
    """Submission is refused; `errors` lists every requirement that is not met."""

    code = "not-ready"
    title = _("This cannot be submitted yet")


class NotPublishable(DomainError):
    code = "not-publishable"
    title = _("The ClaimReview made from this is not valid")


CONFLICT_UNANSWERED = _(
    "First say whether you have a conflict of interest with this claimant; you are asked only once. Nothing was changed."
)
ONE_PERSON_TWICE = _(
    "Both approvals would come from one person: one was given with a token that the giver of the other made."
    " Nothing was changed; the first approval is kept. Ask somebody who made neither token for the second one."
    " If there is nobody, send a verdict in review back and submit it again, or have an administrator override a withdrawal."
)

# By constraint name: the database is the last to decide, and its refusal must read like ours. A test compares the keys.
_MESSAGES: dict[str, tuple[type[DomainError], str]] = {
    "evidence_apart_from_claim": (
        OverlapsClaim,
        _("Evidence cannot overlap the words of its own claim. Nothing was saved."),
    ),
    "evidence_passage_once_per_claim": (
        AlreadyLinked,
        _("This passage is already linked to the claim. Nothing was saved."),
    ),
    "appearance_once_per_claim": (AlreadyLinked, _("The claim is already marked at this passage. Nothing was saved.")),
    "placement_reads_exact": (
        QuoteMismatch,
        _("The article's text is different at this place. Nothing was saved."),
    ),
    "approver_is_no_contributor": (
        ContributorMayNotApprove,
        _("You wrote part of this verdict, so somebody else has to approve it. Nothing was changed."),
    ),
    "approvals_by_two_people": (OnePersonTwice, ONE_PERSON_TWICE),
    "approval_names_its_token": (
        Stale,
        _("Somebody else renewed the token just now. Nothing was changed. Send it again with the new token."),
    ),
    "approver_has_no_conflict": (
        HasConflict,
        _(
            "You declared a conflict of interest with this claimant, so somebody else has to approve. Nothing was changed."
        ),
    ),
    "approver_answered_conflict": (ConflictUnanswered, CONFLICT_UNANSWERED),
    "publisher_is_no_contributor": (
        ContributorMayNotApprove,
        _("You wrote part of this verdict, so somebody else has to publish it. Nothing was changed."),
    ),
    "approver_has_the_role": (NotPermitted, _("Only active reviewers can approve. Nothing was changed.")),
    "publisher_has_the_role": (
        NotPermitted,
        _(
            "The person who publishes this, or scheduled it, is not an active reviewer or publisher."
            " Nothing was changed; schedule it again."
        ),
    ),
    "approval_digest_matches": (
        ContentChanged,
        _("The verdict was changed since you read it. Read it again before you approve."),
    ),
    "approval_in_review": (WrongState, _("The verdict is no longer in review. Nothing was changed.")),
    "approval_once_per_person": (WrongState, _("You have already approved this version. Nothing was changed.")),
    "verdict_is_approved": (WrongState, _("Nobody has approved exactly this content yet. Nothing was changed.")),
    "verdict_one_open_per_claim": (
        WrongState,
        _("The claim already has a version that is being worked on. Open that one."),
    ),
    "verdict_one_live_per_claim": (WrongState, _("The claim already has a published version. Nothing was changed.")),
    "verdict_version_unique": (WrongState, _("Somebody else started a verdict at the same moment. Open that one.")),
    "verdict_version_follows": (WrongState, _("Somebody else started a verdict at the same moment. Open that one.")),
    "verdict_transition_is_legal": (
        WrongState,
        _("The verdict cannot make this step from where it is. Nothing was changed."),
    ),
    "verdict_published_is_kept": (WrongState, _("A published version never changes: start a correction instead.")),
    "claimant_name_and_role": (WrongState, _("A claimant with this name and role exists already. Choose that record.")),
    "claimant_kind_known": (InvalidInput, _("A claimant is a person or an organisation. Nothing was saved.")),
    "rating_scale_is_frozen": (WrongState, _("The scale is in use and cannot change: make a new version of it.")),
}

ONLY_BY_SQL = frozenset(
    (
        *("access_is_given_by_an_admin", "account_is_given_by_an_admin", "fact_check_is_kept"),
        *("address_is_kept", "address_is_own", "conflict_is_own", "second_factor_is_kept", "second_factor_is_own"),
        *(
            "document_is_the_version",
            "invitation_is_an_admins",
            "invitation_is_kept",
            "invitation_needs_its_secret",
            "transition_is_as_told",
            "override_is_an_admins",
        ),
        *("password_is_own", "person_is_kept", "profile_is_own", "role_is_given_by_an_admin"),
        *(
            "scheduler_is_the_actor",
            "transaction_reads_the_present",
            "token_is_kept",
            "token_is_own",
            "token_names_its_creator",
        ),
        *(
            "approval_of_this_attempt",
            "desk_is_an_admins",
            "frozen_says_the_rows",
            "address_says_the_headline",
            "page_is_named_by_role",
            "single_approval_is_told",
            "version_is_the_document",
        ),
        *("receipt_is_of_a_version", "receipt_names_its_person", "report_is_kept"),
        *("version_names_its_publisher", "version_says_what_was_approved", "withdrawal_was_decided"),
        *("accounts_payload_is_kept", "articles_articlerevision_is_kept", "change_is_kept", "passage_is_kept"),
        *("placement_is_kept", "verdict_is_kept", "approval_of_published", "approver_is_the_actor"),
        *("content_has_an_author", "current_revision_is_own", "digest_matches_content", "placement_same_article"),
        *("published_has_a_version", "redaction_has_a_reason", "removal_was_decided", "revision_differs"),
        *("revision_digest", "revision_number_follows", "verdict_edit_is_draft", "verdict_frozen_is_kept"),
        *(
            "publication_is_due",
            "change_has_a_newest",
            "change_is_numbered",
            "change_is_true",
            "delivery_is_true",
            "tombstone_was_decided",
        ),
        *("verdict_published_at", "verdict_starts_as_draft", "verdict_submitted_is_frozen", "version_is_approved"),
    )
)
"""Codes that no service can run into: whoever meets one has found a defect or wrote SQL, so it stays an error (500)."""


@contextmanager
def refusals() -> Iterator[None]:
    """Translate a violated constraint into a DomainError; other errors pass through."""
    try:
        yield
    except IntegrityError as error:
        diagnostics: Any = getattr(error.__cause__, "diag", None)
        name = getattr(diagnostics, "constraint_name", None)
        if name not in _MESSAGES:
            raise
        kind, message = _MESSAGES[name]
        raise kind(gettext(message)) from error


__all__ = [
    "ONE_PERSON_TWICE",
    "AlreadyLinked",
    "Busy",
    "ConflictUnanswered",
    "ContentChanged",
    "ContributorMayNotApprove",
    "DomainError",
    "HasConflict",
    "InvalidInput",
    "NotFound",
    "NotPermitted",
    "NotPublishable",
    "NotReady",
    "OnePersonTwice",
    "OverlapsClaim",
    "QuoteAmbiguous",
    "QuoteMismatch",
    "QuoteNotFound",
    "Stale",
    "WrongState",
    "refusals",
]
