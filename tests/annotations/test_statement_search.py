"""A part of a statement is found by the index of trigrams as it is without: in any script, whatever its case."""

import pytest
from django.db import connection

from annotations.forms import claim_filter
from annotations.forms.claim_filter import ClaimFilter
from annotations.models import Claim
from annotations.models.claims import says
from annotations.services.claimants import ClaimantInput
from tests.annotations import story

STATEMENTS = (
    "The bridge cost 40 million euros.",
    "STRASSE 5, Straße 6, Ärzte",
    "İstanbul'da ΣΊΣΥΦΟΣ, σίσυφος",
    "選挙は来週です",
    "100% of C:\\temp_files “quoted” 'words' {a,b}",
    "Мост стоил 40 миллионов.",
    "e\u0301te\u0301 👩‍👩‍👧 été",
    "at",
    "",
)


@pytest.mark.django_db
def test_every_part_finds_the_statements_that_contain_it(make_user):
    editor, article = make_user("editor"), story.make_article()
    for statement in STATEMENTS:
        story.mark(editor, article, statement=statement)
    parts = {
        case(statement[start : start + length])
        for statement in STATEMENTS
        for start in range(0, len(statement), 2)
        for length in (1, 2, 3, 4, 9)
        for case in (str, str.upper, str.lower)
    }
    found = 0
    for part in sorted(parts):
        plain = set(Claim.objects.filter(statement__icontains=part).values_list("statement", flat=True))
        assert set(Claim.objects.filter(says(part)).values_list("statement", flat=True)) == plain, part
        found += len(plain)
    assert found > len(parts) / 2


@pytest.mark.django_db
def test_the_index_finds_a_changed_statement_and_no_longer_the_old_one(make_user):
    claim = story.mark(make_user("editor"), story.make_article())
    assert not Claim.objects.filter(says("tunnel")).exists()
    Claim.objects.filter(pk=claim.pk).update(statement="The tunnel cost 40 million euros.")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        assert Claim.objects.filter(says("TUNNEL")).exists()
        assert not Claim.objects.filter(says("bridge")).exists()
        assert "claim_statement_trigrams" in Claim.objects.filter(says("tunnel")).order_by().explain()


@pytest.mark.django_db
def test_the_trigrams_of_a_long_text_take_a_time_that_grows_with_it():
    """With its square these would take minutes, and the session's limit of 30 s end them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(trigrams_of(repeat('選', 200000)))")
        assert cursor.fetchone()[0] == 200_000 - 2


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, 500])
def test_the_page_finds_each_word_in_the_statement_or_in_the_claimants_name(make_user, monkeypatch, few):
    """Names of many claimants are looked for by a join, those of few by their ids."""
    monkeypatch.setattr(claim_filter, "_FEW_CLAIMANTS", few)
    editor, article = make_user("editor"), story.make_article()
    for statement, name in (("The bridge cost 40.", "Ada Bridgewater"), ("The tunnel cost 40.", "Bo Example")):
        story.mark(editor, article, statement=statement, claimant=ClaimantInput(name=name))
    story.mark(editor, article, statement="Nobody said it at the bridge.", claimant=None)

    def found(question: str) -> set[str]:
        claims = ClaimFilter(q=question).apply(Claim.objects.standing(), person=editor, now=story.NOW)
        return {claim.statement.split()[1] for claim in claims}

    assert found("BRIDGE") == {"bridge", "said"}
    assert found("bo") == {"tunnel", "said"}
    assert found("tunnel exam") == {"tunnel"}
    assert found("40 bridgewater") == {"bridge"}
    assert found("tunnel ada") == found("zyzzyva") == set()
