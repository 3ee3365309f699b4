"""`Idempotency-Key` on POST: keep the first answer for 24 hours and replay it for a repeated request.

The row is written before the work, so that a second request finds it. The work and its answer are one transaction, which holds
the row's lock: a process that dies has done nothing, and after a few seconds its request is carried out anew.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdempotencyKey
from annotations.errors import refusals
from api.json import Raw
from core.errors import DomainError

KEPT = timedelta(hours=24)
# From the row's insertion to its lock are milliseconds. Who comes later than this finds that another has begun the row anew.
ABANDONED = timedelta(seconds=10)
# Headers that belong to the answer; the others are made anew for each response.
_HEADERS = ("ETag", "Location", "Content-Type")


class _KeyReused(DomainError):
    code = "idempotency-key-reused"
    title = "This key was used for another request"


class _StillRunning(DomainError):
    status = 409
    code = "still-running"
    title = "The first request with this key has not finished"


def begin(request: Request, user: Any) -> IdempotencyKey | Response | None:
    """Return None without a key, the stored answer for a repeated request, otherwise the row to complete."""
    # draft-ietf-httpapi-idempotency-key-header: a structured-field string; many clients send it without quotes.
    key = _bare_key(request.headers.get("Idempotency-Key", ""))
    if not key:
        return None
    # The column's length, and the one character that Postgres does not store.
    if len(key) > 255 or "\0" in key:
        raise _KeyReused("An idempotency key has at most 255 characters. Nothing was done.")
    digest = _digest(request)
    now = timezone.now()
    IdempotencyKey.objects.filter(user=user, key=key, created_at__lt=now - KEPT).delete()
    try:
        # A savepoint: after the failed INSERT the row of the first request is still to be read.
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, request_sha256=digest, created_at=now)
    except IntegrityError:
        row = IdempotencyKey.objects.filter(user=user, key=key).first()
        if row is None:  # the first request failed at this moment and took its key back
            raise _still_running() from None
        return _again(row, digest)


def _bare_key(header: str) -> str:
    """Return the key without the quotes of a structured-field string: `"a"` and `a` are one key."""
    header = header.strip()
    if len(header) >= 2 and header[0] == header[-1] == '"':
        return re.sub(r"\\(.)", r"\1", header[1:-1])
    return header


def carry_out(row: IdempotencyKey, work: Callable[[], Response]) -> Response:
    """Return the work's answer, stored in its transaction. Raises what the work raises.

    Locks: the row first, until the commit.
    """
    with refusals(), transaction.atomic():
        held = IdempotencyKey.objects.select_for_update().filter(pk=row.pk, status=None, created_at=row.created_at)
        if not held.exists():  # we slept for so long that a repetition took the row over
            raise _still_running()
        response = work()
        if row.status is None and response.status_code < 500:
            _store(row, response)
    return response


def refuse(row: IdempotencyKey, response: Response) -> None:
    """Store a refusal. A server error is not stored: the request may be tried again with the same key."""
    own = IdempotencyKey.objects.filter(pk=row.pk, status=None, created_at=row.created_at)
    if response.status_code >= 500:
        own.delete()
    elif own.exists():
        _store(row, response)


def _store(row: IdempotencyKey, response: Response) -> None:
    # Django would render it only after this method, and there would be no content to keep.
    response.render()
    row.status = response.status_code
    row.headers = {name: response[name] for name in _HEADERS if name in response}
    row.body = bytes(response.content)
    row.save(update_fields=["status", "headers", "body"])


def _again(row: IdempotencyKey, digest: str) -> IdempotencyKey | Response:
    if row.request_sha256 != digest:
        raise _KeyReused("This key was sent with another body before. Nothing was done; use a new key.")
    if row.status is None:
        return _take_over(row.pk)
    response = Response(Raw(bytes(row.body)), status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    if "Content-Type" in row.headers:
        response.content_type = row.headers["Content-Type"]
    response["Idempotent-Replayed"] = "true"
    return response


def _take_over(pk: int) -> IdempotencyKey:
    """Return the row of a request that died. Raises _StillRunning while it is worked on."""
    now = timezone.now()
    with transaction.atomic():
        # Locked is what lives: Postgres lets go of the lock when the process or its connection ends.
        free = IdempotencyKey.objects.select_for_update(skip_locked=True)
        row = free.filter(pk=pk, status=None, created_at__lt=now - ABANDONED).first()
        if row is None:
            raise _still_running()
        row.created_at = now
        row.save(update_fields=["created_at"])
    return row


def _still_running() -> _StillRunning:
    return _StillRunning("The first request with this key is still being worked on. Ask again in a moment.")


def _digest(request: Request) -> str:
    # With the address: the same key and body for another claim is another request.
    parts = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""))
    digest = hashlib.sha256("\n".join(parts).encode() + b"\n")
    if str(request.content_type or "").startswith("multipart/"):
        _add_form(request, digest)
    else:
        digest.update(request._request.body)
    return digest.hexdigest()


def _add_form(request: Request, digest: Any) -> None:
    """Digest fields and files, not the body: the multipart boundary differs each time, and files stay out of memory."""
    for name, values in request.POST.lists():
        digest.update(repr((name, values)).encode())
    for name, files in request.FILES.lists():
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
