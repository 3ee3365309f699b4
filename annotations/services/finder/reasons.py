"""Say why a passage was found: links, speaker, names, numbers and words that it shares with the question."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from annotations.models import Claim
from annotations.services.finder.claim_context import ClaimContext
from annotations.services.finder.results import FoundPassage, Reason
from annotations.speech import attributed_to, is_said_by
from articles.search.marking import Lexemes, Span
from articles.search.quantities import other_quantities
from articles.search.ranking import Question
from articles.search.terms import Term
from articles.text.names import surname_of
from core.shorten import shorten_words

_SHOWN = 80  # code points of a statement in a reason
# Placements are read once for each article, and compared with its hits alone: a story that has many hits may have a thousand.
_CLAIMS_AT = """
WITH hits AS (
    SELECT * FROM unnest(%s::uuid[], %s::int[], %s::int[]) WITH ORDINALITY hit (article_id, start, "end", number)
), placed AS MATERIALIZED (
    SELECT p.id, p.article_id, pl.start, pl."end" FROM articles_article a
    JOIN annotations_passage p ON p.article_id = a.id
    JOIN annotations_placement pl ON pl.passage_id = p.id AND pl.revision_id = a.current_revision_id
    WHERE a.id IN (SELECT article_id FROM hits)
), overlapping AS MATERIALIZED (
    SELECT hits.number, placed.id FROM hits JOIN placed ON placed.article_id = hits.article_id
        AND hits.start < placed."end" AND placed.start < hits."end"
), found AS (
    SELECT o.number, true AS is_evidence, e.claim_id FROM overlapping o
    JOIN annotations_evidence e ON e.passage_id = o.id AND e.removed_at IS NULL
    UNION ALL SELECT o.number, false, ap.claim_id FROM overlapping o
    JOIN annotations_appearance ap ON ap.passage_id = o.id AND ap.removed_at IS NULL
)
SELECT f.number, c.id, c.claimant_id, c.statement, c.removed_at IS NULL, f.is_evidence
FROM found f JOIN annotations_claim c ON c.id = f.claim_id ORDER BY f.number, f.is_evidence DESC, c.id
"""


class _ClaimAt(NamedTuple):
    """A claim that a passage is marked as, or is evidence for."""

    id: UUID
    claimant: UUID | None
    statement: str
    is_standing: bool
    is_evidence: bool


def explain_passages(
    found: Sequence[tuple[FoundPassage, str]], question: Question, context: ClaimContext
) -> list[FoundPassage]:
    lexemes = Lexemes((hit.exact, config) for hit, config in found)
    hits = [hit for hit, _ in found]
    claims = _claims_at(hits)
    return [
        _explain_passage(
            hit,
            lexemes.matching(hit.exact, config, question.terms),
            context,
            elsewhere=_linked_elsewhere(claims[number], context.claim),
            is_marked=_is_said_by_claimant(claims[number], context.claim),
        )
        for number, (hit, config) in enumerate(found)
    ]


def _explain_passage(
    hit: FoundPassage, matches: list[tuple[Span, Term]], context: ClaimContext, *, elsewhere: str, is_marked: bool
) -> FoundPassage:
    same = [name for name in context.names if surname_of(name) in hit.exact]
    numbers = other_quantities(context.question, hit.exact)
    paragraph_before, paragraph_after = hit.before.rpartition("\n")[2], hit.after.partition("\n")[0]
    is_claimant = is_marked or (
        bool(context.claimant) and is_said_by(context.claimant, hit.exact, paragraph_before, paragraph_after)
    )
    is_contradiction = bool(numbers) and (is_claimant or bool(same))
    reasons = [
        *_reasons_of_links(hit, context, elsewhere),
        *_reasons_of_content(hit, same, numbers, context, is_claimant=is_claimant),
        *_reasons_of_words(matches, same),
    ]
    return replace(
        hit,
        marks=[span for span, _ in matches],
        reasons=reasons,
        other_numbers=numbers,
        is_said_by_claimant=is_claimant,
        is_contradiction=is_contradiction,
    )


def _reasons_of_links(hit: FoundPassage, context: ClaimContext, elsewhere: str) -> list[Reason]:
    words = next(
        (
            words
            for article, start, end, words in context.linked
            if article == hit.article_id and hit.start < end and start < hit.end
        ),
        "",
    )
    reasons = [Reason("linked", words)] if words else []
    return [*reasons, Reason("linked_elsewhere", elsewhere)] if elsewhere else reasons


def _reasons_of_content(
    hit: FoundPassage, same: list[str], numbers: list[str], context: ClaimContext, *, is_claimant: bool
) -> list[Reason]:
    reasons = []
    if is_claimant:
        reasons.append(Reason("said_by_claimant", _("Said by {name}").format(name=context.claimant)))
    if to := attributed_to(hit.exact):
        reasons.append(Reason("attributed", _("Attributed to {name}").format(name=to)))
    listed = ", ".join(numbers[:3])
    if same and numbers:
        reasons.append(Reason("other_number", _("Same names, other number: {numbers}").format(numbers=listed)))
    elif numbers and is_claimant:
        reasons.append(Reason("other_number", _("Same speaker, other number: {numbers}").format(numbers=listed)))
    elif same:
        reasons.append(Reason("same_names", _("Same names: {names}").format(names=", ".join(same[:3]))))
    return reasons


def _reasons_of_words(matches: list[tuple[Span, Term]], same: list[str]) -> list[Reason]:
    named = {word.lower() for name in same for word in name.split()}
    terms = {term.word: term.weight for _, term in matches if term.word not in named}
    best = [word.strip(".,;:!?()[]\"'") for word in sorted(terms, key=lambda word: -terms[word])[:3]]
    if best:
        return [Reason("same_words", _("Same words: {words}").format(words=", ".join(best)))]
    return [] if matches else [Reason("similar", _("Similar meaning, other words"))]


def _claims_at(hits: Sequence[FoundPassage]) -> dict[int, list[_ClaimAt]]:
    """Return, by index of the hit, the claims that are marked in it or have evidence from it, evidence first. One query."""
    places: list[Any] = [[hit.article_id for hit in hits], [hit.start for hit in hits], [hit.end for hit in hits]]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS_AT, places)
        rows = cursor.fetchall()
    found: dict[int, list[_ClaimAt]] = defaultdict(list)
    for number, *claim in rows:
        found[number - 1].append(_ClaimAt(*claim))
    return found


def _linked_elsewhere(claims: Sequence[_ClaimAt], claim: Claim | None) -> str:
    """Return which other claim has the passage as evidence or appearance; "" if none has, or only removed ones."""
    other = next((one for one in claims if one.is_standing and (claim is None or one.id != claim.pk)), None)
    if other is None:
        return ""
    words = _("Evidence for: “{statement}”") if other.is_evidence else _("Marked as a claim: “{statement}”")
    return words.format(statement=shorten_words(other.statement, _SHOWN))


def _is_said_by_claimant(claims: Sequence[_ClaimAt], claim: Claim | None) -> bool:
    """Return whether a person marked the passage as an appearance of any claim of this claimant."""
    if claim is None or claim.claimant_id is None:
        return False
    return any(one.claimant == claim.claimant_id and one.is_standing and not one.is_evidence for one in claims)
