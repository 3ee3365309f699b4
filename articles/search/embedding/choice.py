"""Choose this process's encoder by the settings. It is loaded on first use, once per process."""

import logging
import threading
import time
from pathlib import Path

from django.conf import settings

from articles.search.embedding.bundled import BundledEmbedder
from articles.search.embedding.endpoint import EndpointEmbedder
from articles.search.embedding.folder import FolderEmbedder
from articles.search.embedding.seam import Embedder, EmbeddingFailed

logger = logging.getLogger(__name__)
# A failed endpoint is tried again after this time.
RETRY_SECONDS = 60.0
OFF = "The encoder is switched off (EMBEDDER=off)."


class _Choice:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._embedder: Embedder | None = None
        self._problem = ""
        self._failed_at: float | None = None

    def embedder(self) -> Embedder | None:
        if self._embedder is None and self._may_try():
            with self._lock:
                # Asked again under the lock: another thread may have loaded it meanwhile.
                if self._embedder is None and self._may_try():
                    self._load()
        return self._embedder

    def problem(self) -> str:
        return OFF if settings.EMBEDDER == "off" else self._problem

    def _may_try(self) -> bool:
        is_due = self._failed_at is None or time.monotonic() - self._failed_at >= RETRY_SECONDS
        return settings.EMBEDDER != "off" and is_due

    def _load(self) -> None:
        try:
            self._embedder, self._problem, self._failed_at = load_embedder(), "", None
        except (EmbeddingFailed, ImportError) as error:
            logger.exception("the sentence encoder cannot be used; the search is lexical alone")
            self._problem, self._failed_at = str(error), time.monotonic()


def load_embedder() -> Embedder:
    """Load the encoder that EMBEDDER names. Raises EmbeddingFailed, ImportError."""
    threads = settings.EMBEDDER_THREADS
    if settings.EMBEDDER == "bundled":
        return BundledEmbedder(threads=threads)
    if settings.EMBEDDER == "folder":
        return FolderEmbedder(Path(settings.EMBEDDER_FOLDER), languages=settings.EMBEDDER_LANGUAGES, threads=threads)
    if settings.EMBEDDER == "endpoint":
        return EndpointEmbedder(
            settings.EMBEDDER_URL,
            model=settings.EMBEDDER_MODEL,
            key=settings.EMBEDDER_KEY,
            languages=settings.EMBEDDER_LANGUAGES,
        )
    raise EmbeddingFailed(f"EMBEDDER is bundled, folder, endpoint or off, not {settings.EMBEDDER!r}.")


_choice = _Choice()


def current_embedder() -> Embedder | None:
    """Return this process's encoder, or None if there is none or it failed (`embedder_problem` says why)."""
    return _choice.embedder()


def embedder_problem() -> str:
    """Return why there is no encoder; empty if there is one or none was requested yet."""
    return _choice.problem()


def forget_embedder() -> None:
    """Drop the loaded encoder. The next question loads it again from the settings."""
    _choice.forget()
