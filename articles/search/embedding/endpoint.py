"""A sentence encoder behind an OpenAI-compatible `POST .../embeddings`, called through the checked fetcher.

The desk's texts leave the machine this way; the operator decides that by setting the address. A host of an intranet has
to be named in FETCH_ALLOWED_HOSTS too.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from articles.search.embedding.encoder import EmbeddingFailed, Vector, unit
from core.fetching import FetchError, Limits, request

_BATCH = 64
_LIMITS = Limits(total_seconds=20.0, max_bytes=16 * 1024 * 1024, max_redirects=0)
# An editor waits for this one; the lexical side answers alone after it.
_QUERY_LIMITS = Limits(total_seconds=3.0, max_bytes=16 * 1024 * 1024, max_redirects=0)
MAX_DIMENSIONS = 4_000  # an HNSW index of halfvec takes no more


class EndpointEmbedder:
    def __init__(self, url: str, *, model: str, key: str, languages: Iterable[str]) -> None:
        self._url, self._model, self._key = url, model, key
        self.languages = frozenset(languages)
        # The only way to learn the length; it also shows at once whether the address and key work.
        self.dimensions = len(self._ask(["a"], _LIMITS)[0])
        self.name = f"{model}@{url}"[:200]

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> list[Vector]:
        limits = _QUERY_LIMITS if is_query else _LIMITS
        vectors: list[Vector] = []
        for start in range(0, len(texts), _BATCH):
            vectors += self._ask(texts[start : start + _BATCH], limits)
        if any(len(vector) != self.dimensions for vector in vectors):
            raise EmbeddingFailed(f"The embedding endpoint changed its model: not {self.dimensions} numbers any more.")
        return vectors

    def _ask(self, texts: Sequence[str], limits: Limits) -> list[Vector]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self._model, "input": list(texts), "encoding_format": "float"}).encode()
        try:
            answer = request("POST", self._url, headers=headers, body=body, limits=limits)
        except FetchError as error:
            raise EmbeddingFailed(f"The embedding endpoint does not answer: {error.message}") from error
        if answer.status != 200:
            raise EmbeddingFailed(f"The embedding endpoint answered with status {answer.status}.")
        return _read_vectors(answer.body, len(texts))


def _read_vectors(body: bytes, count: int) -> list[Vector]:
    """Read the vectors in the order of the texts. Raises EmbeddingFailed for anything but one vector per text."""
    try:
        rows: list[dict[str, Any]] = json.loads(body)["data"]
        by_index = {int(row["index"]): [float(number) for number in row["embedding"]] for row in rows}
        # By their index: the answer may come in any order.
        vectors = [by_index[number] for number in range(count)]
    except (ValueError, TypeError, KeyError) as error:
        raise EmbeddingFailed("The embedding endpoint answered no list of vectors.") from error
    if not vectors or len({len(vector) for vector in vectors}) != 1 or not 0 < len(vectors[0]) <= MAX_DIMENSIONS:
        raise EmbeddingFailed("The embedding endpoint answered vectors of unequal or unusable length.")
    return [unit(vector) for vector in vectors]
