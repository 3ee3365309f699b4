"""Send a stored file so that a download can be resumed (RFC 9110: Range, If-Range, strong ETag), in constant memory."""

import base64
import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from publishing.exports.runs import content_type, file_name
from publishing.models import ExportRun

_CHUNK = 64 * 1024
# bytes=0-99, bytes=100-, bytes=-500. Bounded: int() refuses thousands of digits with an error of its own.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


def download(request: HttpRequest, run: ExportRun, *, as_type: str = "") -> HttpResponseBase:
    """Return the file or the requested part of it. Several ranges at once are answered with the whole file."""
    etag = f'"{run.sha256}"'
    # The header may be a list, with weak tags; 64 hexadecimal digits stand in no other tag by chance.
    if run.sha256 in request.headers.get("If-None-Match", ""):
        return _with_headers(HttpResponse(status=304), run, etag)
    span = _requested_span(request, run.size, etag)
    if span is None:
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{run.size}"
        return refusal
    start, end = span
    is_part = (start, end) != (0, run.size)
    pieces = _read_pieces(default_storage.open(run.path), start, end) if request.method != "HEAD" else iter(())
    response = StreamingHttpResponse(pieces, status=206 if is_part else 200, content_type=as_type or content_type(run))
    response["Content-Length"] = str(end - start)
    response["Content-Disposition"] = f'attachment; filename="{file_name(run)}"'
    if is_part:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{run.size}"
    return _with_headers(response, run, etag)


def _with_headers(response: HttpResponseBase, run: ExportRun, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(run.sha256)).decode()}:"
    return response


def _requested_span(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return [start, end) of the bytes to send; None when the range lies outside the file."""
    found = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    # RFC 9110, 13.1.5: a part of another file than the client has the rest of would be of no use.
    is_other = request.headers.get("If-Range", etag) != etag
    if request.method != "GET" or is_other or found is None or found.group(1) == found.group(2) == "":
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size) if int(last) and size else None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    # RFC 9110, 14.1.1: a range that ends before it begins is no range, so the header is ignored.
    if last and int(last) < start:
        return 0, size
    return (start, end) if start < size else None


def _read_pieces(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left and (piece := file.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
