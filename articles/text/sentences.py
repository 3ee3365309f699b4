"""Cut sentences. They never cross a line; "U.S. President", "Mr. Smith", "16. Juni" do not split."""

import re
from collections.abc import Iterator

from articles.text.characters import words

Span = tuple[int, int]

_CLOSERS = r"[\"'”’»›)\]」』】）〉》]"
# Bounded and possessive: with `+` a line of 8,000 exclamation marks took twenty minutes. The end of a longer run is found
# from a later start.
_END = re.compile(
    rf"(?P<dot>\.{{1,50}}+|…)(?:{_CLOSERS}{{0,50}}+)(?=\s)"  # may be an abbreviation's
    rf"|(?P<sure>[!?؟؛।॥‼⁇⁈⁉]{{1,50}}+[.!?]{{0,50}}+)(?:{_CLOSERS}{{0,50}}+)(?=\s)"
    rf"|(?P<wide>[。！？｡．]+)(?:{_CLOSERS}*)"  # needs no white space after it
    r"|(?P<line>\n+)"
)
_NEXT = re.compile(r"\s*[\"'“”‘«‹(\[「『【„¿¡–—-]*\s?(\w?)")
_LAST_TOKEN = re.compile(r"[^\s(\[\"'“„«]+$")
# U.S., a.m., J.R.R.
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?", re.I)
_NEXT_WORD = re.compile(r"\W*(\w+)")

# Never the end of a sentence.
_BEFORE_NAMES = words(
    """
    mr mrs ms dr prof gen col lt sgt capt cmdr adm maj sen rep gov pres rev hon st ste mt messrs mme mlle hr fr
    frau dipl ing vs eg ie cf al approx ca bzw z.b d.h u.a v etc.a sr sra dna dott avv mgr rer nat phil abb
    """
)
# The end of a sentence only when what follows does not look like a number or a name after it.
_BEFORE_NUMBERS = words("no nos nr art fig vol pp p ch sec abs bd para § núm nº")
_MAY_END = words(
    """
    inc ltd co corp bros plc llc jr sr etc usw jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m am pm
    est mon tue wed thu fri sat sun ave blvd rd dept univ assn intl
    """
)
_STARTERS = words(
    """
    the a an he she it they we i you in on at but and however this that these those his her their its our as
    when while after before if for there what why how who so yet still then also according meanwhile moreover
    although since because not no one some many most both each every another with from by to of during under
    over despite instead
    """
)
_ORDINAL_DOT = words("de da nb nn no fi hu cs sk sl hr sr bs et lv lt is tr pl")
MAX_TOKEN = 40  # code points looked at before a full stop; abbreviations are shorter


def sentences(text: str, lang: str = "") -> list[Span]:
    """Return (start, end) of each trimmed sentence, in order; together they cover all words."""
    language = lang.split("-")[0].lower()
    spans, start = [], 0
    for end in _ends(text, language):
        span = _trimmed(text, start, end)
        if span:
            spans.append(span)
        start = end
    last = _trimmed(text, start, len(text))
    return [*spans, last] if last else spans


def _ends(text: str, language: str) -> Iterator[int]:
    for match in _END.finditer(text):
        kind = match.lastgroup
        if kind in {"line", "wide"} or _starts_after(text, match, language, is_dot=kind == "dot"):
            yield match.end()


def _starts_after(text: str, match: re.Match[str], language: str, *, is_dot: bool) -> bool:
    following = _NEXT.match(text, match.end())
    first = following.group(1) if following else ""
    if first.islower():
        return False
    if not is_dot or match.group("dot") != ".":
        return True
    return not _is_abbreviation(text, match, first, language)


def _is_abbreviation(text: str, match: re.Match[str], first: str, language: str) -> bool:
    """Return whether the full stop belongs to an abbreviation."""
    token_match = _LAST_TOKEN.search(text, max(0, match.start() - MAX_TOKEN), match.start())
    token = token_match.group() if token_match else ""
    bare = token.lower()
    if bare in _BEFORE_NAMES:
        return True
    if token_match and _is_enumerator(text, token_match):
        return True
    if bare in _BEFORE_NUMBERS and first.isdigit():
        return True
    if token.isdigit() and len(token) <= 2 and language in _ORDINAL_DOT:
        return True
    is_short = bare in _MAY_END or bool(_ACRONYM.fullmatch(token + ".") and (len(token) > 1 or token.isupper()))
    return is_short and not _next_word_starts(text, match.end())


def _is_enumerator(text: str, token: re.Match[str]) -> bool:
    """Return whether it is a list number, such as `2.` at a line's start."""
    is_first = token.start() == 0 or text[token.start() - 1] == "\n"
    return is_first and token.group().isdigit() and len(token.group()) <= 3


def _next_word_starts(text: str, at: int) -> bool:
    word = _NEXT_WORD.match(text, at)
    return bool(word) and word.group(1).lower() in _STARTERS if word else False


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    kept = piece.strip()
    if not kept:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(kept)
