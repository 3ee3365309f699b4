"""The scopes of tokens. A scope is an upper bound: the roles of the token's person still decide."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from core.marked import mark as _


class _Scope(NamedTuple):
    """`permissions` are those of accounts/permissions.py that the scope allows; `label` names it in a list of tokens."""

    group: str
    label: str
    description: str
    permissions: frozenset[str]


def _scope(group: str, label: str, description: str, *permissions: str) -> _Scope:
    return _Scope(group, label, description, frozenset(permissions))


SCOPES: Final[dict[str, _Scope]] = {
    "articles:read": _scope(
        _("Articles"), _("Read articles"), _("Read articles, their revisions, sources and imports"), "desk.read"
    ),
    "articles:write": _scope(
        _("Articles"),
        _("Edit articles"),
        _("Import articles, edit their details and sources, merge sources"),
        "article.import",
        "article.edit",
        "source.edit",
        "source.merge",
    ),
    "claims:read": _scope(
        _("Claims"), _("Read claims"), _("Read claims, claimants, evidence and passages"), "desk.read"
    ),
    "claims:write": _scope(
        _("Claims"),
        _("Edit claims"),
        _("Mark claims, link evidence, edit claimants, comment"),
        "claim.write",
        "claimant.write",
        "evidence.write",
        "comment.write",
    ),
    "verdicts:read": _scope(
        _("Verdicts"), _("Read verdicts"), _("Read verdicts, drafts included, and rating scales"), "desk.read"
    ),
    "verdicts:write": _scope(
        _("Verdicts"),
        _("Write verdicts"),
        _("Write, submit and correct verdicts"),
        "verdict.write",
        "verdict.submit",
        "verdict.correct",
        "recheck.resolve",
    ),
    "verdicts:approve": _scope(
        _("Verdicts"),
        _("Approve verdicts"),
        _("Approve verdicts and request changes; never what the token's person or its creator wrote"),
        "verdict.approve",
        "verdict.request_changes",
    ),
    "verdicts:publish": _scope(
        _("Verdicts"),
        _("Publish and withdraw"),
        _("Publish, suspend, retract, restore and remove for legal reasons; name the newsroom's page of a fact-check"),
        "verdict.publish",
        "verdict.suspend",
        "verdict.retract",
        "verdict.restore",
        "verdict.legal_removal",
        "factcheck.edit",
    ),
    "feed:read": _scope(
        _("Publication"),
        _("Read the feed"),
        _("Read the change feed, corrections and published fact-checks"),
        "desk.read",
    ),
    "exports:write": _scope(_("Publication"), _("Make exports"), _("Make and download exports"), "export.create"),
    "webhooks:manage": _scope(
        _("Publication"), _("Manage webhooks"), _("Manage webhook endpoints and replay deliveries"), "webhook.manage"
    ),
    "receipts:write": _scope(
        _("Publication"),
        _("Report receipts"),
        _("Report which version of a fact-check the CMS shows"),
        "receipt.write",
    ),
    "audit:read": _scope(_("Audit"), _("Read the audit trail"), _("Read who changed what, when"), "audit.read"),
}

PRESETS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "cms": (_("a CMS that shows the checks"), ("feed:read", "receipts:write")),
    "intake": (_("a program that brings articles in"), ("articles:read", "articles:write")),
    "reading": (_("a program that only reads"), ("articles:read", "claims:read", "verdicts:read", "feed:read")),
}
"""What most tokens are for: the words of a link in the form, and the scopes that it ticks."""


def scope_labels(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (name, label) of each; a name that an older release knew is its own label."""
    return [(name, SCOPES[name].label if name in SCOPES else name) for name in names]


def grouped_scopes() -> dict[str, list[tuple[str, _Scope]]]:
    """Return the scopes by group, in table order."""
    groups: dict[str, list[tuple[str, _Scope]]] = {}
    for name, scope in SCOPES.items():
        groups.setdefault(scope.group, []).append((name, scope))
    return groups
