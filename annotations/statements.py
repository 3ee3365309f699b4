"""Compare statements: equal up to case, spaces and punctuation. Pure."""

import hashlib
import unicodedata

import regex

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def fold_statement(text: str) -> str:
    """Return a digest that is equal for statements of the same words; "" without a word.

    A sign between two numbers keeps them apart: "1.5 million" is not "15 million".
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if words else ""
