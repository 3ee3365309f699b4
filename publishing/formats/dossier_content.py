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

type BlockKind = Literal["title", "heading", "subheading", "text", "note", "quote", "facts", "table"]
type Direction = Literal["ltr", "rtl"]

_MODES = {"direct": "Direct speech", "reported": "Reported speech", "own_voice": "In the article's own voice"}
_STANCES = (("refutes", "Evidence that refutes it"), ("supports", "Evidence that supports it"), ("context", "Context"))


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
    return frozen["verdict"]["headline"] or frozen["claim"]["statement"] or "Claim without a statement"


def blocks(dossier: Dossier) -> Iterator[Block]:
    frozen = dossier.frozen
    yield Block(kind="title", text=title(dossier))
    yield Block(kind="facts", rows=tuple(_list_facts(dossier)))
    yield Block(kind="heading", text="The claim")
    yield Block(kind="text", text=frozen["claim"]["statement"] or "No statement yet.")
    yield from _appearances(frozen["appearances"])
    yield from _verdict(frozen)
    yield from _evidence(frozen["evidence"])
    yield from _contact(frozen["claimant_contact"])
    yield from _corrections(dossier.corrections)
    yield from _history(dossier.history)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _list_facts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    frozen = dossier.frozen
    claimant, verdict = frozen["claim"]["claimant"], frozen["verdict"]
    said = ", ".join(part for part in (claimant["name"], claimant["role"]) if part) if claimant else ""
    facts = (
        ("Rating", _rating_line(frozen["rating"])),
        ("Status", f"{dossier.status}, version {verdict['version']}"),
        ("Claimant", said),
        ("By", ", ".join(verdict["byline"])),
        ("Topics", ", ".join(frozen["claim"]["topics"])),
        ("Desk", dossier.desk_name),
        ("Page", dossier.url),
        ("Claim", frozen["claim"]["id"]),
        ("Content SHA-256", dossier.digest),
        ("Made", _moment(dossier.generated_at)),
    )
    yield from ((label, value) for label, value in facts if value)


def _rating_line(rating: FrozenRating | None) -> str:
    if rating is None:
        return "Not rated yet"
    if rating["value"] is None:
        return rating["label"]
    return f"{rating['label']} ({rating['value']:g} of {_number(rating['worst'])} to {_number(rating['best'])})"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def _appearances(appearances: list[FrozenAppearance]) -> Iterator[Block]:
    yield Block(kind="heading", text="Where it stands")
    if not appearances:
        yield Block(kind="note", text="No place is marked.")
    for appearance in appearances:
        yield _quote(appearance["exact"], appearance["prefix"], appearance["suffix"])
        yield _source(appearance["article"])
        said = (
            _MODES.get(appearance["mode"], ""),
            appearance["said_at"] or "",
            appearance["said_where"],
            f"via {appearance['relayed_via']}" if appearance["relayed_via"] else "",
        )
        if any(said):
            yield Block(kind="note", text=" · ".join(part for part in said if part))


def _verdict(frozen: FrozenContent) -> Iterator[Block]:
    verdict, rating = frozen["verdict"], frozen["rating"]
    yield Block(kind="heading", text="The verdict")
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
            yield Block(kind="heading", text=heading)
        for item in chosen:
            yield from _evidence_item(item)


def _evidence_item(item: FrozenEvidence) -> Iterator[Block]:
    independence = "independent source" if item["independent"] else "not independent"
    checked = "quote verified" if item["verified"] else "quote not verified"
    source_class = item["source_class"].replace("_", " ")
    parts = (f"E{item['n']}", source_class, independence, checked)
    yield Block(kind="subheading", text=" · ".join(part for part in parts if part))
    if item["exact"] or item["quote"]:
        yield _quote(item["exact"] or item["quote"], item["prefix"], item["suffix"])
    yield _source(item["article"]) if item["article"] else Block(kind="note", text=item["url"], url=item["url"])
    if item["archived_url"]:
        yield Block(kind="note", text=f"Archived: {item['archived_url']}", url=item["archived_url"])
    seen = item["captured_at"] or item["accessed_at"]
    if seen:
        yield Block(kind="note", text=f"Seen: {seen}")
    if item["note"]:
        yield Block(kind="text", text=item["note"])


def _quote(exact: str, prefix: str, suffix: str) -> Block:
    return Block(kind="quote", text=exact, before=f"…{prefix}" if prefix else "", after=f"{suffix}…" if suffix else "")


def _source(article: FrozenArticle) -> Block:
    origin = f"origin: {article['origin']}" if article["origin"] not in ("", article["source"]) else ""
    parts = (article["title"], article["source"], origin, article["published_at"] or "", article["url"])
    return Block(kind="note", text=" · ".join(part for part in parts if part), url=article["url"])


def _contact(contact: FrozenContact | None) -> Iterator[Block]:
    if not contact:
        return
    facts = (
        ("Asked", contact.get("asked_at")),
        ("By", contact.get("channel")),
        ("Answered", contact.get("responded_at")),
        ("Answer", contact.get("response")),
        ("Not asked, because", contact.get("waived_reason")),
    )
    yield Block(kind="heading", text="What the claimant says")
    yield Block(kind="facts", rows=tuple((label, value) for label, value in facts if value))


def _corrections(corrections: tuple[PublicCorrection, ...]) -> Iterator[Block]:
    if not corrections:
        return
    yield Block(kind="heading", text="Corrections")
    rows = [
        (
            _moment(item.at),
            f"version {item.version}, {item.kind}{', single approval' if item.is_single_approval else ''}",
            item.note,
        )
        for item in corrections
    ]
    yield Block(kind="table", rows=(("When", "What", "Note"), *rows))


def _history(history: tuple[HistoryEntry, ...]) -> Iterator[Block]:
    if not history:
        return
    yield Block(kind="heading", text="History")
    rows = [(_moment(entry.at), entry.who, entry.what, entry.note) for entry in history]
    yield Block(kind="table", rows=(("When", "Who", "What", "Note"), *rows))
