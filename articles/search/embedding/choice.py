"""Choose this process's encoder by the settings. It is loaded on first use and dropped when nobody has asked for a while."""

import contextlib
import logging
import threading
import time
import weakref
from pathlib import Path

from django.conf import settings

from articles.search.embedding.bundled import BundledEmbedder
from articles.search.embedding.encoder import Embedder, EmbeddingFailed
from articles.search.embedding.endpoint import EndpointEmbedder
from articles.search.embedding.folder import FolderEmbedder
from articles.search.embedding.sessions import import_libraries
from articles.text.language_model import forget_model
from core.memory import give_back

logger = logging.getLogger(__name__)
# A failed endpoint is tried again after this time.
RETRY_SECONDS = 60.0
# These hold some 70 MB of a process; it takes a tenth of a second to have them again.
_KEPT_IN_MEMORY = {"bundled", "folder"}
OFF = "The encoder is switched off (EMBEDDER=off)."


class _Choice:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._embedder: Embedder | None = None
        self._problem = ""
        self._failed_at: float | None = None
        self._used_at = 0.0

    def embedder(self) -> Embedder | None:
        self._used_at = time.monotonic()
        # Read once: it may be dropped meanwhile, and whoever has it keeps it until they are done.
        found = self._embedder
        if found is None and self._may_try():
            with self._lock:
                # Asked again under the lock: another thread may have loaded it meanwhile.
                if self._embedder is None and self._may_try():
                    self._load()
                found = self._embedder
        return found

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
        if self._embedder is not None and settings.EMBEDDER in _KEPT_IN_MEMORY and settings.EMBEDDER_IDLE_SECONDS:
            threading.Thread(target=self._drop_when_idle, args=(weakref.ref(self._embedder),), daemon=True).start()

    def _drop_when_idle(self, loaded: "weakref.ref[Embedder]") -> None:
        """Drop this encoder once nobody has asked for it during EMBEDDER_IDLE_SECONDS; another one has a thread of its own."""
        while (left := self._used_at + settings.EMBEDDER_IDLE_SECONDS - time.monotonic()) > 0:
            time.sleep(left)
        with self._lock:
            if self._embedder is loaded():
                self._embedder = None
        # The language of a question is asked for beside its vector, so it rests as well.
        forget_model()
        give_back()


def prepare_fork() -> None:
    """Import the libraries of an encoder that runs in this process; the forks load it when they are asked."""
    if settings.EMBEDDER in _KEPT_IN_MEMORY:
        with contextlib.suppress(ImportError):  # the first question finds and reports it
            import_libraries()


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
