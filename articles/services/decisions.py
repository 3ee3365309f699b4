"""Decide what an import does with each entry. Writes nothing; `batches` applies it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.models import Article, ImportItem, ImportRun, Source
from articles.parsing import CLAIM_REVIEW, ParsedArticle, ParseFailure
from articles.services.identity import Identities, Newest
from articles.services.reading import Entry
from articles.services.sources import SourceBook, given_source
from articles.text.canonical import CanonicalText
from articles.text.languages import UNDETERMINED, detect_language
from articles.text.proposals import propose
from core.database.locks import Lock, share_lock, wait_for_lock
from core.ids import uuid7

State = ImportItem.State
_PROPOSED_AT_ONCE = 25  # entries
_ANOTHER_CHECK = gettext_noop(
    "An item before it in this import has the same address. Its checks were kept beside that one's; the article keeps the"
    " words of the first."
)
Refused = tuple[UUID | None, str | None, str]  # article, stored bytes, name of the entry
OLDER, DUPLICATE = "older-version", "duplicate-in-run"
GIVEN = 1.0  # the confidence of a language that the publisher or a person named


@dataclass
class Decision:
    """Hold the decision on one entry: `changes` to set, `proposals` (field, value, basis)."""

    entry: Entry
    state: State
    article: Article | None = None
    revision_id: UUID | None = None
    number: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    proposals: list[tuple[str, str, str]] = field(default_factory=list)
    code: str = ""
    detail: str = ""

    @property
    def is_stored(self) -> bool:
        return self.state not in (State.FAILED, State.HELD) and self.code != OLDER


@dataclass
class BatchDecision:
    decisions: list[Decision]
    new_sources: list[Source]


def decide_batch(
    entries: Sequence[Entry], *, run: ImportRun, default_source: Source | None, is_locking: bool
) -> BatchDecision:
    """Decide on each entry in order. Locks, with `is_locking`: no merge of sources, the known articles.

    In a large batch `enrichment` makes the proposals from the text: it reads every revision anyway.
    """
    if is_locking:
        share_lock(Lock.SOURCES)
        # Read again: the run's source may have been merged since the run began.
        default_source = given_source(default_source)
    if is_locking and any(isinstance(entry.outcome, ParsedArticle) and entry.is_nameless for entry in entries):
        # No constraint keeps articles unique that only their text identifies.
        wait_for_lock(Lock.NAMELESS_ARTICLES)
    good = [entry for entry in entries if isinstance(entry.outcome, ParsedArticle)]
    book = SourceBook(_source_names(good))
    identities = Identities(good, is_locking=is_locking)
    seen, refused = _seen_before(run, identities), _refused_before(run, identities)
    decider = _Decider(book, identities, default_source, seen, refused)
    decider.is_small = len(entries) <= _PROPOSED_AT_ONCE
    decisions = [decider.decision(entry) for entry in entries]
    return BatchDecision(decisions, book.new)


def _source_names(entries: Iterable[Entry]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        yield entry.article.source_name, entry.article.source_domain
        yield entry.article.origin_name, ""


def _seen_before(run: ImportRun, identities: Identities) -> dict[UUID, int]:
    """Map each article to the item of this run that already brought it."""
    if run._state.adding:  # a preview has no stored run
        return {}
    done = ImportItem.objects.filter(
        run=run, article__in=identities.newest, state__in=[State.CREATED, State.UPDATED, State.UNCHANGED, State.HELD]
    )
    return dict(done.values_list("article", "pk"))


def _refused_before(run: ImportRun, identities: Identities) -> set[Refused]:
    """Return the entries that an earlier import refused as another text of an article.

    Workers read a folder side by side: without this, a second import of the folder would accept the refused text if it
    happened to be read first. Alone the same file may be imported.
    """
    if run.total < 2 or not identities.newest:
        return set()
    refused = ImportItem.objects.filter(article__in=identities.newest, code=DUPLICATE).exclude(run=run)
    return set(refused.values_list("article", "raw", "name"))


class _Decider:
    def __init__(
        self,
        book: SourceBook,
        identities: Identities,
        default_source: Source | None,
        seen: dict[UUID, int],
        refused: set[Refused],
    ) -> None:
        self._book = book
        self._identities = identities
        self._default_source = default_source
        self._seen = seen
        self._refused = refused
        self.is_small = True

    def decision(self, entry: Entry) -> Decision:
        if isinstance(entry.outcome, ParseFailure):
            return Decision(entry, State.FAILED, code=entry.outcome.code[:60], detail=entry.outcome.detail)
        source = self._book.find(entry.article.source_name, entry.article.source_domain) or self._default_source
        article = self._identities.find(entry, source.pk if source else None)
        if entry.article_id and article is None:
            return Decision(
                entry, State.FAILED, code="not-found", detail=_("The article this is a version of does not exist.")
            )
        decision = self._new(entry, source) if article is None else self._known(entry, article, source)
        if decision.article and decision.state != State.FAILED:
            self._seen.setdefault(decision.article.id, entry.item.id)
        return decision

    def _new(self, entry: Entry, source: Source | None) -> Decision:
        parsed = entry.article
        language, confidence = _language(parsed)
        holder = self._identities.holder_of_url(parsed.url) if parsed.url else None
        article = Article(
            # Another article has the address already (entries of one feed may share a link): this one goes without.
            url=None if holder else parsed.url or None,
            external_id=entry.external_id or None,
            file_name=entry.file_name or None,
            source=source,
            origin=self._book.find(parsed.origin_name),
            # As long as the columns: a longer headline or byline must not keep the article out.
            title=parsed.title[:1000] or "Untitled",
            byline=parsed.byline[:500],
            published_at=parsed.published_at,
            language=language,
            language_confidence=confidence,
        )
        decision = Decision(entry, State.CREATED, article, uuid7(), 1, detail=_warnings(parsed))
        decision.proposals = _suggested(parsed, article)
        if self.is_small:
            decision.proposals += from_text(parsed.canonical, parsed.name, article)
        # A new article has no passages to place, so readers may see it at once.
        article.current_revision_id = decision.revision_id
        self._identities.register(article, Newest(decision.revision_id or uuid7(), 1, entry.sha256, entry.version))
        return decision

    def _known(self, entry: Entry, article: Article, source: Source | None) -> Decision:
        newest = self._identities.newest.get(article.id)
        is_same = newest is not None and newest.sha256 == entry.sha256
        # Agencies send corrections out of order: an older text must not replace a newer one.
        if newest and not is_same and entry.version.is_before(newest.version):
            return Decision(entry, State.UNCHANGED, article, code=OLDER, detail=_older(entry, newest))
        is_later = newest is not None and newest.version.is_before(entry.version)
        # Two texts of one identity in one import are two articles by mistake, unless the publisher says which is later.
        is_another = article.id in self._seen or (article.id, entry.item.raw_id, entry.name) in self._refused
        if is_another and not is_same and not is_later:
            if entry.article.content_type == CLAIM_REVIEW:
                return Decision(entry, State.UNCHANGED, article, detail=_(_ANOTHER_CHECK))
            return Decision(entry, State.FAILED, article, code=DUPLICATE, detail=_duplicate(entry))
        if is_same:
            detail = (
                _("The same article comes earlier in this import.")
                if article.id in self._seen
                else _warnings(entry.article)
            )
            decision = Decision(entry, State.UNCHANGED, article, detail=detail)
        else:
            number = newest.number + 1 if newest else 1
            decision = Decision(entry, State.UPDATED, article, uuid7(), number, detail=_warnings(entry.article))
            self._identities.register(
                article, Newest(decision.revision_id or uuid7(), number, entry.sha256, entry.version)
            )
        self._merge(decision, source, is_same=is_same)
        return decision

    def _merge(self, decision: Decision, source: Source | None, *, is_same: bool) -> None:
        """Set the publisher's details; propose those that a person edited. Missing ones stay."""
        article = decision.article
        if article is None:
            return
        for name, value in self._given(decision.entry, article, source, is_same=is_same).items():
            if name in article.edited_fields:
                decision.proposals.append((name, as_text(value), _("The publisher gives this now.")))
            else:
                decision.changes[name] = value
        if not is_same:
            parsed = decision.entry.article
            decision.proposals += _suggested(parsed, article)
            decision.proposals += from_text(parsed.canonical, parsed.name, article)

    def _given(self, entry: Entry, article: Article, source: Source | None, *, is_same: bool) -> dict[str, Any]:
        parsed = entry.article
        given: dict[str, Any] = {"byline": parsed.byline[:500], "published_at": parsed.published_at}
        given["language"] = parsed.language
        given["origin"] = self._book.find(parsed.origin_name)
        # The import's default source fills a gap; it never replaces a source that the article has.
        if parsed.source_name or parsed.source_domain:
            given["source"] = source
        # The headline is part of the text: an equal text has an equal headline, and a changed one is a revision.
        if not is_same:
            given["title"] = parsed.title[:1000]
        if parsed.url and self._identities.holder_of_url(parsed.url) in (None, article):
            given["url"] = parsed.url
        # Our own key, by which an export named it, is no id of the publisher's.
        if entry.external_id and not article.external_id and entry.external_id != str(article.id):
            source_id = article.source_id
            if self._identities.holder_of_external_id(source_id, entry.external_id) is None:
                given["external_id"] = entry.external_id
        return {name: value for name, value in given.items() if value and not _holds(article, name, value)}


def _holds(article: Article, name: str, value: Any) -> bool:
    """Return whether the article has this value. Compares a source by key, without a query."""
    if isinstance(value, Source):
        return bool(getattr(article, f"{name}_id") == value.pk)
    return bool(getattr(article, name) == value)


def as_text(value: Any) -> str:
    """Write a detail's value as a proposal stores it."""
    if isinstance(value, Source):
        return value.name
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _language(parsed: ParsedArticle) -> tuple[str, float]:
    if parsed.language:
        return parsed.language[:35], GIVEN
    language, confidence = detect_language(parsed.canonical.text)
    return ("" if language == UNDETERMINED else language), confidence


def from_text(canonical: CanonicalText, name: str, article: Article) -> list[tuple[str, str, str]]:
    """Return (field, value, basis) that the text suggests for missing details."""
    return [
        (found.field, as_text(found.value), found.basis[:500])
        for found in propose(canonical, file_name=name)
        if not getattr(article, found.field, None)
    ]


def _suggested(parsed: ParsedArticle, article: Article) -> list[tuple[str, str, str]]:
    """Return (field, value, basis) from the file's own properties for missing details."""
    return [
        (field, value, basis[:500])
        for field, (value, basis) in parsed.suggested.items()
        if not getattr(article, field, None)
    ]


def _older(entry: Entry, newest: Newest) -> str:
    return _("It is older than what the desk has: {theirs}; the desk has {ours}. Nothing was changed.").format(
        theirs=entry.version, ours=newest.version
    )


def _warnings(parsed: ParsedArticle) -> str:
    return " ".join(parsed.extra.get("warnings", []))


def _duplicate(entry: Entry) -> str:
    by = "address" if entry.article.url else "id" if entry.article.external_id else "name"
    return _(
        "Another item of this import has the same {by} and another text. That one was kept, nothing of this"
        " one. If it is a later version, import it by itself."
    ).format(by=by)
