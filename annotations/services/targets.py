"""From what somebody pointed at to a Passage with its Placement: the words are checked against the stored text."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import User
from annotations.errors import InvalidInput, NotFound, QuoteAmbiguous, QuoteMismatch, QuoteNotFound
from annotations.models import Passage, Placement
from annotations.quotes import Candidate, check_span, context_of, find_quote, snap_to_graphemes
from articles.models import Article, ArticleRevision

MAX_QUOTE = 10_000
AROUND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A W3C target: an article with a TextQuoteSelector, a TextPositionSelector (code points), or both.

    `revision` is the number of the revision that the offsets were read from; None means the current one.
    """

    article_id: UUID | str
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    revision: int | None = None


def point_at(target: Target, *, person: User) -> Passage:
    """The passage for a target in its article's current revision, made if nobody pointed there before.

    Call inside a transaction. Raises NotFound, QuoteNotFound, QuoteMismatch, QuoteAmbiguous, InvalidInput.
    """
    article = Article.objects.select_related("current_revision").filter(pk=target.article_id).first()
    if article is None or article.current_revision is None:
        raise NotFound("This article does not exist or has no text yet.")
    revision = article.current_revision
    start, end = _find(target, revision)
    placed = (
        Placement.objects.select_related("passage")
        .filter(revision=revision, start=start, end=end, passage__is_withdrawn=False)
        .first()
    )
    if placed is not None:
        return placed.passage
    return make_passage(article=article, revision=revision, start=start, end=end, person=person)


def make_passage(*, article: Article, revision: ArticleRevision, start: int, end: int, person: User) -> Passage:
    prefix, suffix = context_of(revision.text, start, end)
    exact = revision.text[start:end]
    passage = Passage.objects.create(
        article=article, revision=revision, exact=exact, prefix=prefix, suffix=suffix, created_by=person
    )
    Placement.objects.create(passage=passage, revision=revision, start=start, end=end, exact=exact)
    return passage


def _find(target: Target, revision: ArticleRevision) -> tuple[int, int]:
    if len(target.exact) > MAX_QUOTE:
        raise InvalidInput(f"A quote has at most {MAX_QUOTE:,} characters. Nothing was saved.")
    is_current = target.revision in (None, revision.number)
    if target.start is not None and target.end is not None and is_current:
        return _at_position(target, revision.text, target.start, target.end)
    if not target.exact:
        if not is_current:
            raise QuoteMismatch(
                f"The article has a newer text (revision {revision.number}). Nothing was saved: reload it and mark again."
            )
        raise InvalidInput("Say which words are meant: a quote, or a start and an end.")
    return _by_quote(target, revision.text)


def _at_position(target: Target, text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise InvalidInput(
            f"The offsets {start}-{end} lie outside of the text, which has {len(text)} characters. Nothing was saved.",
            errors=[
                {
                    "pointer": "/target/selector",
                    "code": "offset-out-of-range",
                    "detail": f"0 <= start < end <= {len(text)}",
                }
            ],
        )
    found = text[start:end]
    if target.exact and not check_span(text, start, end, target.exact):
        raise QuoteMismatch(
            f"At {start}-{end} stands “{_shortened(found)}”, not “{_shortened(target.exact)}”. Nothing was saved.",
            found=found,
        )
    if snap_to_graphemes(text, start, end) != (start, end):
        if not found.strip():
            raise InvalidInput("White space alone is no quote. Nothing was saved.")
        raise InvalidInput(
            "The offsets split a character or begin or end with white space. Nothing was saved.",
            errors=[
                {"pointer": "/target/selector", "code": "not-on-a-boundary", "detail": "Snap to grapheme clusters."}
            ],
            snapped=dict(zip(("start", "end"), snap_to_graphemes(text, start, end), strict=True)),
        )
    return start, end


def _by_quote(target: Target, text: str) -> tuple[int, int]:
    found = find_quote(text, target.exact, target.prefix, target.suffix)
    if not found:
        raise QuoteNotFound(
            f"The article does not contain “{_shortened(target.exact)}”. Nothing was saved. Check the words against the"
            " article: they must be its own."
        )
    if len(found) > 1:
        raise QuoteAmbiguous(
            f"“{_shortened(target.exact)}” stands in {len(found)} places. Nothing was saved: choose one of them, by its"
            " position or by more words around it.",
            candidates=[candidate_document(candidate) for candidate in found[:50]],
        )
    return found[0].start, found[0].end


def candidate_document(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in ("start", "end", "exact", "prefix", "suffix")}


def _shortened(words: str) -> str:
    return words if len(words) <= AROUND else words[: AROUND - 1] + "…"
