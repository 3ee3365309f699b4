"""Configure allauth: no sign-up, client addresses from trusted proxies, encrypted one-time secrets."""

from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import acting
from accounts.encryption import decrypt, encrypt
from core.errors import NotPermitted
from core.network import Address, client_address, network_of
from core.pages.markup import trusted_html

# So long strangers who guess from many networks do not lock the person out of their own (decisions/2026-11-30-limits.md).
_NETWORK_KNOWN_SECONDS = 90 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is wrong. Try again, or ask for a new password below."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are by invitation only."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client address that login attempts are counted by."""
        return str(_required_address(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account and network, so that a stranger cannot lock a person out."""
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}@{network_of(_required_address(request))}"
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limit guesses from many networks too, except networks from which the person has logged in before."""
        super().pre_authenticate(request, **credentials)
        if cache.get(self._known_network(request, **credentials)):
            return
        account = super()._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, action="login_failed_elsewhere", key=account):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        person = super().authenticate(request, **credentials)
        if person is not None:
            cache.set(self._known_network(request, **credentials), 1, _NETWORK_KNOWN_SECONDS)
        return person

    def _known_network(self, request: HttpRequest, **credentials: Any) -> str:
        """Return the cache key, hashed so that the cache holds no e-mail address."""
        return (
            f"login-network:{sha256(self._get_login_attempts_cache_key(request, **credentials).encode()).hexdigest()}"
        )

    def set_password(self, user: Any, password: str) -> None:
        """Set the password with the person as the actor, also through the link that was mailed to them."""
        with acting(user.pk):
            super().set_password(user, password)

    def is_safe_url(self, url: str) -> bool:
        """Treat an invalid URL as unsafe: allauth 65 answers 500 to `?next=http://[zz]/`."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_user_search_fields(self) -> list[str]:
        return ["email", "name"]

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Confirm the address as its owner: the link proves the person, logged in or not."""
        with acting(email_address.user_id):
            return bool(super().confirm_email(request, email_address))


def _required_address(request: HttpRequest) -> Address:
    address = client_address(request)
    if address is None:
        raise PermissionDenied(_("The server did not say where this request comes from."))
    return address


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is wrong or over: the app shows a new one every 30 seconds. Enter the one it shows now."
        )
    }

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code as inline SVG, because the CSP forbids `data:` images."""
        svg: str = super().build_totp_svg(url)
        # The QR library draws paths; the URL is nowhere in it.
        return trusted_html(svg.partition("?>")[2])

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose="second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a second factor. Raises NotPermitted where SECRET_KEY was changed: nobody is let in without it."""
        try:
            return decrypt(encrypted_text, purpose="second-factor")
        except InvalidToken as error:
            raise NotPermitted(
                _("The desk cannot read your second factor any more. Ask the people who run it to reset your access.")
            ) from error
