"""The content of a claim's dossier as a list of blocks, from which DOCX and PDF are made."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from annotations.frozen import (
    FrozenAppearance,
    FrozenArticle,
    FrozenContact,
    FrozenContent,
    FrozenEvidence,
    FrozenRating,
    PublicCorrection,
)
from core.marked import gettext
from core.marked import mark as _

type BlockKind = Literal["title", "heading", "subheading", "text", "note", "quote", "facts", "table"]
type Direction = Literal["ltr", "rtl"]

_MODES = {"direct": _("Direct speech"), "reported": _("Reported speech"), "own_voice": _("In the article's own voice")}
_STANCES = (
    ("refutes", _("Evidence that refutes it")),
    ("supports", _("Evidence that supports it")),
    ("context", _("Context")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    at: datetime
    who: str
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A claim with everything under it. `status` and `digest` (of the frozen content) are printed unchanged."""

    frozen: FrozenContent
    desk_name: str
    status: str
    generated_at: datetime
    url: str = ""
    digest: str = ""
    history: tuple[HistoryEntry, ...] = ()
    corrections: tuple[PublicCorrection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`before` and `after` are a quote's context, `rows` those of facts (label, value) and tables (the first is the head)."""

    kind: BlockKind
    text: str = ""
    before: str = ""
    after: str = ""
    url: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def direction(self) -> Direction:
        return direction(self.text or next((row[-1] for row in self.rows if row[-1]), ""))


def direction(text: str) -> Direction:
    """Return the direction of the first strong character (Unicode bidi rule P2)."""
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in ("L", "R", "AL"):
            return "ltr" if strong == "L" else "rtl"
    return "ltr"


def title(dossier: Dossier) -> str:
    frozen = dossier.frozen
    return frozen["verdict"]["headline"] or frozen["claim"]["statement"] or gettext("Claim without a statement")


def blocks(dossier: Dossier) -> Iterator[Block]:
    frozen = dossier.frozen
    yield Block(kind="title", text=title(dossier))
    yield Block(kind="facts", rows=tuple(_list_facts(dossier)))
    yield Block(kind="heading", text=gettext("The claim"))
    yield Block(kind="text", text=frozen["claim"]["statement"] or gettext("No statement yet."))
    yield from _appearances(frozen["appearances"])
    yield from _verdict(frozen)
    yield from _evidence(frozen["evidence"])
    yield from _contact(frozen["claimant_contact"])
    yield from _corrections(dossier.corrections)
    yield from _history(dossier.history)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")


def _list_facts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    frozen = dossier.frozen
    claimant, verdict = frozen["claim"]["claimant"], frozen["verdict"]
    said = ", ".join(part for part in (claimant["name"], claimant["role"]) if part) if claimant else ""
    facts = (
        (gettext("Rating"), _rating_line(frozen["rating"])),
        (
            gettext("Status"),
            gettext("{status}, version {version}").format(status=dossier.status, version=verdict["version"]),
        ),
        (gettext("Claimant"), said),
        (gettext("By"), ", ".join(verdict["byline"])),
        (gettext("Topics"), ", ".join(frozen["claim"]["topics"])),
        (gettext("Desk"), dossier.desk_name),
        (gettext("Page"), dossier.url),
        (gettext("Claim"), frozen["claim"]["id"]),
        (gettext("Content SHA-256"), dossier.digest),
        (gettext("Made"), _moment(dossier.generated_at)),
    )
    yield from ((label, value) for label, value in facts if value)


def _rating_line(rating: FrozenRating | None) -> str:
    if rating is None:
        return gettext("Not rated yet")
    if rating["value"] is None:
        return rating["label"]
    return gettext("{rating} ({value:g} of {worst} to {best})").format(
        rating=rating["label"],
        value=rating["value"],
        worst=_number(rating["worst"]),
        best=_number(rating["best"]),
    )


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def _appearances(appearances: list[FrozenAppearance]) -> Iterator[Block]:
    yield Block(kind="heading", text=gettext("Where it was said"))
    if not appearances:
        yield Block(kind="note", text=gettext("No place is marked."))
    for appearance in appearances:
        yield _quote(appearance["exact"], appearance["prefix"], appearance["suffix"])
        yield _source(appearance["article"])
        said = (
            gettext(_MODES[appearance["mode"]]) if appearance["mode"] in _MODES else "",
            appearance["said_at"] or "",
            appearance["said_where"],
            gettext("via {name}").format(name=appearance["relayed_via"]) if appearance["relayed_via"] else "",
        )
        if any(said):
            yield Block(kind="note", text=" · ".join(part for part in said if part))


def _verdict(frozen: FrozenContent) -> Iterator[Block]:
    verdict, rating = frozen["verdict"], frozen["rating"]
    yield Block(kind="heading", text=gettext("The verdict"))
    yield Block(kind="subheading", text=_rating_line(rating))
    if rating and rating["definition"]:
        yield Block(kind="note", text=f"{rating['definition']} ({rating['scale']})")
    if verdict["summary"]:
        yield Block(kind="text", text=verdict["summary"])
    for paragraph in verdict["rendered"]["text"].split("\n\n"):
        if paragraph.strip():
            yield Block(kind="text", text=paragraph)


def _evidence(evidence: list[FrozenEvidence]) -> Iterator[Block]:
    for stance, heading in _STANCES:
        chosen = [item for item in evidence if item["stance"] == stance]
        if chosen:
            yield Block(kind="heading", text=gettext(heading))
        for item in chosen:
            yield from _evidence_item(item)


def _evidence_item(item: FrozenEvidence) -> Iterator[Block]:
    independence = gettext("independent source") if item["independent"] else gettext("not independent")
    checked = gettext("quote verified") if item["verified"] else gettext("quote not verified")
    source_class = item["source_class"].replace("_", " ")
    parts = (f"E{item['n']}", source_class, independence, checked)
    yield Block(kind="subheading", text=" · ".join(part for part in parts if part))
    if item["exact"] or item["quote"]:
        yield _quote(item["exact"] or item["quote"], item["prefix"], item["suffix"])
    yield _source(item["article"]) if item["article"] else Block(kind="note", text=item["url"], url=item["url"])
    if item["archived_url"]:
        yield Block(
            kind="note",
            text=gettext("Archived: {address}").format(address=item["archived_url"]),
            url=item["archived_url"],
        )
    seen = item["captured_at"] or item["accessed_at"]
    if seen:
        yield Block(kind="note", text=gettext("Seen: {date}").format(date=seen))
    if item["note"]:
        yield Block(kind="text", text=item["note"])


def _quote(exact: str, prefix: str, suffix: str) -> Block:
    return Block(kind="quote", text=exact, before=f"…{prefix}" if prefix else "", after=f"{suffix}…" if suffix else "")


def _source(article: FrozenArticle) -> Block:
    origin = (
        gettext("origin: {name}").format(name=article["origin"])
        if article["origin"] not in ("", article["source"])
        else ""
    )
    parts = (article["title"], article["source"], origin, article["published_at"] or "", article["url"])
    return Block(kind="note", text=" · ".join(part for part in parts if part), url=article["url"])


def _contact(contact: FrozenContact | None) -> Iterator[Block]:
    if not contact:
        return
    facts = (
        (gettext("Asked"), contact.get("asked_at")),
        (gettext("By"), contact.get("channel")),
        (gettext("Answered"), contact.get("responded_at")),
        (gettext("Answer"), contact.get("response")),
        (gettext("Not asked, because"), contact.get("waived_reason")),
    )
    yield Block(kind="heading", text=gettext("What the claimant says"))
    yield Block(kind="facts", rows=tuple((label, value) for label, value in facts if value))


def _corrections(corrections: tuple[PublicCorrection, ...]) -> Iterator[Block]:
    if not corrections:
        return
    yield Block(kind="heading", text=gettext("Corrections"))
    rows = [
        (
            _moment(item.at),
            (
                gettext("version {version}, {kind}, single approval")
                if item.is_single_approval
                else gettext("version {version}, {kind}")
            ).format(version=item.version, kind=item.kind),
            item.note,
        )
        for item in corrections
    ]
    yield Block(kind="table", rows=((gettext("When"), gettext("What"), gettext("Note")), *rows))


def _history(history: tuple[HistoryEntry, ...]) -> Iterator[Block]:
    if not history:
        return
    yield Block(kind="heading", text=gettext("History"))
    rows = [(_moment(entry.at), entry.who, entry.what, entry.note) for entry in history]
    yield Block(kind="table", rows=((gettext("When"), gettext("Who"), gettext("What"), gettext("Note")), *rows))
