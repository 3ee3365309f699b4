"""Names of the trail's tables, columns and actions in a history. Pure data."""

from typing import Final

# Columns shown of every table, in this order. Ids and counters are left out: they mean nothing to a reader.
COLUMNS: Final = {
    "statement": "Statement",
    "claimant_id": "Claimant",
    "topics": "Topics",
    "state": "State",
    "parked_reason": "Why parked",
    "selection_reason": "Why selected",
    "priority": "Priority",
    "assigned_to_id": "Assigned to",
    "reviewer_id": "Reviewer",
    "due_at": "Due",
    "mode": "Speech",
    "said_at": "Said on",
    "said_where": "Where",
    "relayed_via": "Relayed via",
    "stance": "Stance",
    "source_class": "Kind of source",
    "note": "Note",
    "passage_id": "Words",
    "url": "Address",
    "quote": "Words",
    "archived_url": "Archived copy",
    "cited_as": "Source and title",
    "headline": "Headline",
    "rating_id": "Rating",
    "rating_text": "Label",
    "summary": "Summary",
    "rationale": "Rationale",
    "byline": "Byline",
    "language": "Language",
    "valid_until": "Valid until",
    "correction_kind": "Kind of correction",
    "correction_note": "Public note",
    "asked_at": "Asked",
    "channel": "How",
    "response": "Answer",
    "responded_at": "Answered",
    "waived_reason": "Not asked, because",
    "body": "Comment",
    "suggested_to": "Suggested",
    "detail": "What",
    "merged_into_id": "Merged into",
}
_NAME = {"name": "Name"}
OWN_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "annotations_passage": {"exact": "Words", "is_withdrawn": "Withdrawn by the publisher"},
    "annotations_placement": {"status": "Status", "exact": "Words", "confirmed_at": "Confirmed"},
    "annotations_claimant": _NAME | {"kind": "Kind", "role": "Role", "same_as": "Same as"},
    "annotations_conflictofinterest": {"claimant_id": "Claimant", "has_conflict": "Conflict", "statement": "What"},
    "annotations_ratingscale": _NAME
    | {
        "description": "Description",
        "version": "Version",
        "is_free_text": "Typed labels",
        "is_active": "Offered",
        "frozen_at": "In use since",
    },
    "annotations_rating": {
        "label": "Label",
        "definition": "Definition",
        "value": "Number",
        "rating_class": "Class",
        "position": "Position",
        "colour": "Colour",
        "icon": "Icon",
        "is_active": "Offered",
    },
    "annotations_desk": _NAME
    | {
        "url": "Address",
        "logo_url": "Logo",
        "corrections_url": "Corrections page",
        "methodology_url": "Methodology page",
        "methodology_text": "How we check",
        "corrections_text": "Corrections policy",
        "funding_text": "Funding",
        "people_text": "People",
        "contact_email": "Contact",
        "time_zone": "Time zone",
        "language": "Language",
        "domains": "Domains",
        "policy": "Submission policy",
        "default_scale_id": "Default scale",
        "has_public_pages": "Public pages",
        "receipt_alarm_hours": "Hours until a receipt is overdue",
    },
    "publishing_webhookendpoint": {
        "url": "Address",
        "description": "What for",
        "events": "Events",
        "is_active": "Switched on",
        "disabled_reason": "Why switched off",
    },
    "articles_article": {
        "title": "Title",
        "source_id": "Source",
        "origin_id": "Origin",
        "url": "Address",
        "external_id": "External id",
        "byline": "Byline",
        "published_at": "Published",
        "language": "Language",
    },
    "articles_blockrole": {"block": "Block", "role": "Role"},
    "articles_source": _NAME
    | {
        "domain": "Domain",
        "language": "Language",
        "country": "Country",
        "interests": "Interests",
    },
    "accounts_user": _NAME
    | {
        "email": "E-mail address",
        "time_zone": "Time zone",
        "is_active": "May log in",
        "is_staff": "May open the support site",
        "is_superuser": "May do everything there",
        "notify_by": "Mail",
        "has_single_keys": "Single-letter keys",
    },
    "accounts_user_groups": {"group_id": "Role"},
    "account_emailaddress": {"email": "E-mail address", "verified": "Confirmed", "primary": "Main address"},
    "mfa_authenticator": {"type": "Kind"},
    "accounts_apitoken": _NAME
    | {
        "prefix": "Begins with",
        "scopes": "Scopes",
        "allowed_networks": "Networks",
        "allowed_origins": "Origins",
        "rate_per_minute": "Requests a minute",
        "expires_at": "Expires",
        "revoked_at": "Revoked",
    },
}

# table: icon, name
TABLES: Final = {
    "annotations_claim": ("claim", "Claim"),
    "annotations_appearance": ("marker", "Appearance"),
    "annotations_evidence": ("link", "Evidence"),
    "annotations_claimantcontact": ("mail", "Claimant's side"),
    "annotations_verdict": ("draft", "Verdict"),
    "annotations_comment": ("comment", "Comment"),
    "annotations_rechecktask": ("diff", "Recheck"),
    "annotations_repeatedclaim": ("link", "Also said elsewhere"),
    "annotations_passage": ("marker", "Passage"),
    "annotations_placement": ("pin", "Place in a revision"),
    "annotations_claimant": ("user", "Claimant"),
    "annotations_conflictofinterest": ("shield", "Conflict of interest"),
    "annotations_ratingscale": ("statistics", "Scale"),
    "annotations_rating": ("statistics", "Rating"),
    "annotations_desk": ("settings", "Desk"),
    "publishing_webhookendpoint": ("send", "Endpoint"),
    "articles_article": ("article", "Article"),
    "articles_blockrole": ("article", "Role of a block"),
    "articles_source": ("globe", "Source"),
    "accounts_user": ("user", "Person"),
    "accounts_user_groups": ("users", "Role"),
    "accounts_apitoken": ("key", "Token"),
    "account_emailaddress": ("mail", "E-mail address"),
    "mfa_authenticator": ("shield", "Second factor"),
}
VERBS: Final = {"insert": "added", "update": "changed", "delete": "deleted"}
PRIORITIES: Final = {1: "High", 2: "Normal", 3: "Low"}

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
    }
)
