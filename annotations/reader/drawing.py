"""Draw by hand what a long article has thousands of: a template takes ten times as long for each, `format_html` four times.

Words are escaped here; the rest is ids, numbers and names of our own.

Cards far from the window are rows until somebody comes near them (static/js/reader/margin/fill.js).
"""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import batched

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from annotations.reader.cards import Card, ClaimCard
from annotations.reader.spans import Cell, Piece, ShownBlock
from core.pages.markup import trusted_html
from core.pages.vocabulary import STANCES, STATUSES

# A page with more cards than FEW sends FIRST of them whole. What a row holds is found, printed and read aloud.
FEW = 60
FIRST = 24
# The browser lays a chunk out when it comes near the window.
CHUNK = 25
# Marks drawn in the text of a page with script, which paints the others as they come near: ten thousand elements in the text
# made every layout of the page slow. Who has no script still reads the rows.
MOST_MARKS = 400


def split_cards(cards: list[Card]) -> tuple[list[Card], list[Card]]:
    """Return the cards to draw whole, and those to draw as rows."""
    return (cards, []) if len(cards) <= FEW else (cards[:FIRST], cards[FIRST:])


def draw_rows(cards: Iterable[Card]) -> SafeString:
    """Return the cards as rows, in chunks."""
    labels = row_labels()
    chunks = ("".join(draw_row(card, labels) for card in chunk) for chunk in batched(cards, CHUNK))
    return trusted_html("".join(f'<div class="claim-chunk">{rows}</div>' for rows in chunks))


def row_labels() -> dict[str, str]:
    """Return the words of all statuses and stances: asking for each row's would be a sixth of its time."""
    return {key: gettext(badge.label) for key, badge in (*STATUSES.items(), *STANCES.items())}


def draw_row(card: Card, labels: Mapping[str, str]) -> SafeString:
    """Return the card as a row: its words and its status."""
    if isinstance(card, ClaimCard):
        status = labels["published" if card.is_live else card.claim.state]
    else:
        status = labels[card.evidence.stance]
    words = escape(card.claim.statement or card.quote)
    return trusted_html(
        f"<div {_attributes(card, ' is-row')}>"
        f'<p class="claim-card-statement" dir="auto">{words}</p><span class="claim-row-status">{status}</span></div>'
    )


def draw_attributes(card: Card) -> SafeString:
    """Return the attributes of a whole card, with what the script reads: by the template they were half of the card."""
    if isinstance(card, ClaimCard):
        own = {f"data-{name.replace('_', '-')}": card.fields[name] for name in ("claimant_id", "said_on", "mode")}
    else:
        own = {"data-stance": card.evidence.stance}
    given = "".join(f' {name}="{escape(value)}"' for name, value in own.items() if value)
    return trusted_html(f'{_attributes(card)} data-is="{card.flags}" data-etag="{card.tag}"{given}')


def _attributes(card: Card, kind: str = "") -> str:
    if isinstance(card, ClaimCard):
        own = f'appearance="{card.first.appearance.pk}"'
    else:
        kind, own = f"{kind} is-evidence", f'evidence="{card.evidence.pk}"'
    kind += " is-pinned" if card.is_pinned else ""
    more = f"{' data-mine' if card.is_mine else ''}{f' data-news="{card.news}"' if card.news else ''}"
    place = card.place
    return (
        f'role="listitem" class="claim-card{kind}" id="{card.key}" data-group="{card.group}"{more}'
        f' data-claim="{card.claim.pk}" data-{own} data-start="{place.start}" data-end="{place.end}"'
    )


def draw_blocks(blocks: Iterable[ShownBlock]) -> SafeString:
    """Return the article's HTML."""
    return trusted_html("\n".join(map(_draw_block, blocks)))


def _draw_block(block: ShownBlock) -> str:
    words = "".join(map(_draw_piece, block.pieces))
    span = f' colspan="{block.cell.span}"' if block.cell and block.cell.span > 1 else ""
    opening = (
        f'<{block.tag}{span} data-block="{block.number}" data-role="{escape(block.role)}" data-start="{block.start}">'
    )
    drawn = f"{opening}{words}</{block.tag}>"
    if block.cell:
        return _draw_cell(block.cell, drawn)
    return f"{'<ul class="reader-list">' if block.opens_list else ''}{drawn}{'</ul>' if block.closes_list else ''}"


def _draw_cell(cell: Cell, drawn: str) -> str:
    table = f'<table class="reader-table{"" if cell.is_even else " is-uneven"}"><tbody>' if cell.opens_table else ""
    row = f"{'<tr>' if cell.opens_row else ''}{drawn}{'</tr>' if cell.closes_row else ''}"
    return f"{table}{row}{'</tbody></table>' if cell.closes_table else ''}"


def _draw_piece(piece: Piece) -> str:
    if not piece.groups:
        return escape(piece.text)
    return f'<mark data-groups="{piece.groups}" data-claims="{piece.claims}">{escape(piece.text)}</mark>'
