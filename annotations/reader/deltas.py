"""Compare a polling page with the server's state.

The page names what it has by stamps, eight characters each.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from annotations.reader.cards import Card, rows, stamp, stamp_of
from annotations.reader.drawing import FEW, draw_row
from annotations.reader.state import ReaderState

# Six bytes of a digest in base64: short enough for a header with hundreds of cards, long enough not to collide.
STAMP = 8
FRAGMENTS = {"pinned-claim": "pinned", "reader-notices": "notices", "reader-meta": "meta"}
_NOTHING = "-nothing"  # stamp of the hint shown while nothing is marked

Render = Callable[..., str]


def known_stamps(header: str) -> list[str]:
    return [header[at : at + STAMP] for at in range(0, len(header), STAMP)]


def changes_since(has: list[str], state: ReaderState, render: Render) -> dict[str, Any]:
    """Return what changed since the page's stamps.

    `cards` lists in order either [from, to) of the page's own cards (indexes into its stamps) or a fresh card {stamp, html,
    spans}, a row from the FEW-th on. Fragments and roles hold only what changed; `stamps` names them.
    """
    # Rendered for every changed poll, since their stamps are those of the HTML; they are small.
    parts = {key: render(name) for key, name in FRAGMENTS.items()}
    roles = [block.role for block in state.blocks]
    stamps = {key: stamp_of(html) for key, html in parts.items()} | {"roles": stamp_of(json.dumps(roles))}
    fresh = {key for key, one in stamps.items() if one not in has}
    return {
        "revision": state.newest,
        "pinned": state.pinned.document() if state.pinned else None,
        "cards": list(_compare_cards(has, state.cards, render)),
        "fragments": {key: html for key, html in parts.items() if key in fresh},
        "stamps": {key: one for key, one in stamps.items() if key in fresh},
        **({"roles": roles} if "roles" in fresh else {}),
    }


def _compare_cards(has: list[str], cards: list[Card], render: Render) -> Iterator[Any]:
    # Runs of cards that follow each other in both lists become one pair: mostly the answer is two pairs and a card.
    places = {one: index for index, one in enumerate(has)}
    run: list[int] = []
    fresh = 0
    listed: list[tuple[str, Card | None]] = [(stamp(card), card) for card in cards]
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
    html = draw_row(card) if card and is_row else render("cards", cards=[card] if card else [])
    return {"stamp": one, "html": html.strip(), "spans": rows(card) if card else []}
