"""Parse bytes of any supported format into articles, or into a reason why not.

    for outcome in parse(path, name="wire.jsonl"):
        ...  # ParsedArticle or ParseFailure, in the order of the file

Nothing is raised for the content of a file: a bad item never affects the others. Nothing here touches the database, the
network or Django.
"""

from articles.parsing.base import (
    CLAIM_REVIEW,
    ForeignCheck,
    Outcome,
    ParsedArticle,
    ParseError,
    ParseFailure,
    ParseOptions,
)
from articles.parsing.formats import supported
from articles.parsing.registry import detect_format, parse

__all__ = [
    "CLAIM_REVIEW",
    "ForeignCheck",
    "Outcome",
    "ParseError",
    "ParseFailure",
    "ParseOptions",
    "ParsedArticle",
    "detect_format",
    "parse",
    "supported",
]
