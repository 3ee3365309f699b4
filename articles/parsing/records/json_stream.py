"""Stream the elements of a large JSON array as bytes: memory holds one element, and nesting costs nothing."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from articles.limits import MAX_ITEM_BYTES
from articles.parsing.base import ParseError, too_large
from core.marked import gettext as _

CHUNK = 1024 * 1024

# A whole string, an unfinished one up to the end of the chunk, or one structural character.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{},]', re.S)
_OPENING, _CLOSING = b"[{", b"]}"


def array_elements(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the elements of a top-level array. Raises ParseError if it is malformed or an element is too large.

    The content of an element is not checked here.
    """
    buffer = _opening(stream)
    depth, start, at = 0, 0, 0
    is_first = True
    while True:
        token = _TOKEN.search(buffer, at)
        if token is None or (token.end() == len(buffer) and _is_open_string(token.group())):
            # A string that is cut by the chunk's end is looked for again, whole.
            keep_from = token.start() if token else len(buffer)
            buffer, at, start = _read_more(stream, buffer, start, keep_from)
            continue
        at = token.end()
        sign = token.group()
        if sign in (b"[", b"{"):
            depth += 1
        elif depth and sign in (b"]", b"}"):
            depth -= 1
        elif not depth and sign in (b",", b"]"):
            element = buffer[start : at - 1].strip()
            if element or sign == b"," or not is_first:
                yield _checked(element)
            is_first = False
            start = at
            if sign == b"]":
                _refuse_rest(stream, buffer[at:])
                return


def _opening(stream: BinaryIO) -> bytes:
    head = stream.read(CHUNK).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[1:]


def _is_open_string(token: bytes) -> bool:
    if token[:1] != b'"':
        return False
    if len(token) == 1 or not token.endswith(b'"'):
        return True
    body = token[1:-1]
    # An odd number of backslashes: the last escapes the quotation mark, so the string goes on.
    return (len(body) - len(body.rstrip(b"\\"))) % 2 == 1


def _read_more(stream: BinaryIO, buffer: bytes, start: int, at: int) -> tuple[bytes, int, int]:
    """Return the buffer with the next chunk, without the part that was already yielded."""
    if len(buffer) - start > MAX_ITEM_BYTES:
        raise too_large(MAX_ITEM_BYTES)
    chunk = stream.read(CHUNK)
    if not chunk:
        raise ParseError(
            "malformed-json", _("The JSON array is cut off at its end. The articles before that were read.")
        )
    return buffer[start:] + chunk, at - start, 0


def _checked(element: bytes) -> bytes:
    if not element:
        raise ParseError(
            "malformed-json", _("The JSON array has a comma without an item. The articles before that were read.")
        )
    return element


def _refuse_rest(stream: BinaryIO, rest: bytes) -> None:
    if rest.strip() or stream.read(CHUNK).strip():
        raise ParseError(
            "malformed-json", _("There is more text after the end of the JSON array. The articles were read.")
        )
