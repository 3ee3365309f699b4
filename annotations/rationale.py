"""Parse and render the rationale: restricted Markdown, stored as source.

Paragraph, list, link (http and https), quote and emphasis; `[E2]` refers to evidence 2. Everything else, HTML and
images included, is shown as typed. The parser knows no HTML, and its output is cleaned once more.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, override

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from core.iri import is_absolute
from core.marked import gettext

_RULES = ["list", "blockquote", "emphasis", "link", "newline", "escape", "balance_pairs", "fragments_join"]
# [E2], and not [E02], which would be a second spelling of it.
_REFERENCE = re.compile(r"\[E([1-9][0-9]{0,3})\]")
_FAILED_LINK = re.compile(r"\[[^\[\]]*\]\(\s*(?P<target>[^\s()]*)")
# Shown as text anyway; matched only to tell the author that it stays text.
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TAGS = {"p", "ul", "ol", "li", "blockquote", "em", "strong", "a", "br"}
_CITE = "evidence_reference"
MAX_LENGTH: Final = 60_000
MAX_MARKS: Final = 400
"""Marks and line ends of one paragraph. The parser looks from each one to the end: 59,000 `[` took 33 s (2026-11)."""
_MARK = re.compile(r"[\[*_<>!&\\\n]")
# Within a quotation too, where it has a > of its own.
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")


@dataclass(frozen=True, slots=True)
class _Problem:
    code: str
    message: str


def find_excess(md: str) -> str:
    """Return why the text is not read as Markdown, for its author; "" where it is."""
    if len(md) > MAX_LENGTH:
        return gettext("The rationale has at most {limit:,} characters.").format(limit=MAX_LENGTH)
    if any(sum(1 for _ in _MARK.finditer(paragraph)) > MAX_MARKS for paragraph in _BLANK_LINE.split(md)):
        return gettext(
            "A paragraph of the rationale has more than {limit} brackets, asterisks and line ends. Divide it."
        ).format(limit=MAX_MARKS)
    return ""


def render_html(md: str, evidence_numbers: Collection[int]) -> str:
    """Render the rationale as HTML.

    `[E2]` links to `#evidence-2` where 2 is in `evidence_numbers`, else it stays text.
    """
    html = _PARSER.renderer.render(_parse(md), _PARSER.options, {"evidence": frozenset(evidence_numbers)})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes={"a": {"evidence-ref"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener",
    ).strip()


def render_text(md: str) -> str:
    """Render plain text: blank lines between blocks, link addresses in brackets."""
    return _Text(_parse(md)).text()


def evidence_references(md: str) -> list[int]:
    """Return the evidence numbers in order of first mention."""
    found = (int(token.content) for token in _list_inline(md) if token.type == _CITE)
    return list(dict.fromkeys(found))


def links(md: str) -> list[str]:
    """Return the linked addresses in order, repeated ones included."""
    return [str(token.attrs["href"]) for token in _list_inline(md) if token.type == "link_open"]


def problems(md: str, evidence_numbers: Collection[int]) -> list[_Problem]:
    """Return what the author should mend.

    References to missing evidence, and links and HTML that stay text.
    """
    found = [
        _Problem(
            "unknown-evidence",
            gettext("[E{number}] refers to evidence that this claim does not have.").format(number=number),
        )
        for number in evidence_references(md)
        if number not in evidence_numbers
    ]
    for text in _visible_texts(md):
        found += [
            _Problem(
                "link-not-allowed",
                gettext("The link to “{target}” is shown as text: use an http or https address.").format(
                    target=match["target"]
                ),
            )
            for match in _FAILED_LINK.finditer(text)
        ]
        found += [
            _Problem("html-is-text", gettext("“{tag}” is shown as typed: HTML has no effect here.").format(tag=tag))
            for tag in _HTML_TAG.findall(text)
        ]
    return found


def _visible_texts(md: str) -> Iterator[str]:
    for block in _parse(md):
        if block.type == "inline":
            yield "".join(token.content for token in block.children or () if token.type == "text")


def _list_inline(md: str) -> Iterator[Token]:
    for block in _parse(md):
        yield from block.children or ()


@lru_cache(maxsize=8)
def _parse(md: str) -> list[Token]:
    """Return the tokens; an excessive text, stored before there were limits, is plain."""
    return (_PLAIN if find_excess(md) else _PARSER).parse(md, {})


def _parse_citation(state: StateInline, silent: bool) -> bool:
    """Parse `[E2]`; not inside a link, where an anchor may not stand."""
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None or state.linkLevel > 0:
        return False
    if not silent:
        state.push(_CITE, "", 0).content = match[1]
    state.pos = match.end()
    return True


def _render_citation(
    renderer: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    number = int(tokens[idx].content)
    if number not in env.get("evidence", ()):
        return f"[E{number}]"
    return f'<a class="evidence-ref" href="#evidence-{number}">[E{number}]</a>'


class _Parser(MarkdownIt):
    """Markdown whose links go to absolute addresses alone."""

    @override
    def validateLink(self, url: str) -> bool:
        return is_absolute(url)


def _make_parser() -> MarkdownIt:
    parser = _Parser("zero", {"html": False, "linkify": False, "typographer": False}).enable(_RULES)
    parser.inline.ruler.before("link", _CITE, _parse_citation)
    parser.add_render_rule(_CITE, _render_citation)
    return parser


_PARSER = _make_parser()
_PLAIN = MarkdownIt("zero", {"html": False})


class _Text:
    """Walk block tokens and collect lines with their list markers and quote signs."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._counters: list[int | None] = []
        self._marker = ""
        self._quotes = 0

    def text(self) -> str:
        lines: list[str] = []
        for token in self._tokens:
            self._track_nesting(token)
            if token.type == "inline":
                lines.append(self._add_block(token))
        return "".join(self._join_lines(lines)).strip()

    def _track_nesting(self, token: Token) -> None:
        if token.type == "ordered_list_open":
            self._counters.append(int(token.attrs.get("start", 1)))
        elif token.type == "bullet_list_open":
            self._counters.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self._counters.pop()
        elif token.type == "list_item_open":
            self._marker = self._next_marker()
        elif token.tag == "blockquote":
            self._quotes += token.nesting

    def _next_marker(self) -> str:
        number = self._counters[-1]
        if number is None:
            return "- "
        self._counters[-1] = number + 1
        return f"{number}. "

    def _add_block(self, token: Token) -> str:
        indent = "  " * max(0, len(self._counters) - 1)
        marker, self._marker = self._marker, ""
        prefix = "> " * self._quotes + indent
        first, *rest = _inline_text(token.children or ()).split("\n")
        hanging = "  " if self._counters else ""
        return "\n".join([prefix + (marker or hanging) + first, *(prefix + hanging + line for line in rest)])

    @staticmethod
    def _join_lines(blocks: list[str]) -> Iterator[str]:
        is_item = re.compile(r"(> )*\s*(- |\d+\. )")
        for index, block in enumerate(blocks):
            follows_item = index and is_item.match(block) and is_item.match(blocks[index - 1])
            yield ("\n" if follows_item else "\n\n") + block


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    targets: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            targets.append(str(token.attrs["href"]))
        elif token.type == "link_close":
            target = targets.pop()
            parts.append("" if parts and parts[-1] == target else f" ({target})")
        elif token.type == _CITE:
            parts.append(f"[E{token.content}]")
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(token.content)
    return "".join(parts)
