"""Services for people, invitations and tokens."""

from accounts.services.invitations import (
    accept_invitation,
    find_open_invitation,
    invite_person,
    renew_invitation,
    revoke_invitation,
)
from accounts.services.people import (
    Departure,
    create_person,
    deactivate_person,
    reactivate_person,
    set_roles,
    update_profile,
)
from accounts.services.tokens import (
    InvalidToken,
    TokenNotAllowedHere,
    create_token,
    revoke_token,
    rotate_token,
    use_token,
)

__all__ = [
    "Departure",
    "InvalidToken",
    "TokenNotAllowedHere",
    "accept_invitation",
    "create_person",
    "create_token",
    "deactivate_person",
    "find_open_invitation",
    "invite_person",
    "reactivate_person",
    "renew_invitation",
    "revoke_invitation",
    "revoke_token",
    "rotate_token",
    "set_roles",
    "update_profile",
    "use_token",
]
