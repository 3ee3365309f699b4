"""A text that the process has read before: its words are looked for while its revision is asked for."""

import pytest

from accounts.audit import acting
from annotations.errors import QuoteNotFound
from annotations.models import Placement
from articles.models import Article
from core.database import pipeline
from tests.annotations import story

pytestmark = pytest.mark.django_db
BLOCKS = ("The council", "The bridge cost 40 million euros. The tunnel cost 12 million euros.")


@pytest.fixture
def editor(make_user):
    return make_user("editor")


def place_of(claim) -> tuple[int, int, int]:
    placement = Placement.objects.get(passage=claim.appearances.get().passage)
    return placement.revision.number, placement.start, placement.end


def publish_text(article, blocks):
    revision = story.add_revision(article, blocks)
    with acting(None):
        Article.objects.filter(pk=article.pk).update(current_revision=revision)
    return revision


def test_words_are_marked_in_the_text_of_now_not_in_the_one_that_was_known(editor):
    article = story.make_article(BLOCKS)
    first = story.mark(editor, article, "The bridge cost 40 million euros")
    moved = publish_text(article, ("The council", f"A word before. {BLOCKS[1]}"))
    second = story.mark(editor, article, "The tunnel cost 12 million euros")
    number, start, end = place_of(second)
    assert (number, moved.text[start:end]) == (moved.number, "The tunnel cost 12 million euros")
    assert place_of(first)[0] == 1


def test_words_that_a_new_text_lacks_are_refused_though_the_known_one_had_them(editor):
    article = story.make_article(BLOCKS)
    story.mark(editor, article, "The bridge cost 40 million euros")
    publish_text(article, ("The council", "Nothing is said of the cost."))
    with pytest.raises(QuoteNotFound):
        story.mark(editor, article, "The tunnel cost 12 million euros")


def test_words_that_only_the_new_text_has_are_marked(editor):
    article = story.make_article(BLOCKS)
    story.mark(editor, article, "The bridge cost 40 million euros")
    publish_text(article, ("The council", "The ferry cost 3 million euros."))
    assert place_of(story.mark(editor, article, "The ferry cost 3 million euros"))[0] == 2


def test_the_same_words_are_one_passage(editor):
    article = story.make_article(BLOCKS)
    marked = [story.mark(editor, article, "The bridge cost 40 million euros") for _ in range(2)]
    assert len({claim.appearances.get().passage for claim in marked}) == 1


def test_marking_in_a_known_text_takes_a_round_trip_less(editor, monkeypatch):
    waits = [0]
    fetch = pipeline._BundledPipeline._fetch_gen

    def note(self, *, flush):
        if self.result_queue:
            waits[-1] += 1
        yield from fetch(self, flush=flush)

    monkeypatch.setattr(pipeline._BundledPipeline, "_fetch_gen", note)
    story.mark(editor, story.make_article())  # makes the claimant
    article = story.make_article(BLOCKS)
    for words in ("The bridge cost 40 million euros", "The tunnel cost 12 million euros"):
        waits.append(0)
        story.mark(editor, article, words)
    assert waits[2] == waits[1] - 1
