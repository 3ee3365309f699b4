"""Authenticate API callers: a program with a bearer token, or a person with a browser session and a CSRF token.

`request.auth` is the ApiToken (its `user_id` and `created_by_id` are the people whose work it never approves), or None
for a session.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.audit import via
from accounts.models import ApiToken, User
from accounts.permissions import has_permission
from accounts.scopes import SCOPES
from accounts.services import InvalidToken, TokenNotAllowedHere, use_token
from core.network import client_address

# It tells which methods an address has, and reads no data.
_ANY_SCOPE = {"OPTIONS"}


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer fct_...`. Comes first, so that a refusal is a 401 with `WWW-Authenticate`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        plaintext = _bearer(request)
        if plaintext is None:
            return None
        try:
            token = use_token(plaintext=plaintext, address=client_address(request), now=timezone.now())
        except InvalidToken as error:
            raise AuthenticationFailed(error.message, code=error.code) from error
        except TokenNotAllowedHere as error:
            raise PermissionDenied(error.message, code=error.code) from error
        via.set(f"token:{token.pk}")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of RFC 6750, without an error code if no token was sent."""
        return 'Bearer realm="factcheck"' + (', error="invalid_token"' if get_authorization_header(request) else "")


class BrowserSessionAuthentication(SessionAuthentication):
    """Sessions of the desk's own pages. CSRF is enforced; a deactivated person is anonymous."""


class ScopeMissing(PermissionDenied):
    """Refuse a token without the scope, with the challenge of RFC 6750."""

    def __init__(self, wanted: frozenset[str]) -> None:
        names = sorted(wanted)
        super().__init__(f"The token lacks the scope {' or '.join(names)}.", code="scope-missing")
        self.auth_header = f'Bearer realm="factcheck", error="insufficient_scope", scope="{" ".join(names)}"'


class HasScope(BasePermission):
    """Check `required_scopes = {"GET": "claims:read", "POST": ("claims:write",)}`: any one of a tuple is enough.

    A browser session has every scope. Services check the roles; this only checks that the person has any.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        if not has_permission(user, "desk.read"):
            raise PermissionDenied("You have no role on this desk. Ask an admin for one.", code="no-role")
        token: Any = request.auth  # DRF's stubs know their own token model alone
        if token is None or request.method in _ANY_SCOPE:
            return True
        wanted = _scopes_for(view, str(request.method))
        if not wanted.isdisjoint(token.scopes):
            return True
        raise ScopeMissing(wanted)


def _scopes_for(view: Any, method: str) -> frozenset[str]:
    """Return the scopes of which the method needs one. Raises for a method without: it must not be open by mistake."""
    declared: dict[str, str | tuple[str, ...]] = getattr(view, "required_scopes", {})
    wanted = declared.get("GET" if method == "HEAD" else method, ())
    scopes = frozenset([wanted] if isinstance(wanted, str) else wanted)
    if not scopes or not scopes.issubset(SCOPES):
        raise ImproperlyConfigured(f"{type(view).__name__}.required_scopes names no known scope for {method}.")
    return scopes


class _BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of the desk, scoped and expiring."}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = BrowserSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def _bearer(request: Request) -> str | None:
    """Return the token after `Bearer`; None if the header is absent or of another scheme."""
    scheme, _, rest = get_authorization_header(request).partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    plaintext = rest.strip()
    if not plaintext or b" " in plaintext:
        raise AuthenticationFailed("Send “Authorization: Bearer <token>” with one token.", code="invalid-token")
    # Header bytes are latin-1 to WSGI; a token is ASCII, anything else is simply not found.
    return plaintext.decode("latin-1")
