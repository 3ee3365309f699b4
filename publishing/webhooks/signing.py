"""Secrets and signatures of Standard Webhooks (https://www.standardwebhooks.com). Pure.

The signed text is `id.timestamp.body`. We sign by hand: the reference package takes an aware time that is not UTC for
UTC and signs another moment than the header names; tests verify every signature with it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

PREFIX: Final = "whsec_"


def new_secret() -> str:
    # Standard Webhooks wants 24 to 64 random bytes.
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _signature(secret: str, *, message_id: str, timestamp: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(message_id: str, body: str, *, secrets_in_use: Sequence[str], at: datetime) -> dict[str, str]:
    """Return the three headers of one attempt. One signature per secret, so that a receiver can change secrets safely."""
    timestamp = int(at.astimezone(UTC).timestamp())
    signed = [_signature(key, message_id=message_id, timestamp=timestamp, body=body) for key in secrets_in_use]
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signed)}
