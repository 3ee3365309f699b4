"""Background indexing for the finder: words come before vectors, and a text is encoded once."""

from collections.abc import Sequence
from typing import Any

import pytest

from articles import tasks
from articles.search import finder_index
from articles.search.corpora import SENTENCES
from articles.search.embedding import current_embedder
from articles.search.finder_index import backlog, embed_texts, index_articles
from tests.annotations import story

pytestmark = pytest.mark.django_db


def test_every_article_is_found_by_its_words_before_the_first_vector_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    story.note_changed([story.make_article((f"Ferry {number}", "A ferry sank.")).pk for number in range(3)])
    waiting: list[int] = []

    def embed(_corpus: Any) -> int:
        waiting.append(backlog().articles)
        return 0

    monkeypatch.setattr(tasks, "index_articles", lambda: index_articles(limit=1))
    monkeypatch.setattr(tasks, "embed_texts", embed)
    tasks.index_for_finder()
    assert waiting == [0]


def test_a_text_that_stands_twice_is_encoded_once(encoder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    story.note_changed([story.make_article(("Ferry", "A ferry sank in May."), language="en").pk for _ in range(2)])
    while index_articles():
        pass
    real, asked = current_embedder(), list[str]()
    assert real is not None

    class Counting:
        name, languages, dimensions = real.name, real.languages, real.dimensions

        def embed(self, texts: Sequence[str], *, is_query: bool = False) -> list[Any]:
            asked.extend(texts)
            return real.embed(texts, is_query=is_query)

    monkeypatch.setattr(finder_index, "current_embedder", Counting)
    assert embed_texts(SENTENCES) == 4
    assert sorted(asked) == ["Ferry. A ferry sank in May.", "Ferry. Ferry"]
    assert backlog().vectors == 0
