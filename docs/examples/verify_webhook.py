"""Verify a Factcheck webhook (Standard Webhooks). Python, nothing to install; `pip install standardwebhooks` does the same."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_SECONDS = 300


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> Any:
    """The message. Raises ValueError unless one of its signatures is ours and its time is near. `body`: the raw bytes."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given["webhook-id"], given["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("The message is too old, or its clock is wrong.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    for signature in given["webhook-signature"].split(" "):
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value, expected):
            return json.loads(body)
    raise ValueError("No signature fits: the message is not from the desk, or was changed on its way.")
