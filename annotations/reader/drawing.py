"""Draw by hand what a long article has thousands of: a template takes ten times as long for each, `format_html` four times.

Cards far from the window are rows until somebody comes near them (static/js/reader/margin/fill.js).
"""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from annotations.reader.cards import Card, ClaimCard
from annotations.reader.spans import Piece, ShownBlock
from core.pages.vocabulary import STANCES, STATUSES

# A page with more cards than FEW sends FIRST of them whole. What a row holds is found, printed and read aloud.
FEW = 60
FIRST = 24


def split_cards(cards: list[Card]) -> tuple[list[Card], list[Card]]:
    """Return the cards to draw whole, and those to draw as rows."""
    return (cards, []) if len(cards) <= FEW else (cards[:FIRST], cards[FIRST:])


def draw_rows(cards: Iterable[Card]) -> SafeString:
    return _escaped("\n".join(map(draw_row, cards)))


def draw_row(card: Card) -> SafeString:
    """Return the card as a row: its words and its status."""
    if isinstance(card, ClaimCard):
        kind, own = "", f'appearance="{card.first.appearance.pk}"'
        status = gettext(STATUSES["published" if card.is_live else card.claim.state].label)
    else:
        kind, own = " is-evidence", f'evidence="{card.evidence.pk}"'
        status = gettext(STANCES[card.evidence.stance].label)
    more = f"{' data-mine' if card.is_mine else ''}{f' data-news="{card.news}"' if card.news else ''}"
    place, words = card.place, escape(card.claim.statement or card.quote)
    return _escaped(
        f'<li class="claim-card is-row{kind}" id="{card.key}" data-group="{card.group}"{more} data-claim="{card.claim.pk}"'
        f' data-{own} data-start="{place.start}" data-end="{place.end}"><p class="claim-card-statement" dir="auto">{words}</p>'
        f'<span class="claim-row-status">{status}</span></li>'
    )


def draw_blocks(blocks: Iterable[ShownBlock]) -> SafeString:
    """Return the article's HTML."""
    return _escaped("\n".join(map(_draw_block, blocks)))


def _escaped(html: str) -> SafeString:
    """Mark HTML of this module as safe: words are escaped; the rest are ids, numbers and our own names."""
    return mark_safe(html)  # noqa: S308 -- see above


def _draw_block(block: ShownBlock) -> str:
    words = "".join(map(_draw_piece, block.pieces))
    opening = f'<{block.tag} data-block="{block.number}" data-role="{escape(block.role)}" data-start="{block.start}">'
    drawn = f"{opening}{words}</{block.tag}>"
    return f"{'<ul class="reader-list">' if block.opens_list else ''}{drawn}{'</ul>' if block.closes_list else ''}"


def _draw_piece(piece: Piece) -> str:
    if not piece.groups:
        return escape(piece.text)
    return f'<mark data-groups="{piece.groups}" data-claims="{piece.claims}">{escape(piece.text)}</mark>'
