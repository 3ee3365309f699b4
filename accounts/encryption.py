"""Encrypt secrets that must be read again (second factors, webhook secrets): a stolen database reveals none.

The key follows SECRET_KEY; SECRET_KEY_FALLBACKS still open what an earlier key closed. Each purpose has a key of its own.
"""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(text: str, *, purpose: str) -> str:
    return _cipher(purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, *, purpose: str) -> str:
    """Decrypt. Raises cryptography.fernet.InvalidToken if no key of this desk encrypted it for this purpose."""
    return _cipher(purpose).decrypt(encrypted.encode()).decode()


def _cipher(purpose: str) -> MultiFernet:
    keys: list[Any] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    # MultiFernet encrypts with the first key and tries all of them when it decrypts.
    return MultiFernet([Fernet(_derive(purpose, str(key))) for key in keys])


def _derive(purpose: str, key: str) -> bytes:
    # A plain hash: SECRET_KEY is random and long (`check --deploy` says so), so there is nothing to guess slowly.
    return base64.urlsafe_b64encode(hashlib.sha256(f"factcheck.{purpose}:{key}".encode()).digest())
