"""Names of the trail's tables, columns and actions in a history. Pure data."""

from typing import Final

from core.marked import mark as _

# Columns shown of every table, in this order. Ids and counters are left out: they mean nothing to a reader.
COLUMNS: Final = {
    "statement": _("Statement"),
    "claimant_id": _("Claimant"),
    "topics": _("Topics"),
    "state": _("State"),
    "parked_reason": _("Why parked"),
    "selection_reason": _("Why selected"),
    "priority": _("Priority"),
    "assigned_to_id": _("Assigned to"),
    "reviewer_id": _("Reviewer"),
    "due_at": _("Due"),
    "mode": _("Speech"),
    "said_at": _("Said on"),
    "said_where": _("Where"),
    "relayed_via": _("Relayed via"),
    "stance": _("Stance"),
    "source_class": _("Kind of source"),
    "note": _("Note"),
    "passage_id": _("Words"),
    "url": _("Address"),
    "quote": _("Words"),
    "archived_url": _("Archived copy"),
    "accessed_at": _("Accessed"),
    "verified": _("Verification of the quote"),
    "cited_as": _("Source and title"),
    "headline": _("Headline"),
    "rating_id": _("Rating"),
    "rating_text": _("Label"),
    "summary": _("Summary"),
    "rationale": _("Rationale"),
    "byline": _("Byline"),
    "language": _("Language"),
    "valid_until": _("Valid until"),
    "correction_kind": _("Kind of correction"),
    "correction_note": _("Public note"),
    "asked_at": _("Asked"),
    "channel": _("How"),
    "response": _("Answer"),
    "responded_at": _("Answered"),
    "waived_reason": _("Not asked, because"),
    "body": _("Comment"),
    "suggested_to": _("Suggested"),
    "detail": _("What"),
    "merged_into_id": _("Merged into"),
}
_NAME = {"name": _("Name")}
OWN_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "annotations_passage": {"exact": _("Words"), "is_withdrawn": _("Withdrawn by the publisher")},
    "annotations_placement": {"status": _("Status"), "exact": _("Words"), "confirmed_at": _("Confirmed")},
    "annotations_claimant": _NAME | {"kind": _("Kind"), "role": _("Role"), "same_as": _("Same as")},
    "annotations_conflictofinterest": {
        "claimant_id": _("Claimant"),
        "has_conflict": _("Conflict"),
        "statement": _("What"),
    },
    "annotations_ratingscale": _NAME
    | {
        "description": _("Description"),
        "version": _("Version"),
        "is_free_text": _("Typed labels"),
        "is_active": _("Offered"),
        "frozen_at": _("In use since"),
    },
    "annotations_rating": {
        "label": _("Label"),
        "definition": _("Definition"),
        "value": _("Number"),
        "rating_class": _("Class"),
        "position": _("Position"),
        "colour": _("Colour"),
        "icon": _("Icon"),
        "is_active": _("Offered"),
    },
    "annotations_desk": _NAME
    | {
        "url": _("Address"),
        "logo_url": _("Logo"),
        "corrections_url": _("Corrections page"),
        "methodology_url": _("Methodology page"),
        "methodology_text": _("How we check"),
        "corrections_text": _("Corrections policy"),
        "funding_text": _("Funding"),
        "people_text": _("People"),
        "contact_email": _("Contact"),
        "time_zone": _("Time zone"),
        "language": _("Language"),
        "domains": _("Domains"),
        "policy": _("Submission policy"),
        "default_scale_id": _("Default scale"),
        "has_public_pages": _("Public pages"),
        "receipt_alarm_hours": _("Hours until a receipt is overdue"),
    },
    "publishing_webhookendpoint": {
        "url": _("Address"),
        "description": _("What for"),
        "events": _("Events"),
        "is_active": _("Switched on"),
        "disabled_reason": _("Why switched off"),
    },
    "articles_article": {
        "title": _("Title"),
        "source_id": _("Source"),
        "origin_id": _("Origin"),
        "url": _("Address"),
        "external_id": _("External id"),
        "byline": _("Byline"),
        "published_at": _("Published"),
        "language": _("Language"),
    },
    "articles_blockrole": {"block": _("Block"), "role": _("Role")},
    "articles_source": _NAME
    | {
        "domain": _("Domain"),
        "language": _("Language"),
        "country": _("Country"),
        "interests": _("Interests"),
        "merged_into_id": _("Merged into"),
    },
    "accounts_user": _NAME
    | {
        "email": _("E-mail address"),
        "time_zone": _("Time zone"),
        "is_active": _("Can sign in"),
        "is_staff": _("May open the support site"),
        "is_superuser": _("May do everything there"),
        "notify_by": _("Mail"),
        "has_single_keys": _("Single-letter keys"),
    },
    "accounts_user_groups": {"group_id": _("Role")},
    "account_emailaddress": {"email": _("E-mail address"), "verified": _("Confirmed"), "primary": _("Main address")},
    "mfa_authenticator": {"type": _("Kind")},
    "accounts_apitoken": _NAME
    | {
        "prefix": _("Begins with"),
        "scopes": _("Scopes"),
        "allowed_networks": _("Networks"),
        "allowed_origins": _("Origins"),
        "rate_per_minute": _("Requests a minute"),
        "expires_at": _("Expires"),
        "revoked_at": _("Revoked"),
    },
}

# table: icon, name
TABLES: Final = {
    "annotations_claim": ("claim", _("Claim")),
    "annotations_appearance": ("marker", _("Appearance")),
    "annotations_evidence": ("link", _("Evidence")),
    "annotations_claimantcontact": ("mail", _("Claimant's side")),
    "annotations_verdict": ("draft", _("Verdict")),
    "annotations_comment": ("comment", _("Comment")),
    "annotations_rechecktask": ("diff", _("Recheck")),
    "annotations_repeatedclaim": ("link", _("Also said elsewhere")),
    "annotations_passage": ("marker", _("Passage")),
    "annotations_placement": ("pin", _("Place in a revision")),
    "annotations_claimant": ("user", _("Claimant")),
    "annotations_conflictofinterest": ("shield", _("Conflict of interest")),
    "annotations_ratingscale": ("statistics", _("Scale")),
    "annotations_rating": ("statistics", _("Rating")),
    "annotations_desk": ("settings", _("Desk")),
    "publishing_webhookendpoint": ("send", _("Endpoint")),
    "articles_article": ("article", _("Article")),
    "articles_blockrole": ("article", _("Role of a block")),
    "articles_source": ("globe", _("Source")),
    "accounts_user": ("user", _("Person")),
    "accounts_user_groups": ("users", _("Role")),
    "accounts_apitoken": ("key", _("Token")),
    "account_emailaddress": ("mail", _("E-mail address")),
    "mfa_authenticator": ("shield", _("Second factor")),
}
VERBS: Final = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}
PRIORITIES: Final = {1: _("High"), 2: _("Normal"), 3: _("Low")}

# What a claim's history can be narrowed to.
CLAIM_PARTS: Final = {
    "verdict": _("Verdict"),
    "evidence": _("Evidence"),
    "claim": _("Statement and plan"),
    "discussion": _("Discussion"),
}
CLAIM_TABLES: Final = {
    "verdict": ("annotations_verdict", "annotations_verdicttransition", "annotations_approval"),
    "evidence": ("annotations_evidence", "annotations_rechecktask"),
    "claim": (
        "annotations_claim",
        "annotations_appearance",
        "annotations_claimantcontact",
        "annotations_repeatedclaim",
    ),
    "discussion": ("annotations_comment",),
}

# Other entries already tell these: a fact-check follows its verdict, an approval the action that it completed.
SILENT_TABLES: Final = frozenset({"publishing_factcheck"})
SILENT_ACTIONS: Final = frozenset({"create", "approve"})
# Columns of a new row that its title tells, or that hold their default.
OBVIOUS: Final = frozenset(
    {
        "state",
        "priority",
        "language",
        "is_active",
        "position",
        "colour",
        "icon",
        "notify_by",
        "time_zone",
        "is_staff",
        "is_superuser",
        "has_single_keys",
        "verified",
    }
)
