"""Readers' words are found by the index of trigrams as without it: in any script, inside of words, in either case."""

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL

from annotations.services.claimants import ClaimantInput
from publishing.services import public_reads
from publishing.services.public_reads import Narrowing, published_checks
from tests.annotations import story

pytestmark = pytest.mark.django_db
HEADLINES = (
    "The bridge cost 40 million euros",
    "STRASSE 5, Straße 6, Ärzte",
    "選挙は来週です",
    "100% of C:\\temp_files “quoted” {a,b}",
    "Мост стоил 40 миллионов",
)


@pytest.fixture
def checks(make_user):
    people = make_user("editor"), make_user(("reviewer", "publisher"))
    for number, headline in enumerate(HEADLINES):
        claim = story.mark(people[0], story.make_article(), claimant=ClaimantInput(name=f"Speaker {number}"))
        story.link(people[0], claim, story.make_article(story.AUDIT), "61 million euros")
        story.published(*people, claim=claim, headline=headline)


def _found(question: str) -> list[str]:
    return [check.headline for check in published_checks(Narrowing(question=question))]


def _found_without_index(question: str) -> list[str]:
    found = published_checks().alias(text=RawSQL("publishing_factcheck.search_text", ()))
    for word in question.split():
        found = found.filter(text__icontains=word)
    return [check.headline for check in found]


@pytest.mark.parametrize("most", [1_000, 2])
def test_every_part_finds_the_checks_that_have_it(checks, monkeypatch, most):
    """Also where more than a few have it, which the list itself finds."""
    monkeypatch.setattr(public_reads, "_FEW", most)
    parts = {
        case(headline[start : start + length])
        for headline in HEADLINES
        for start in range(0, len(headline), 3)
        for length in (1, 2, 3, 5, 9)
        for case in (str, str.upper, str.lower)
    } | {"speaker 3", "3 speaker MILLION", "million zanzibar", "no%thing", "_____"}
    found = 0
    for part in sorted(parts):
        plain = _found_without_index(part)
        assert _found(part) == plain, part
        found += len(plain)
    assert found > len(parts) / 2


def test_rare_words_are_found_by_the_index(checks):
    query = "SELECT id FROM publishing_factcheck WHERE trigrams_of(search_text) @> trigrams_of('bridge')"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + query)
        assert "fact_check_trigrams" in str(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM checks_with_trigrams(ARRAY['мост', 'миллионов'], 10)")
        assert cursor.fetchone() == (1,)
