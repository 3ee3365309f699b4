"""The scopes of tokens. A scope is an upper bound: the roles of the token's person still decide."""

from typing import Final, NamedTuple


class Scope(NamedTuple):
    """`permissions` are those of accounts/permissions.py that the scope allows."""

    group: str
    description: str
    permissions: frozenset[str]


def _scope(group: str, description: str, *permissions: str) -> Scope:
    return Scope(group, description, frozenset(permissions))


SCOPES: Final[dict[str, Scope]] = {
    "articles:read": _scope("Articles", "Read articles, their revisions, sources and imports.", "desk.read"),
    "articles:write": _scope(
        "Articles",
        "Import articles and edit their details and sources.",
        "article.import",
        "article.edit",
        "source.edit",
    ),
    "claims:read": _scope("Claims", "Read claims, claimants, evidence and passages.", "desk.read"),
    "claims:write": _scope(
        "Claims",
        "Mark claims, link evidence, edit claimants, comment.",
        "claim.write",
        "claimant.write",
        "evidence.write",
        "comment.write",
    ),
    "verdicts:read": _scope("Verdicts", "Read verdicts, drafts included, and rating scales.", "desk.read"),
    "verdicts:write": _scope(
        "Verdicts",
        "Write, submit and correct verdicts.",
        "verdict.write",
        "verdict.submit",
        "verdict.correct",
        "recheck.resolve",
    ),
    "verdicts:approve": _scope(
        "Verdicts",
        "Approve verdicts and request changes; never what the token's person or its creator wrote.",
        "verdict.approve",
        "verdict.request_changes",
    ),
    "verdicts:publish": _scope(
        "Verdicts",
        "Publish, suspend, retract, restore and remove for legal reasons; name the newsroom's page of a fact-check.",
        "verdict.publish",
        "verdict.suspend",
        "verdict.retract",
        "verdict.restore",
        "verdict.legal_removal",
        "factcheck.edit",
    ),
    "feed:read": _scope("Publication", "Read the change feed, corrections and published fact-checks.", "desk.read"),
    "exports:write": _scope("Publication", "Make and download exports.", "export.create"),
    "webhooks:manage": _scope("Publication", "Manage webhook endpoints and replay deliveries.", "webhook.manage"),
    "receipts:write": _scope("Publication", "Report which version of a fact-check the CMS shows.", "receipt.write"),
    "audit:read": _scope("Audit", "Read who changed what, when.", "audit.read"),
}


def grouped_scopes() -> dict[str, list[tuple[str, Scope]]]:
    """Return the scopes by group, in table order."""
    groups: dict[str, list[tuple[str, Scope]]] = {}
    for name, scope in SCOPES.items():
        groups.setdefault(scope.group, []).append((name, scope))
    return groups
