"""Sentence encoders behind one contract (encoder.py): the bundled model, a local model folder, or an `/embeddings` endpoint.

`current_embedder()` gives the one that EMBEDDER names, or None; the lexical side of the search serves without it.
Rows carry the encoder's `name`, so vectors of two models never meet.
"""

from articles.search.embedding.choice import current_embedder, embedder_problem, forget_embedder, prepare_fork
from articles.search.embedding.encoder import Embedder, EmbeddingFailed, Vector

__all__ = [
    "Embedder",
    "EmbeddingFailed",
    "Vector",
    "current_embedder",
    "embedder_problem",
    "forget_embedder",
    "prepare_fork",
]
