"""Turn a target into a Passage with its Placement, checked against stored text."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.errors import DomainError, InvalidInput, NotFound, QuoteAmbiguous, QuoteMismatch, QuoteNotFound
from annotations.models import Passage, Placement
from annotations.quotes import Candidate, check_span, context_of, find_quote, snap_to_graphemes
from articles.models import ArticleRevision
from core.database.sql import insert, prepared, prepared_cursor
from core.notices import tell_of_change

# SQL on a prepared cursor instead of the ORM: marking a claim is the write that editors wait for. Django binds
# parameters in the client, so Postgres would plan each of these reads anew (2026-11-22).
# Materialised: after waiting for a new text, a join would look for the revision that was current before.
_CURRENT_QUERY = """
WITH locked AS MATERIALIZED (SELECT current_revision_id FROM articles_article WHERE id = %(article)s FOR KEY SHARE)
SELECT r.id, r.article_id, r.number, CASE WHEN r.id = %(known)s::uuid THEN NULL ELSE r.text END
FROM locked JOIN articles_articlerevision r ON r.id = locked.current_revision_id
"""
# By id, so that batches over the same articles cannot deadlock. Markers share the key; a new text waits for them.
_LOCK_QUERY = "SELECT FROM articles_article WHERE id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE"
_PASSAGE_COLUMNS = [field.attname for field in Passage._meta.concrete_fields]
_PLACED_QUERY = f"""
SELECT {", ".join(f'p."{field.column}"' for field in Passage._meta.concrete_fields)}
FROM annotations_placement pl JOIN annotations_passage p ON p.id = pl.passage_id
WHERE pl.revision_id = %s AND pl.start = %s AND pl."end" = %s AND NOT p.is_withdrawn ORDER BY pl.id LIMIT 1
"""
_ALL_PLACED_QUERY = """
SELECT DISTINCT ON (pl.revision_id, pl.start, pl."end") pl.revision_id, pl.start, pl."end", p.id
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS span (revision_id, start, stop)
JOIN annotations_placement pl ON pl.revision_id = span.revision_id AND pl.start = span.start AND pl."end" = span.stop
JOIN annotations_passage p ON p.id = pl.passage_id WHERE NOT p.is_withdrawn
ORDER BY pl.revision_id, pl.start, pl."end", pl.id
"""
type Span = tuple[UUID, int, int]  # revision, start, end
MAX_QUOTE = 10_000
AROUND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A W3C target: an article with a quote selector, a position selector, or both.

    Offsets are code points. `revision` is the number of the revision that they were read from, None the current one.
    """

    article_id: UUID | str
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None
    revision: int | None = None


def point_at(target: Target, *, person: User) -> Passage:
    """Return the passage for a target in the current revision; create it if needed.

    Call inside a transaction. Side effect: pages that show the article are told. Raises NotFound, QuoteNotFound,
    QuoteMismatch, QuoteAmbiguous, InvalidInput.
    """
    known = _known_text(target.article_id)
    guess = known and _guess_span(target, known)
    asked = _ask_for_revision(target.article_id, known)
    found = _ask_for_passage(guess) if guess else None
    revision = _take_revision(asked, known)
    # The text that was read last is the current one as a rule: then both answers came in one round trip.
    if guess and found and guess[0] == revision.pk:
        tell_of_change(article=revision.article_id)
        return _take_passage(found) or _make_passage(revision, *guess[1:], person)
    return take_passage(revision, *find_span(target, revision), person=person)


def _guess_span(target: Target, known: "_Text") -> Span | None:
    """Return where the words stand in the text that was read last; None where that does not say."""
    try:
        return known.revision_id, *find_span(target, _revision_of(known))
    except DomainError:
        return None  # the current text says it


def take_passage(revision: ArticleRevision, start: int, end: int, *, person: User) -> Passage:
    """Return the passage at exactly these words; create it if needed. Call inside a transaction."""
    tell_of_change(article=revision.article_id)
    return _passage_at(revision, start, end) or _make_passage(revision, start, end, person)


def lock_text(article_id: UUID | str | None) -> None:
    """Keep the article's current revision until the transaction ends, as `lock_texts` does."""
    if article_id is not None:
        lock_texts([article_id])


def lock_texts(ids: Collection[UUID | str]) -> None:
    """Keep the current revisions of articles until the transaction ends. Call before a claim is locked.

    A new text locks the article, then the claims that it concerns.
    """
    with prepared() as cursor:
        cursor.execute(_LOCK_QUERY, [list(map(str, ids))])


def read_current_revision(article_id: UUID | str) -> ArticleRevision:
    """Read id, number and text of the current revision; other fields load lazily.

    Locks: the article, against a new text. A passage that missed its placing would stand in no text from then on.
    """
    known = _known_text(article_id)
    return _take_revision(_ask_for_revision(article_id, known), known)


@dataclass(frozen=True, slots=True)
class _Text:
    """An article's text as it was read last."""

    article_id: UUID
    revision_id: UUID
    number: int
    text: str


# By article: an editor who marks an article asks for the same one again and again, and a revision's text never changes.
# Texts can be large; sixteen cover the articles that the editors of one worker have open.
_texts: OrderedDict[str, _Text] = OrderedDict()
_texts_lock = Lock()
_MOST_TEXTS = 16


def _known_text(article_id: UUID | str) -> _Text | None:
    with _texts_lock:
        return _texts.get(str(article_id))


def _ask_for_revision(article_id: UUID | str, known: _Text | None) -> CursorWrapper:
    return _ask(_CURRENT_QUERY, {"article": article_id, "known": known and known.revision_id})


def _take_revision(asked: CursorWrapper, known: _Text | None) -> ArticleRevision:
    with asked as cursor:
        row = cursor.fetchone()
    if row is None:
        raise NotFound(_("This article does not exist or has no text yet."))
    revision_id, article_id, number, text = row
    if known is None or text is not None:
        known = _Text(article_id, revision_id, number, text)
    key = str(article_id)
    with _texts_lock:
        _texts[key] = known
        _texts.move_to_end(key)
        if len(_texts) > _MOST_TEXTS:
            _texts.popitem(last=False)
    return _revision_of(known)


def _revision_of(known: _Text) -> ArticleRevision:
    names = ("id", "article_id", "number", "text")
    return ArticleRevision.from_db(
        DEFAULT_DB_ALIAS, names, (known.revision_id, known.article_id, known.number, known.text)
    )


def _passage_at(revision: ArticleRevision, start: int, end: int) -> Passage | None:
    """Return the passage that was marked before at exactly these words."""
    return _take_passage(_ask_for_passage((revision.pk, start, end)))


def _ask_for_passage(span: Span) -> CursorWrapper:
    return _ask(_PLACED_QUERY, span)


def _take_passage(asked: CursorWrapper) -> Passage | None:
    with asked as cursor:
        row = cursor.fetchone()
    return Passage.from_db(DEFAULT_DB_ALIAS, _PASSAGE_COLUMNS, row) if row else None


def passages_at(spans: Sequence[Span]) -> dict[Span, UUID]:
    """Return the ids of passages that were marked before at exactly these words."""
    with prepared() as cursor:
        cursor.execute(_ALL_PLACED_QUERY, [list(column) for column in zip(*spans, strict=True)] or [[], [], []])
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


def _ask(query: str, values: Any) -> CursorWrapper:
    """Send a query. In a pipeline its answer comes with that of another one."""
    cursor = prepared_cursor()
    cursor.execute(query, values)
    return cursor


def _make_passage(revision: ArticleRevision, start: int, end: int, person: User) -> Passage:
    passage = Passage(**passage_values(revision, start, end, person))
    insert(passage)
    insert(Placement(passage=passage, revision_id=revision.pk, start=start, end=end, exact=passage.exact))
    return passage


def passage_values(revision: ArticleRevision, start: int, end: int, person: User) -> dict[str, Any]:
    """Return the values of a new passage, by attribute, without defaults."""
    prefix, suffix = context_of(revision.text, start, end)
    # By id: rows of many articles may wait together, and should not keep their texts in memory.
    return {
        "article_id": revision.article_id,
        "revision_id": revision.pk,
        "exact": revision.text[start:end],
        "prefix": prefix,
        "suffix": suffix,
        "created_by_id": person.pk,
    }


def find_span(target: Target, revision: ArticleRevision) -> tuple[int, int]:
    if len(target.exact) > MAX_QUOTE:
        raise InvalidInput(_("A quote has at most {limit:,} characters. Nothing was saved.").format(limit=MAX_QUOTE))
    # Offsets of an older text would point at other words here, so then the quote alone decides.
    is_current = target.revision in (None, revision.number)
    if target.start is not None and target.end is not None and is_current:
        return _check_position(target, revision.text, target.start, target.end)
    if not target.exact:
        if not is_current:
            raise QuoteMismatch(
                _(
                    "The article has a newer text (revision {number}). Nothing was saved: reload it and mark again."
                ).format(number=revision.number)
            )
        raise InvalidInput(_("Say which words you mean: a quote, or a start and an end."))
    return _find_by_quote(target, revision.text)


def _check_position(target: Target, text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise InvalidInput(
            _(
                "The offsets {start}-{end} lie outside of the text, which has {count} characters. Nothing was saved."
            ).format(start=start, end=end, count=len(text)),
            errors=[
                {
                    "pointer": "/target/selector",
                    "code": "offset-out-of-range",
                    "detail": f"0 <= start < end <= {len(text)}",
                }
            ],
        )
    found = text[start:end]
    # The client's words against ours: a page from a cache or a wrong offset unit shows up here.
    if target.exact and not check_span(text, start, end, target.exact):
        raise QuoteMismatch(
            _("At {start}-{end} the article reads “{found}”, not “{exact}”. Nothing was saved.").format(
                start=start, end=end, found=_shorten(found), exact=_shorten(target.exact)
            ),
            found=found,
        )
    # Refused rather than corrected: an API client that counts UTF-16 units would otherwise never notice.
    if snap_to_graphemes(text, start, end) != (start, end):
        if not found.strip():
            raise InvalidInput(_("White space alone is not a quote. Nothing was saved."))
        raise InvalidInput(
            _("The offsets split a character or begin or end with white space. Nothing was saved."),
            errors=[
                {"pointer": "/target/selector", "code": "not-on-a-boundary", "detail": _("Snap to grapheme clusters.")}
            ],
            snapped=dict(zip(("start", "end"), snap_to_graphemes(text, start, end), strict=True)),
        )
    return start, end


def _find_by_quote(target: Target, text: str) -> tuple[int, int]:
    found = find_quote(text, target.exact, target.prefix, target.suffix)
    if not found:
        raise QuoteNotFound(
            _(
                "The article does not contain “{words}”. Nothing was saved. Check the words against the article:"
                " they must be its own."
            ).format(words=_shorten(target.exact))
        )
    if len(found) > 1:
        raise QuoteAmbiguous(
            _(
                "“{words}” appears in {count} places. Nothing was saved: choose one, by its position or with"
                " more words around it."
            ).format(words=_shorten(target.exact), count=len(found)),
            # At most fifty: nobody chooses among more, and the answer stays small.
            candidates=[_candidate_document(candidate) for candidate in found[:50]],
        )
    return found[0].start, found[0].end


def _candidate_document(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in ("start", "end", "exact", "prefix", "suffix")}


def _shorten(words: str) -> str:
    return words if len(words) <= AROUND else words[: AROUND - 1] + "…"
