"""Find a tag with so many attributes that parsers, which compare each with all before it, take minutes."""

import re

from articles.limits import MAX_HTML_ATTRIBUTES

# Possessive, so that each character is looked at once.
_NAME = r"<[a-zA-Z][^\s/>]*+"
_ATTRIBUTE = r"""(?:[\s/]*+[^\s=/>]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?+)"""
_TAG = re.compile(rf"{_NAME}({_ATTRIBUTE}{{{MAX_HTML_ATTRIBUTES + 1}}})?+")
# What is no tag though it may look like one: "a<b" in a script. The tag of a script itself is one.
_CODE = re.compile(r"<(?:script|style)(?=[\s/>])|<!(?=--)", re.I)
_REST_OF_TAG = re.compile(rf"{_ATTRIBUTE}{{0,{MAX_HTML_ATTRIBUTES}}}+[\s/]*+>")
_CODE_END = re.compile(r"</(?:script|style)", re.I)
_CDATA = re.compile(r"<!(?=\[CDATA\[|--)")


def has_crowded_tag(source: str, *, is_xml: bool = False) -> bool:
    # Twice: nearly every page ends at the first.
    return _is_crowded(source) and _is_crowded(_without_code(source, is_xml=is_xml))


def _is_crowded(source: str) -> bool:
    # A name is left behind whole: looked at from each "<" in it, 40 kB of "<a<a<a" took 8 s.
    return any(tag.lastindex for tag in _TAG.finditer(source))


def _without_code(source: str, *, is_xml: bool) -> str:
    """Return the source without what stands in scripts, styles, comments and CDATA. Unclosed, it takes all that follows."""
    kept, at = [], 0
    while start := (_CDATA if is_xml else _CODE).search(source, at):
        begin = start.end()
        if start.group() != "<!":
            tag = _REST_OF_TAG.match(source, begin)
            if tag is None:
                break  # crowded, or cut off: both are for the search to see
            begin = tag.end()
        kept.append(source[at:begin])
        at = _end_of_code(source, start.group(), begin)
    return "".join([*kept, source[at:]])


def _end_of_code(source: str, opening: str, begin: int) -> int:
    if opening != "<!":
        end = _CODE_END.search(source, begin)
        return end.start() if end else len(source)
    closing = "]]>" if source.startswith("[", begin) else "-->"
    found = source.find(closing, begin)
    return found + len(closing) if found >= 0 else len(source)
