"""Find furniture: repeated headlines, date lines, lone dashes, trailing site chrome.

Only proposals: text and offsets never change by them, an editor turns each on or off.
"""

import re
from itertools import pairwise

from articles.text.characters import fold_words, words
from articles.text.dates import is_date_line

# Code points; a longer line is prose, whatever its words.
MAX_CHROME = 60
MAX_RULE = 100
DATED_FROM_START, DATED_FROM_END = 8, 5  # blocks
TRAILING = 15  # how many blocks from the end chrome may reach up

_MEANINGLESS = re.compile(r"[\s\-–—_*•·.=~#|/\\+]+")
_SENTENCE_END = (".", "!", "?", "…", "。", "”", '"', "؟", "।", ":")
_CHROME = words(
    """
    share tweet print email e-mail facebook twitter whatsapp telegram linkedin instagram youtube tiktok rss
    subscribe newsletter newsletters comments comment advertisement advertisements sponsored icon logo menu
    login cookies sitemap copyright © reserved bookmark follow trending teilen drucken kommentare anzeige
    partager imprimer commentaires compartir imprimir comentarios condividi stampa commenti поделиться реклама
    شارك اشترك
    """
)
_CHROME_PHRASES = re.compile(
    r"\b(?:read (?:more|also|next|full)|related (?:articles?|stories|news|topics|posts)|see also|"
    r"more (?:on|from|stories)|"
    r"sign (?:in|up)|log in|click here|back to top|all rights|terms of|privacy policy|about us|contact us|"
    r"most (?:read|popular)|"
    r"live (?:tv|radio|stream)|lesen sie auch|mehr zum thema|lire aussi|à lire aussi|lea también|leggi anche|"
    r"читайте также)\b"
)


def find_furniture(texts: list[str], *, has_headline: bool) -> set[int]:
    """Return the numbers of furniture blocks; never the headline, never all blocks."""
    first = 1 if has_headline else 0
    headline = fold_words(texts[0]) if has_headline else None
    last = len(texts)
    found = {
        n
        for n in range(first, last)
        if _is_furniture(texts[n], headline) or (_is_at_edge(n, last) and is_date_line(texts[n]))
    }
    found |= _trailing_chrome(texts, first, found)
    return found if len(found) < len(texts) - first else set()


def _is_furniture(text: str, headline: str | None) -> bool:
    if headline and len(text) < 2 * len(headline) + 10 and fold_words(text) == headline:
        return True
    return len(text) < MAX_RULE and bool(_MEANINGLESS.fullmatch(text))


def _is_at_edge(n: int, last: int) -> bool:
    """Return whether a date line is at the edge: in the middle it belongs to a programme or chronicle."""
    return n < DATED_FROM_START or n >= last - DATED_FROM_END


def _trailing_chrome(texts: list[str], first: int, known: set[int]) -> set[int]:
    """Return the index where trailing boilerplate starts."""
    at = len(texts)
    while at > max(first + 1, len(texts) - TRAILING) and (at - 1 in known or _is_label(texts[at - 1])):
        at -= 1
    words_of = [fold_words(text).split() for text in texts[at:]]
    for n, label in enumerate(words_of):
        is_repeated = words_of.count(label) > 1 or any(a == b for a, b in pairwise(label))
        if is_repeated or _names_chrome(texts[at + n], label):
            return set(range(at + n, len(texts)))
    return set()


def _is_label(text: str) -> bool:
    return len(text) <= MAX_CHROME and not text.endswith(_SENTENCE_END)


def _names_chrome(text: str, label: list[str]) -> bool:
    folded = text.casefold()
    return "©" in folded or bool(_CHROME.intersection(label)) or bool(_CHROME_PHRASES.search(folded))
