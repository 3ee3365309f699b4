"""Read the claim that passages are looked for: its question, passages, linked evidence, sources and names."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from annotations.models import Appearance, Claim, Evidence, Placement
from articles.models import Article, Sentence
from articles.text.names import names_in, names_inside, surname_of

_MOST_OFFERED = 8  # names
_MOST_OWN = 10  # appearances
_LONGEST_SAID = 600  # code points
# The names around a claim stand near the head of its first articles. A claim may stand in hundreds of a megabyte each.
_MOST_ARTICLES = 3
_MOST_READ = 20_000  # code points of each
_DAYS_AROUND = timedelta(days=3)
_PUNCTUATION = '.,;:!?()[]"“”„«»'


@dataclass(frozen=True, slots=True)
class ClaimContext:
    """The claim with its appearances (`own`), linked passages and names, each place as (article, start, end, text).

    `as_said` is the sentence in which the claim stands: a second wording of a question that begins with the statement.
    `days` are those around the publication of its articles.
    """

    claim: Claim | None
    question: str
    as_said: str = ""
    claimant: str = ""
    own: tuple[tuple[UUID, int, int, str], ...] = ()
    linked: tuple[tuple[UUID, int, int, str], ...] = ()
    sources: frozenset[UUID | None] = frozenset()
    names: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    language: str = ""
    days: tuple[datetime, datetime] | None = None


def read_claim_context(question: str, claim: Claim | None) -> ClaimContext:
    if claim is None:
        names = names_in(question)
        return ClaimContext(None, question, names=tuple(names), offered=tuple(names[:_MOST_OFFERED]))
    own = _placed_passages(Appearance.objects.filter(claim=claim, removed_at=None), "")
    said = [text for *_, text in own]
    own = _whole_sentences(own)
    is_about_claim = not question or bool(claim.statement and question.startswith(claim.statement))
    question = question or claim.statement or (said[0] if said else "")
    articles = list(
        Appearance.objects.filter(claim=claim, removed_at=None)
        .order_by("created_at", "pk")
        .values_list(
            "passage__article",
            "passage__article__source",
            "passage__article__language",
            "passage__article__published_at",
        )
    )
    claimant = claim.claimant.name if claim.claimant else ""
    texts = _read_heads([pk for pk, *_ in articles])
    inside = names_inside("\n".join(texts)) if texts else None
    names = list(dict.fromkeys([*names_in(question, inside), *names_in(" ".join(said), inside)]))
    around = Counter(name for text in texts for name in _names_by_line(text, inside))
    offered = [*names, *(name for name, _ in around.most_common(2 * _MOST_OFFERED) if name not in names)]
    return ClaimContext(
        claim=claim,
        question=question,
        as_said=_without_name(own[0][3][:_LONGEST_SAID], claimant) if own and is_about_claim else "",
        claimant=claimant,
        own=own,
        linked=_linked_passages(claim),
        sources=frozenset(source for _, source, *_ in articles if source),
        names=tuple(name for name in names if surname_of(name) != surname_of(claimant)),
        offered=tuple(offered[:_MOST_OFFERED]),
        days=_days_around([published for *_, published in articles if published]),
        language=next((language for *_, language, _ in articles if language), ""),
    )


def _without_name(sentence: str, claimant: str) -> str:
    """Drop the claimant's name: passages about the speaker are not about what was said."""
    return " ".join(word for word in sentence.split() if word.strip(_PUNCTUATION) not in claimant.split())


def _days_around(published: list[datetime]) -> tuple[datetime, datetime] | None:
    return (min(published) - _DAYS_AROUND, max(published) + _DAYS_AROUND) if published else None


def _names_by_line(text: str, inside: set[str] | None) -> list[str]:
    """Return the names, once for each line that has them."""
    return [name for line in text.splitlines() for name in names_in(line, inside)]


def _read_heads(articles: list[UUID]) -> list[str]:
    """Return how the first articles begin. Postgres cuts the texts."""
    first = list(dict.fromkeys(articles))[:_MOST_ARTICLES]
    heads = Article.objects.filter(pk__in=first, current_revision__isnull=False).order_by("pk")
    return list(heads.values_list(Substr("current_revision__text", 1, _MOST_READ), flat=True))


def _placed_passages(things: Any, words: str) -> tuple[tuple[UUID, int, int, str], ...]:
    """Return (article, start, end, text) of appearances or evidence in current revisions."""
    placed = Placement.objects.filter(
        passage__in=things.values("passage"),
        revision=F("passage__article__current_revision"),
        start__isnull=False,
    )
    rows = placed.order_by("pk").values_list("passage__article", "start", "end", "exact")
    return tuple((article, start or 0, end or 0, words or exact) for article, start, end, exact in rows)


def _whole_sentences(own: tuple[tuple[UUID, int, int, str], ...]) -> tuple[tuple[UUID, int, int, str], ...]:
    """Widen passages to their sentences. Copies are recognised by sentence: a few words are alike by chance."""
    found: list[tuple[UUID, int, int, str]] = []
    for article, start, end, text in own[:_MOST_OWN]:
        around = Sentence.objects.filter(
            article=article, start__lt=end, end__gt=start, revision=F("article__current_revision")
        ).order_by("position")
        exact = around.annotate(exact=Substr("revision__text", F("start") + 1, F("end") - F("start")))
        rows = list(exact.values_list("article", "start", "end", "exact"))
        found += rows or [(article, start, end, text)]
    return (*found, *own[_MOST_OWN:])


def _linked_passages(claim: Claim) -> tuple[tuple[UUID, int, int, str], ...]:
    found: list[tuple[UUID, int, int, str]] = []
    for stance, label in Evidence.Stance.choices:
        evidence = Evidence.objects.standing().filter(claim=claim, stance=stance, passage__isnull=False)
        found += _placed_passages(
            evidence, _("Already linked to this claim: {stance}").format(stance=str(label).lower())
        )
    return tuple(found)
