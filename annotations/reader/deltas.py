"""Compare a polling page with the server's state.

The page names what it has by stamps, eight characters each; more cards than a header has room for are named by groups.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from annotations.reader.cards import Card, rows, stamp, stamp_of
from annotations.reader.drawing import FEW, draw_row, row_labels
from annotations.reader.state import ReaderState

# Six bytes of a digest in base64: short enough for a header with hundreds of cards, long enough not to collide.
STAMP = 8
FRAGMENTS = {"pinned-claim": "pinned", "reader-notices": "notices", "reader-meta": "meta"}
# A page with more cards names groups of them, some thirty in each, so that ten thousand fit into a header (8 kB).
MOST_NAMED = 900
# A stamp that begins with one of these (1 of 32) ends a group: a card that changes or comes changes the group around it alone.
_LAST_OF_GROUP = ("A", "B")
_TOKEN = STAMP + 4  # a group's stamp and how many cards it has
_MOST_TOKENS = 600
_NOTHING = "-nothing"  # stamp of the hint shown while nothing is marked

Render = Callable[..., str]


def known_stamps(header: str) -> list[str]:
    return [header[at : at + STAMP] for at in range(0, len(header), STAMP)]


def group_tokens(stamps: list[str]) -> str:
    """Return the groups of a long list as the page will name them in `Reader-Groups`, "" for a short list."""
    if len(stamps) <= MOST_NAMED:
        return ""
    tokens = [_token_of(group) for group in _cut(stamps)]
    return "".join(tokens) if len(tokens) <= _MOST_TOKENS else ""


def _cut(stamps: Iterable[str]) -> Iterator[list[str]]:
    group: list[str] = []
    for one in stamps:
        group.append(one)
        if one.startswith(_LAST_OF_GROUP):
            yield group
            group = []
    if group:
        yield group


def _token_of(group: list[str]) -> str:
    return f"{stamp_of(''.join(group))}{len(group):04}"


def _known_places(has: list[str], groups: str, stamps: list[str]) -> dict[str, int]:
    """Return by stamp the page's index of each card that it has, from its stamps or from the groups it names."""
    if not groups:
        return {one: index for index, one in enumerate(has)}
    starts: dict[str, int] = {}
    index = 0
    for at in range(0, len(groups), _TOKEN):
        token = groups[at : at + _TOKEN]
        starts[token] = index
        size = token[STAMP:]
        index += int(size) if size.isdecimal() else 0
    places: dict[str, int] = {}
    for group in _cut(stamps):
        start = starts.get(_token_of(group))
        if start is not None:
            places.update(zip(group, range(start, start + len(group)), strict=True))
    return places


def changes_since(has: list[str], groups: str, state: ReaderState, render: Render) -> dict[str, Any]:
    """Return what changed since the page's stamps.

    `cards` lists in order either [from, to) of the page's own cards (indexes into its stamps) or a fresh card {stamp, html,
    spans}, a row from the FEW-th on. Fragments and roles hold only what changed; `stamps` names them.
    """
    # Rendered for every changed poll, since their stamps are those of the HTML; they are small.
    parts = {key: render(name) for key, name in FRAGMENTS.items()}
    roles = [block.role for block in state.blocks]
    stamps = {key: stamp_of(html) for key, html in parts.items()} | {"roles": stamp_of(json.dumps(roles))}
    fresh = {key for key, one in stamps.items() if one not in has}
    listed = [stamp(card) for card in state.cards]
    return {
        "revision": state.newest,
        "pinned": state.pinned.document() if state.pinned else None,
        "cards": list(_compare_cards(_known_places(has, groups, listed), listed, state.cards, render)),
        "groups": group_tokens(listed),
        "fragments": {key: html for key, html in parts.items() if key in fresh},
        "stamps": {key: one for key, one in stamps.items() if key in fresh},
        **({"roles": roles} if "roles" in fresh else {}),
    }


def _compare_cards(places: dict[str, int], stamps: list[str], cards: list[Card], render: Render) -> Iterator[Any]:
    # Runs of cards that follow each other in both lists become one pair: mostly the answer is two pairs and a card.
    run: list[int] = []
    fresh = 0
    listed: list[tuple[str, Card | None]] = [*zip(stamps, cards, strict=True)]
    for one, card in listed or [(_NOTHING, None)]:
        at = places.get(one)
        if run and at == run[1]:
            run[1] += 1
            continue
        if run:
            yield run
        run = [] if at is None else [at, at + 1]
        if at is None:
            fresh += 1
            yield _render_card(one, card, render, is_row=fresh > FEW)
    if run:
        yield run


def _render_card(one: str, card: Card | None, render: Render, *, is_row: bool) -> Mapping[str, Any]:
    html = draw_row(card, row_labels()) if card and is_row else render("cards", cards=[card] if card else [])
    return {"stamp": one, "html": html.strip(), "spans": rows(card) if card else []}
