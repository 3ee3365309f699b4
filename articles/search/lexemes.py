"""Lexemes of words, as Postgres makes them. It is asked once for each word, as long as the word is kept."""

import threading
from collections.abc import Iterable

from django.db import connection

# Words kept in a process, some 200 bytes each.
MOST = 50_000
_LEXEMES = """
SELECT word, config, tsvector_to_array(to_tsvector(config::regconfig, ' ' || word || ' '))
FROM unnest(%s::text[], %s::text[]) AS asked (word, config)
"""
Pair = tuple[str, str]


class _LexemeCache:
    def __init__(self) -> None:
        self._known: dict[Pair, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def read(self, pairs: Iterable[Pair]) -> dict[Pair, tuple[str, ...]]:
        """Return the lexemes of each (word, configuration); none for a stop word. At most one query."""
        wanted = set(pairs)
        known = self._known
        found = {pair: known[pair] for pair in wanted if pair in known}
        missing = sorted(wanted - found.keys())
        if missing:
            with connection.cursor() as cursor:
                cursor.execute(_LEXEMES, [list(column) for column in zip(*missing, strict=True)])
                fresh = {(word, config): tuple(lexemes) for word, config, lexemes in cursor.fetchall()}
            found |= fresh
            with self._lock:
                # A new dict each time: readers take no lock, and must never see one that grows.
                self._known = fresh if len(known) > MOST else {**self._known, **fresh}
        return found


lexemes_of = _LexemeCache().read
