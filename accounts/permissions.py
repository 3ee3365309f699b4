"""The table of permissions, for services, templates and the API.

A permission that also depends on the object (a contributor may not approve) is checked where the object is known, in the
service and in the database; this table says which roles may try.
"""

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext

from accounts.models import User
from core.errors import NotPermitted


class Role(StrEnum):
    EDITOR = "editor"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    ADMIN = "admin"


_E, _R, _P, _A = Role.EDITOR, Role.REVIEWER, Role.PUBLISHER, Role.ADMIN

PERMISSIONS: Final[dict[str, frozenset[Role]]] = {
    # reading
    "desk.read": frozenset({_E, _R, _P, _A}),
    "audit.read": frozenset({_E, _R, _P, _A}),
    # articles
    "article.import": frozenset({_E, _R, _A}),
    "article.edit": frozenset({_E, _R, _A}),
    "source.edit": frozenset({_E, _R, _A}),
    "source.merge": frozenset({_R, _A}),
    # claims and evidence
    "claim.write": frozenset({_E, _R, _A}),
    "claimant.write": frozenset({_E, _R, _A}),
    "evidence.write": frozenset({_E, _R, _A}),
    "comment.write": frozenset({_E, _R, _P, _A}),
    # verdicts
    "verdict.write": frozenset({_E, _R, _A}),
    "verdict.submit": frozenset({_E, _R, _A}),
    "verdict.request_changes": frozenset({_R}),
    "verdict.approve": frozenset({_R}),
    "verdict.publish": frozenset({_R, _P}),
    "verdict.correct": frozenset({_E, _R, _A}),
    "verdict.suspend": frozenset({_R, _P, _A}),
    "verdict.retract": frozenset({_R, _P, _A}),
    "verdict.restore": frozenset({_R, _P, _A}),
    "verdict.legal_removal": frozenset({_P, _A}),
    "verdict.override": frozenset({_A}),
    "recheck.resolve": frozenset({_E, _R, _A}),
    # publishing
    "export.create": frozenset({_E, _R, _P, _A}),
    "factcheck.edit": frozenset({_P, _R, _A}),
    "receipt.write": frozenset({_P, _A}),
    "webhook.manage": frozenset({_A}),
    # settings
    "token.own": frozenset({_E, _R, _P, _A}),
    "token.manage": frozenset({_A}),
    "people.manage": frozenset({_A}),
    "desk.manage": frozenset({_A}),
    "scale.manage": frozenset({_A}),
}


def has_permission(user: User, permission: str) -> bool:
    """Return whether one of the person's roles carries the permission. Inactive people hold none.

    Raises KeyError for a permission that is not in the table: a typo must not read as a refusal.
    """
    allowed = PERMISSIONS[permission]
    return user.is_active and not allowed.isdisjoint(user.roles)


def check_permission(user: User, permission: str) -> None:
    """Raise NotPermitted unless `has_permission`."""
    if not has_permission(user, permission):
        names = gettext(" or ").join(sorted(PERMISSIONS[permission]))
        raise NotPermitted(
            gettext("Only people with the role {names} can do this. Nothing was changed.").format(names=names),
            permission=permission,
        )
