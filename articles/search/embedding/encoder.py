"""The contract of a sentence encoder. Pure."""

import math
from collections.abc import Sequence
from typing import Protocol

Vector = Sequence[float]
ANY_LANGUAGE = "*"


class EmbeddingFailed(Exception):
    """The encoder cannot be loaded or did not answer. The message is safe to show to an operator."""


class Embedder(Protocol):
    """Turns texts into unit vectors of `dimensions` numbers. Vectors of different `name`s must not be compared."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> list[Vector]:
        """Return one vector per text, in order. Raises EmbeddingFailed."""
        ...


def speaks(embedder: Embedder, language: str) -> bool:
    """Return whether the encoder was trained on the language; True for an unknown one ("" or "und")."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary in {"", "und"} or ANY_LANGUAGE in embedder.languages or primary in embedder.languages


def unit(vector: Vector) -> Vector:
    """Scale to length 1: cosine distance then equals the inner product. Raises EmbeddingFailed for a zero vector."""
    length = math.sqrt(math.fsum(number * number for number in vector))
    if not length or not math.isfinite(length):
        raise EmbeddingFailed("The encoder answered a vector without length.")
    return [number / length for number in vector]
