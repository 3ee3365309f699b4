"""Plain text files, title line first."""

from articles.parsing.base import Outcomes, Source
from articles.parsing.build import build
from articles.parsing.decode import decode_text
from articles.text.canonical import canonical_from_plain


def parse_plain(source: Source) -> Outcomes:
    raw = source.read()
    text, warnings = decode_text(raw, charset=source.charset)
    yield build(canonical_from_plain(text), name=source.name, raw=raw, content_type="text/plain", warnings=warnings)
