"""The evidence finder: passages that may speak for or against a claim, best first, each with the reasons why it is there.

    found = find_passages(claim=claim)                       # the question is the claim's statement
    found = find_passages(question="...", claim=claim, filters=PassageFilters(is_not_claimant=True))
    found = find_passages(question="...")

The score comes from `articles.search.ranking` alone. What is known of names, numbers and speech is said in words and can be
filtered by; it never moves a passage up or down.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Greatest, Substr
from rapidfuzz import fuzz

from annotations.models import Appearance, Claim, Evidence, Placement
from annotations.speech import attributed_to, is_said_by, names_in, surname_of
from articles.models import Sentence
from articles.search.corpora import SENTENCES
from articles.search.finder_index import has_waiting, index_articles
from articles.search.marking import Lexemes, Span
from articles.search.numbers import differing_numbers, numbers_in
from articles.search.ranking import Filter, Question, Scored, prepare, rank
from articles.search.terms import Term
from articles.services.copies import copies_of
from articles.text.languages import search_config

# Below this score a passage has next to nothing to do with the question: "nothing found" is said instead.
LEAST_SCORE = 0.15
# Passages looked at closely: what filters and copies take is replaced from among them.
_LOOKED_AT, _LOOKED_AT_PER_HIT = 30, 3
AROUND = 400  # code points before and after
_NEAR_COPY = 88  # of 100: the same sentence with a word changed
_LEAST_COPIED = 25  # code points: shorter texts are alike by chance
_MOST_FRESH = 20  # articles
_MOST_TERMS = 8
_MOST_OWN = 10  # appearances


@dataclass(frozen=True, slots=True)
class PassageFilters:
    """None means no filter; `is_not_claimant` None means: where a claim with a claimant is asked for."""

    is_not_claimant: bool | None = None
    is_other_source: bool = False
    has_number: bool = False
    is_contradiction: bool = False
    source_id: UUID | None = None
    language: str = ""
    published_since: datetime | None = None
    published_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a passage is there: `code` for programs, `words` for the screen."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A sentence of an article's current revision. `marks` are spans of `exact` whose words match, in code points."""

    article_id: UUID
    title: str
    url: str | None
    source: str
    source_id: UUID | None
    published_at: datetime | None
    language: str
    revision: int
    start: int
    end: int
    exact: str
    before: str
    after: str
    score: float
    marks: list[Span] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    other_numbers: list[str] = field(default_factory=list)
    is_said_by_claimant: bool = False
    is_contradiction: bool = False
    copies: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundPassages:
    """`names` and `beside` are offered as one-click terms. `note` says why the words served alone, where they did.

    `left_out` counts what was not shown: the claim's own words and copies of them, and what the filters kept away.
    """

    question: str
    hits: list[FoundPassage]
    names: list[str]
    beside: list[str]
    filters: PassageFilters
    note: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of the claim: where it stands, which passages are linked, which names it has."""

    claim: Claim | None
    question: str
    claimant: str = ""
    own: tuple[tuple[UUID, int, int, str], ...] = ()
    linked: tuple[tuple[UUID, int, int, str], ...] = ()
    sources: frozenset[UUID | None] = frozenset()
    names: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    language: str = ""


def find_passages(
    *,
    question: str = "",
    claim: Claim | None = None,
    filters: PassageFilters | None = None,
    limit: int = 20,
) -> FoundPassages:
    """Return passages for the question, or for the claim's statement where none is given.

    Side effect: articles that came in a moment ago are cut into sentences first, up to 20.
    """
    if has_waiting():
        index_articles(limit=_MOST_FRESH)
    asked = _asked(question.strip(), claim)
    filters = filters or PassageFilters()
    if filters.is_not_claimant is None:
        filters = replace(filters, is_not_claimant=bool(asked.claimant))
    (prepared,) = prepare(SENTENCES, [asked.question], language=asked.language)
    ranking = rank(SENTENCES, prepared, only=_filter(filters), limit=_LOOKED_AT + _LOOKED_AT_PER_HIT * limit)
    seen = _read([hit for hit in ranking.hits if hit.score >= LEAST_SCORE])
    kept = [hit for hit in seen if not _is_own(hit, asked)]
    explained = _explained(kept, prepared, asked)
    passed = [hit for hit in explained if _passes(hit, filters, asked)]
    folded = _folded(passed)
    return FoundPassages(
        question=asked.question,
        hits=folded[:limit],
        names=list(asked.offered),
        beside=_beside(folded[:20], prepared.terms),
        filters=filters,
        note=ranking.note,
        left_out=len(seen) - len(passed),
    )


# --- the claim


def _asked(question: str, claim: Claim | None) -> _Asked:
    if claim is None:
        names = names_in(question)
        return _Asked(None, question, names=tuple(names), offered=tuple(names[:_MOST_TERMS]))
    own = _placed(Appearance.objects.filter(claim=claim, removed_at=None), "")
    said = [text for *_, text in own]
    own = _whole_sentences(own)
    question = question or claim.statement or (said[0] if said else "")
    articles = list(
        Appearance.objects.filter(claim=claim, removed_at=None)
        .order_by("created_at", "pk")
        .values_list(
            "passage__article__source", "passage__article__language", "passage__article__current_revision__text"
        )
    )
    claimant = claim.claimant.name if claim.claimant else ""
    names = list(dict.fromkeys([*names_in(question), *names_in(" ".join(said))]))
    around = Counter(name for *_, text in articles[:3] for name in _names_in_all(text or ""))
    offered = [*names, *(name for name, _ in around.most_common(2 * _MOST_TERMS) if name not in names)]
    return _Asked(
        claim=claim,
        question=question,
        claimant=claimant,
        own=own,
        linked=_linked(claim),
        sources=frozenset(source for source, *_ in articles if source),
        names=tuple(name for name in names if surname_of(name) != surname_of(claimant)),
        offered=tuple(offered[:_MOST_TERMS]),
        language=next((language for _, language, _ in articles if language), ""),
    )


def _names_in_all(text: str) -> list[str]:
    """Names, each as often as it stands in some line of the text; the first 20,000 code points are enough."""
    return [name for line in text[:20_000].splitlines() for name in names_in(line)]


def _placed(things: Any, words: str) -> tuple[tuple[UUID, int, int, str], ...]:
    """(article, start, end, text) of the passages of appearances or evidence, in their articles' current revisions."""
    placed = Placement.objects.filter(
        passage__in=things.values("passage"),
        revision=F("passage__article__current_revision"),
        start__isnull=False,
    )
    rows = placed.order_by("pk").values_list("passage__article", "start", "end", "exact")
    return tuple((article, start or 0, end or 0, words or exact) for article, start, end, exact in rows)


def _whole_sentences(own: tuple[tuple[UUID, int, int, str], ...]) -> tuple[tuple[UUID, int, int, str], ...]:
    """The sentences in which these passages stand: copies are told by them, as a few words alone are alike by chance."""
    found: list[tuple[UUID, int, int, str]] = []
    for article, start, end, text in own[:_MOST_OWN]:
        around = Sentence.objects.filter(
            article=article, start__lt=end, end__gt=start, revision=F("article__current_revision")
        ).order_by("position")
        exact = around.annotate(exact=Substr("revision__text", F("start") + 1, F("end") - F("start")))
        rows = list(exact.values_list("article", "start", "end", "exact"))
        found += rows or [(article, start, end, text)]
    return (*found, *own[_MOST_OWN:])


def _linked(claim: Claim) -> tuple[tuple[UUID, int, int, str], ...]:
    found: list[tuple[UUID, int, int, str]] = []
    for stance, label in Evidence.Stance.choices:
        evidence = Evidence.objects.standing().filter(claim=claim, stance=stance, passage__isnull=False)
        found += _placed(evidence, f"Already linked to this claim: {str(label).lower()}")
    return tuple(found)


# --- the candidates


def _filter(filters: PassageFilters) -> Filter:
    conditions, params = [], []
    for condition, value in (
        ("a.source_id = %s", filters.source_id),
        ("a.language = %s", filters.language or None),
        ("a.published_at >= %s", filters.published_since),
        ("a.published_at < %s", filters.published_until),
    ):
        if value is not None:
            conditions.append(condition)
            params.append(value)
    if not conditions:
        return Filter()
    where = " AND ".join(conditions)
    return Filter(
        f"EXISTS (SELECT 1 FROM articles_article a WHERE a.id = t.article_id AND {where})",
        tuple(params),
    )


def _read(hits: Sequence[Scored]) -> list[tuple[FoundPassage, str]]:
    """Read the sentences with what stands around them, in the order of the hits; those of an older revision are left out."""
    sentences = (
        Sentence.objects.filter(pk__in=[hit.id for hit in hits], article__current_revision=F("revision"))
        .select_related("article__source")
        .annotate(
            number=F("revision__number"),
            exact=Substr("revision__text", F("start") + 1, F("end") - F("start")),
            before=Substr(
                "revision__text",
                Greatest(F("start") - AROUND, Value(0)) + 1,
                F("start") - Greatest(F("start") - AROUND, Value(0)),
            ),
            after=Substr("revision__text", F("end") + 1, AROUND),
        )
        .defer("vector")
    )
    by_id = {sentence.pk: sentence for sentence in sentences}
    return [(_hit(by_id[hit.id], hit.score), by_id[hit.id].config) for hit in hits if hit.id in by_id]


def _hit(sentence: Any, score: float) -> FoundPassage:
    article = sentence.article
    return FoundPassage(
        article_id=article.pk,
        title=article.title,
        url=article.url,
        source=article.source.name if article.source else "",
        source_id=article.source_id,
        published_at=article.published_at,
        language=sentence.language,
        revision=sentence.number,
        start=sentence.start,
        end=sentence.end,
        exact=sentence.exact,
        before=_from_sentence(sentence.before),
        after=_to_paragraph(sentence.after),
        score=round(score, 4),
    )


def _from_sentence(before: str) -> str:
    """What stands before, from the start of a word on."""
    return before if len(before) < AROUND else before.partition(" ")[2]


def _to_paragraph(after: str) -> str:
    return after if len(after) < AROUND else after.rpartition(" ")[0]


def _is_own(found: tuple[FoundPassage, str], asked: _Asked) -> bool:
    """Whether it is the claim's own words, or a copy of them elsewhere."""
    hit = found[0]
    for article, start, end, text in asked.own:
        if hit.article_id == article and hit.start < end and start < hit.end:
            return True
        if len(text) >= _LEAST_COPIED and fuzz.ratio(text, hit.exact) >= _NEAR_COPY:
            return True
        if len(text) >= 2 * _LEAST_COPIED and text in hit.exact:
            return True
    return False


# --- why it is there


def _explained(found: Sequence[tuple[FoundPassage, str]], question: Question, asked: _Asked) -> list[FoundPassage]:
    lexemes = Lexemes((hit.exact, config) for hit, config in found)
    others = _linked_elsewhere([hit for hit, _ in found], asked.claim)
    return [
        _explain(hit, lexemes.matching(hit.exact, config, question.terms), asked, others.get(number, ""))
        for number, (hit, config) in enumerate(found)
    ]


def _explain(hit: FoundPassage, matches: list[tuple[Span, Term]], asked: _Asked, elsewhere: str) -> FoundPassage:
    same = [name for name in asked.names if surname_of(name) in hit.exact]
    numbers = differing_numbers(asked.question, hit.exact)
    paragraph_before, paragraph_after = hit.before.rpartition("\n")[2], hit.after.partition("\n")[0]
    is_claimant = bool(asked.claimant) and is_said_by(asked.claimant, hit.exact, paragraph_before, paragraph_after)
    is_contradiction = bool(numbers) and (is_claimant or bool(same))
    reasons = [
        *_reasons_of_links(hit, asked, elsewhere),
        *_reasons_of_content(hit, same, numbers, asked, is_claimant=is_claimant),
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


def _reasons_of_links(hit: FoundPassage, asked: _Asked, elsewhere: str) -> list[Reason]:
    words = next(
        (
            words
            for article, start, end, words in asked.linked
            if article == hit.article_id and hit.start < end and start < hit.end
        ),
        "",
    )
    reasons = [Reason("linked", words)] if words else []
    return [*reasons, Reason("linked_elsewhere", elsewhere)] if elsewhere else reasons


def _reasons_of_content(
    hit: FoundPassage, same: list[str], numbers: list[str], asked: _Asked, *, is_claimant: bool
) -> list[Reason]:
    reasons = []
    if is_claimant:
        reasons.append(Reason("said_by_claimant", f"Said by {asked.claimant}"))
    if to := attributed_to(hit.exact):
        reasons.append(Reason("attributed", f"Attributed to {to}"))
    listed = ", ".join(numbers[:3])
    if same and numbers:
        reasons.append(Reason("other_number", f"Same names, other number: {listed}"))
    elif numbers and is_claimant:
        reasons.append(Reason("other_number", f"Same speaker, other number: {listed}"))
    elif same:
        reasons.append(Reason("same_names", f"Same names: {', '.join(same[:3])}"))
    return reasons


def _reasons_of_words(matches: list[tuple[Span, Term]], same: list[str]) -> list[Reason]:
    named = {word.lower() for name in same for word in name.split()}
    terms = {term.word: term.weight for _, term in matches if term.word not in named}
    best = [word.strip(".,;:!?()[]\"'") for word in sorted(terms, key=lambda word: -terms[word])[:3]]
    if best:
        return [Reason("same_words", f"Same words: {', '.join(best)}")]
    return [] if matches else [Reason("similar", "Similar meaning, other words")]


def _linked_elsewhere(hits: Sequence[FoundPassage], claim: Claim | None) -> dict[int, str]:
    """By the hits' numbers: that the passage is evidence for, or an appearance of, another claim."""
    articles = {hit.article_id for hit in hits}
    placed = Placement.objects.filter(
        passage__article__in=articles, revision=F("passage__article__current_revision"), start__isnull=False
    )
    rows: list[tuple[UUID, int, int, str]] = []
    for via, words in (("evidence", "Evidence for"), ("appearances", "Stands as a claim")):
        standing = placed.filter(**{f"passage__{via}__removed_at": None, f"passage__{via}__isnull": False})
        if claim is not None:
            standing = standing.exclude(**{f"passage__{via}__claim": claim})
        values = standing.values_list("passage__article", "start", "end", f"passage__{via}__claim__statement")[:500]
        rows += [(article, start or 0, end or 0, f"{words}: “{text[:80]}”") for article, start, end, text in values]
    found: dict[int, str] = {}
    for number, hit in enumerate(hits):
        for article, start, end, words in rows:
            if article == hit.article_id and hit.start < end and start < hit.end:
                found.setdefault(number, words)
    return found


# --- what is shown


def _passes(hit: FoundPassage, filters: PassageFilters, asked: _Asked) -> bool:
    return not (
        (filters.is_not_claimant and hit.is_said_by_claimant)
        or (filters.is_other_source and hit.source_id in asked.sources)
        or (filters.has_number and not numbers_in(hit.exact))
        or (filters.is_contradiction and not hit.is_contradiction)
    )


def _folded(hits: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Copies of one story, or of one sentence, become one entry: the best of them, with the others' articles."""
    leaders = copies_of({hit.article_id for hit in hits}).leaders
    kept: list[FoundPassage] = []
    for hit in hits:
        number = next((n for n, other in enumerate(kept) if _is_copy(other, hit, leaders)), None)
        if number is None:
            kept.append(hit)
        elif hit.article_id != kept[number].article_id and hit.article_id not in kept[number].copies:
            kept[number] = replace(kept[number], copies=[*kept[number].copies, hit.article_id])
    return kept


def _is_copy(one: FoundPassage, other: FoundPassage, leaders: dict[UUID, UUID]) -> bool:
    if one.article_id == other.article_id:
        return one.exact == other.exact
    is_story = leaders[one.article_id] == leaders[other.article_id]
    if min(len(one.exact), len(other.exact)) < _LEAST_COPIED:
        return one.exact == other.exact
    return fuzz.ratio(one.exact, other.exact, score_cutoff=_NEAR_COPY if is_story else 96) > 0


def _beside(hits: Iterable[FoundPassage], terms: Sequence[Term]) -> list[str]:
    """Words that often stand in the best passages and not in the question, most frequent first."""
    shown = list(hits)
    lexemes = Lexemes((hit.exact, _config(hit)) for hit in shown)
    asked = {form for term in terms for form in term.forms}
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for hit in shown:
        for lexeme in {lexeme: word for word, lexeme in lexemes.words(hit.exact, _config(hit))}.items():
            form, word = lexeme
            if form not in asked and len(form) > 2 and not form.isdigit():
                counted[form] += 1
                written.setdefault(form, word)
    common = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [written[form] for form, times in common[:_MOST_TERMS] if times > 1]


def _config(hit: FoundPassage) -> str:
    return search_config(hit.language)
