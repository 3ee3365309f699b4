"""`manage.py rebuild_search`: rebuild the finder's index, with progress."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from articles.search.corpora import SENTENCES, Corpus
from articles.search.embedding import current_embedder, embedder_problem
from articles.search.finder_index import embed_texts, index_articles, note_all_changed, wait_for_vectors
from publishing.services.check_index import CHECKS, index_checks, note_all_checks_changed


class Command(BaseCommand):
    help = "Make the finder's index anew: sentences, checks, and the vectors of the encoder in use. The old one serves meanwhile."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--vectors-only", action="store_true", help="Only the vectors that the encoder in use lacks."
        )

    def handle(self, *_args: Any, vectors_only: bool, **_options: Any) -> None:
        if not vectors_only:
            self._cut("articles", note_all_changed(), index_articles)
            self._cut("claims and checks", note_all_checks_changed(), index_checks)
        if current_embedder() is None:
            self.stdout.write(f"No vectors: {embedder_problem()}")
            return
        self._embed("sentences", SENTENCES)
        self._embed("checks", CHECKS)

    def _cut(self, name: str, total: int, index: Callable[[], int]) -> None:
        done = 0
        while indexed := index():
            done += indexed
            self.stdout.write(f"\r{name}: {done} of {total}", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{name}: {done} indexed")

    def _embed(self, name: str, corpus: Corpus) -> None:
        wait_for_vectors(corpus)
        done = 0
        while made := embed_texts(corpus):
            done += made
            self.stdout.write(f"\r{name}: {done} vectors", ending="")
            self.stdout.flush()
        self.stdout.write(f"\r{name}: {done} vectors made")
