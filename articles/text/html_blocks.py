"""Turn the HTML of an article body into blocks, after sanitising it to tags without attributes."""

import html
import re
from collections.abc import Iterator

import nh3

from articles.limits import MAX_HTML_ATTRIBUTES, MAX_HTML_DEPTH
from articles.text.characters import words
from articles.text.crowded_tags import has_crowded_tag
from articles.text.tables import Rows
from core.errors import DomainError
from core.marked import gettext
from core.marked import mark as _

# Tags that make a block, and their tag in the canonical text.
_BLOCK = {
    **{tag: tag for tag in words("h1 h2 h3 h4 h5 h6 p li dt dd blockquote figcaption caption pre td th")},
    **dict.fromkeys(words("div section article main header footer aside address summary details hgroup"), "p"),
    **dict.fromkeys(words("ul ol dl table tr figure hr thead tbody tfoot"), "p"),
}
# A paragraph inside one of these is one of these: `<li><p>`, `<blockquote><p>`.
_INHERITED = words("li dt dd blockquote figcaption caption td th")
_KEPT_TAGS = {*_BLOCK, "br", "sup", "sub"}
_DROPPED_WITH_CONTENT = words("script style template noscript iframe object svg math head title button select")

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)>")
# The white space of HTML, not of Unicode: a no-break space stays.
_WHITE = re.compile(r"[ \t\n\r\f\v]+")
_OPENING = re.compile(r"<[a-zA-Z]")
_CLOSING = re.compile(r"</[a-zA-Z]")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class HtmlTooDeep(DomainError):
    code = "too-deep"
    title = _("The HTML is nested too deep")


def blocks_of_html(source: str) -> list[tuple[str, str]]:
    """Return (tag, text) of each block in order; `<br>` is a line break, other white space collapses."""
    return list(_Walk().run(_sanitised(source)))


def _sanitised(source: str) -> str:
    """Sanitise to block tags, br, sup and sub without attributes; scripts and styles go with their content."""
    refuse_hostile_html(source)
    return nh3.clean(
        drop_struck_out(source.replace("\x00", "")),
        tags=_KEPT_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={},
        link_rel=None,
    )


def refuse_hostile_html(source: str) -> None:
    """Raise HtmlTooDeep for deep nesting or a tag of many attributes, on which HTML parsers take quadratic time."""
    if has_crowded_tag(source):
        raise HtmlTooDeep(
            gettext(
                "A tag of the HTML has more than {limit:,} attributes. Nothing was stored. Send the article's text."
            ).format(limit=MAX_HTML_ATTRIBUTES)
        )
    if len(_OPENING.findall(source)) <= MAX_HTML_DEPTH:
        return
    if _depth(source) > MAX_HTML_DEPTH:
        raise HtmlTooDeep(
            gettext(
                "The HTML nests more than {limit:,} tags in one another. Nothing was stored. Send the article's text."
            ).format(limit=MAX_HTML_DEPTH)
        )


# Tags without an end, and those whose end may be left out: a long list without `</li>` is not deep.
_VOID = words("area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def _depth(source: str) -> int:
    """Return the deepest nesting, void tags excluded."""
    depth = deepest = 0
    for closing, name in _ANY_TAG.findall(source):
        if name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


# Without its markup m<sup>2</sup> would read m2. Only these characters have a raised or lowered form.
_SCRIPT = re.compile(r"<(sup|sub)\b[^>]{0,200}>\s{0,20}([0-9+\-=()n]{1,12})\s{0,20}</\1>", re.I)


def raise_numbers(source: str) -> str:
    """Write `<sup>9</sup>` as ⁹, because extractors make 109 of 10<sup>9</sup>."""
    return _SCRIPT.sub(lambda found: raised_or_lowered(found.group(1).lower(), found.group(2)), source)


# Words alone, of one paragraph: a tag that is never closed must not take the rest of the article.
_STRUCK_OUT = re.compile(
    r"<(del|s|strike)(?:\s[^<>]{0,500})?>(?:[^<]|</?(?:b|i|u|em|strong|a|span|small)(?:\s[^<>]{0,500})?>){0,500}+</\1\s{0,20}>",
    re.I,
)


def drop_struck_out(source: str) -> str:
    """Take out what the publisher struck out: `<del>80</del><ins>45</ins>` would read 8045."""
    return _STRUCK_OUT.sub(" ", source)


class _Walk:
    """A pass over sanitised HTML; the text of the open block gathers until the next block starts or ends."""

    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = [("", "p")]  # the tag, and the tag that its text gets
        self.pre = 0
        self.parts: list[str] = []
        self.rows = Rows()

    def run(self, source: str) -> Iterator[tuple[str, str]]:
        pieces = _TAG.split(source)
        self._text(pieces[0])
        for at in range(1, len(pieces), 3):
            closing, tag, text = pieces[at : at + 3]
            if tag in _BLOCK:
                yield from self._flush()
                self._close(tag) if closing else self._open(tag)
            elif tag == "br":
                self.parts.append("\n")
            elif not closing:
                text = raised_or_lowered(tag, text)
            self._text(text)
        yield from self._flush()

    def _open(self, tag: str) -> None:
        if tag == "hr":
            return
        if tag == "tr":
            self.rows.begin()
        own, outer = _BLOCK[tag], self.open[-1][1]
        self.open.append((tag, outer if own == "p" and outer in _INHERITED else own))
        self.pre += tag == "pre"

    def _close(self, tag: str) -> None:
        """Close the last open tag; nh3's output is balanced."""
        if self.open[-1][0] == tag:
            self.open.pop()
            self.pre -= tag == "pre"

    def _text(self, text: str) -> None:
        if text:
            text = html.unescape(text) if "&" in text else text
            self.parts.append(text if self.pre else _WHITE.sub(" ", text))

    def _flush(self) -> Iterator[tuple[str, str]]:
        text = "".join(self.parts)
        self.parts = []
        if text and not text.isspace():
            yield self.rows.tag_of(self.open[-1][1]), text


def raised_or_lowered(tag: str, text: str) -> str:
    """Write raised or lowered digits as such: 10<sup>9</sup> is 10⁹, not 109. Words stay."""
    table = _RAISED if tag == "sup" else _LOWERED
    raised = text.strip()
    return raised.translate(table) if raised and all(ord(character) in table for character in raised) else text
