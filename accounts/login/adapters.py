"""How allauth behaves here: nobody signs up, addresses come through our proxies, one-time secrets lie encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from accounts.audit import acting
from accounts.encryption import decrypt, encrypt
from core.network import client_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: the only way in is an invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What login attempts are counted by."""
        address = client_address(request)
        if address is None:
            raise PermissionDenied("The server did not say where this request comes from.")
        return str(address)

    def get_user_search_fields(self) -> list[str]:
        return ["email", "name"]

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """The link in the mail is the person's word, logged in or not: the trail names them."""
        with acting(email_address.user_id):
            return bool(super().confirm_email(request, email_address))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code for the page itself: its policy shows no `data:` image."""
        svg: str = super().build_totp_svg(url)
        return mark_safe(svg.partition("?>")[2])  # noqa: S308 -- made by the QR library from a quoted URL: paths only

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose="second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, purpose="second-factor")
