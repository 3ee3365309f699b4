"""Say why a passage was found: links, speaker, names, numbers and words that it shares with the question."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Claim, Placement
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
_MOST_PLACED = 500


def explain_passages(
    found: Sequence[tuple[FoundPassage, str]], question: Question, context: ClaimContext
) -> list[FoundPassage]:
    lexemes = Lexemes((hit.exact, config) for hit, config in found)
    hits = [hit for hit, _ in found]
    others, said = _linked_elsewhere(hits, context.claim), _said_by_claimant(hits, context.claim)
    return [
        _explain_passage(
            hit,
            lexemes.matching(hit.exact, config, question.terms),
            context,
            elsewhere=others.get(number, ""),
            is_marked=number in said,
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


def _placed_in(hits: Sequence[FoundPassage]) -> QuerySet[Placement]:
    articles = {hit.article_id for hit in hits}
    return Placement.objects.filter(
        passage__article__in=articles, revision=F("passage__article__current_revision"), start__isnull=False
    )


def _said_by_claimant(hits: Sequence[FoundPassage], claim: Claim | None) -> set[int]:
    """Return the indexes of hits that a person marked as an appearance of any claim of this claimant."""
    if claim is None or claim.claimant_id is None:
        return set()
    placed = _placed_in(hits).filter(
        passage__appearances__removed_at=None,
        passage__appearances__claim__claimant=claim.claimant_id,
        passage__appearances__claim__removed_at=None,
    )
    values = placed.values_list("passage__article", "start", "end")[:_MOST_PLACED]
    rows = [(article, start or 0, end or 0) for article, start, end in values]
    return {
        number
        for number, hit in enumerate(hits)
        if any(article == hit.article_id and hit.start < end and start < hit.end for article, start, end in rows)
    }


def _linked_elsewhere(hits: Sequence[FoundPassage], claim: Claim | None) -> dict[int, str]:
    """Return, by index of the hit, which other claim has it as evidence or appearance."""
    placed = _placed_in(hits)
    rows: list[tuple[UUID, int, int, str]] = []
    for via, words in (
        ("evidence", _("Evidence for: “{statement}”")),
        ("appearances", _("Marked as a claim: “{statement}”")),
    ):
        standing = placed.filter(**{f"passage__{via}__removed_at": None, f"passage__{via}__isnull": False})
        if claim is not None:
            standing = standing.exclude(**{f"passage__{via}__claim": claim})
        values = standing.values_list("passage__article", "start", "end", f"passage__{via}__claim__statement")[
            :_MOST_PLACED
        ]
        rows += [
            (article, start or 0, end or 0, words.format(statement=shorten_words(text, _SHOWN)))
            for article, start, end, text in values
        ]
    found: dict[int, str] = {}
    for number, hit in enumerate(hits):
        for article, start, end, words in rows:
            if article == hit.article_id and hit.start < end and start < hit.end:
                found.setdefault(number, words)
    return found
