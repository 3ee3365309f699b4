"""An ONNX sentence encoder with its tokenizer, run on the CPU.

numpy, onnxruntime and tokenizers are imported when a model is loaded: a process that never embeds does not pay for them
(measured 2026-11-30: 150 MB).
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from articles.search.embedding.encoder import EmbeddingFailed, Vector
from articles.search.embedding.sessions import open_session

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

# What a batch computes stays in a core's cache. Milliseconds of CPU a text at four, two and one a batch (2026-12-01): 36 tokens
# 6.1, 6.8, 9.2; 77 tokens 13.4, 12.4, 14.2; 148 tokens 38.1, 36.3, 30.9. Four of 148 take 50 MB more than one.
_BATCH = 4
_BATCH_TOKENS = 160
# Longer texts are cut: attention grows with the square of the length.
MAX_TOKENS = 256


class OnnxEncoder:
    """Runs one model file. Safe to call from several threads."""

    def __init__(
        self,
        model: Path,
        tokenizer: "Tokenizer",
        *,
        sha256: str,
        threads: int,
        max_tokens: int = MAX_TOKENS,
        pools_first: bool = False,
    ) -> None:
        self._session = open_session(model, sha256=sha256, threads=threads)
        self._inputs = {one.name for one in self._session.get_inputs()}
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        self._tokenizer = tokenizer
        self._pools_first = pools_first
        self._lock = threading.Lock()
        self.dimensions = len(self.embed(["a"])[0])

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector per text. Batches hold texts of like length, so that little of them is padding."""
        # An empty text would be a batch of no tokens.
        encoded = [one.ids or [0] for one in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda number: len(encoded[number]))
        vectors: list[Vector] = [()] * len(texts)
        for numbers in _batches(order, [len(encoded[number]) for number in order]):
            for number, vector in zip(numbers, self._run([encoded[number] for number in numbers]), strict=True):
                vectors[number] = vector
        return vectors

    def _run(self, encoded: Sequence[Sequence[int]]) -> list[Vector]:
        import numpy as np

        longest = max(map(len, encoded))
        ids = np.zeros((len(encoded), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        with self._lock:
            output = self._session.run(None, {name: given[name] for name in self._inputs if name in given})[0]
        pooled = self._pooled(np.asarray(output, np.float32), mask)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths)) or not np.all(lengths):
            raise EmbeddingFailed("The model answered a vector without length.")
        vectors: list[Vector] = (pooled / lengths).tolist()
        return vectors

    def _pooled(self, output: "np.ndarray[Any, Any]", mask: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """Return one vector per text: the model's own, its first token's, or the mean over its tokens."""
        if output.ndim == 2:
            return output
        if self._pools_first:
            return output[:, 0]
        weights = mask[:, :, None].astype(output.dtype)
        mean: np.ndarray[Any, Any] = (output * weights).sum(axis=1) / weights.sum(axis=1)
        return mean


def _batches(numbers: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group the numbers of texts, shortest first: up to _BATCH each, fewer where they are long. `lengths` are their tokens."""
    batch: list[int] = []
    for number, length in zip(numbers, lengths, strict=True):
        # All of a batch are padded to its longest, which is the last.
        if len(batch) == _BATCH or (len(batch) + 1) * length > _BATCH_TOKENS:
            if batch:
                yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def read_checked(path: Path, sha256: str) -> bytes:
    """Read a file. Raises EmbeddingFailed where it is missing or not the one with this SHA-256."""
    content = read_file(path)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise EmbeddingFailed(f"{path.name} is not the expected file: its SHA-256 is {found}, not {sha256}.")
    return content


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EmbeddingFailed(f"{path} cannot be read: {error.strerror}.") from error
