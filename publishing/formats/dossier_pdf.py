"""The dossier of a claim as PDF, by typst, whose wheel needs neither system libraries nor network.

Set as PDF/A-2a (archival, tagged). The fonts inside the wheel show Latin, Greek, Cyrillic, Hebrew and, in a monospaced
font, Arabic; for Chinese, Japanese, Korean, Indic scripts, Thai and emoji the machine must have a font. When a character
has no glyph, the document becomes plain PDF, says so at its end, and the caller gets the characters.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from core.iri import is_absolute, to_uri
from core.marked import gettext as _
from publishing.formats.dossier_content import (
    Block,
    Dossier,
    blocks,
    direction,
    title,
)
from publishing.formats.xmltext import legal

_TEMPLATE = Path(__file__).with_name("dossier.typ")
_NO_GLYPH = re.compile(r'the text `"(?P<text>[^`]*)"` could not be displayed')


@dataclass(frozen=True, slots=True)
class _Pdf:
    """`missing` holds the characters without a glyph, sorted; they show as boxes."""

    data: bytes
    missing: str


def render_pdf(dossier: Dossier, *, font_paths: Sequence[Path] = (), with_system_fonts: bool = True) -> _Pdf:
    """Render a dossier. `font_paths` are folders with further fonts."""
    content = list(blocks(dossier))
    fonts = _fonts(tuple(font_paths), with_system_fonts)
    try:
        return _Pdf(_compile(dossier, content, fonts, ["a-2a"]), "")
    except typst.TypstError as error:
        missing = _missing(error)
        if not missing:
            raise
    notice = Block(kind="note", text=_notice(missing))
    # PDF/A demands a glyph for every character, so this one is plain PDF.
    return _Pdf(_compile(dossier, [*content, notice], fonts, []), missing)


@cache
def _fonts(font_paths: tuple[Path, ...], with_system_fonts: bool) -> Any:
    """Search the fonts once per process: that takes longer than setting a dossier."""
    return typst.Fonts(include_system_fonts=with_system_fonts, font_paths=[str(path) for path in font_paths])


def _compile(dossier: Dossier, content: list[Block], fonts: Any, standards: list[Any]) -> bytes:
    document = {
        "title": legal(title(dossier)),
        "author": legal(dossier.desk_name),
        "blocks": [_plain(block) for block in content],
    }
    data: Any = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=fonts,
        sys_inputs={"dossier": json.dumps(document)},
        pdf_standards=standards,
        timestamp=dossier.generated_at.astimezone(UTC),
    )
    # Its stub allows a list too, which only comes for page images.
    return cast("bytes", data)


def _plain(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": legal(block.text),
        "before": legal(block.before),
        "after": legal(block.after),
        "url": to_uri(block.url) if is_absolute(block.url) else "",
        "rtl": block.direction == "rtl",
        "rows": [[{"text": legal(cell), "rtl": direction(cell) == "rtl"} for cell in row] for row in block.rows],
    }


def _missing(error: typst.TypstError) -> str:
    found = {character for match in _NO_GLYPH.finditer(error.diagnostic) for character in match["text"]}
    return "".join(sorted(found - {" "}))


def _notice(missing: str) -> str:
    kinds = sorted({unicodedata.name(character, "UNKNOWN").split(" ")[0].capitalize() for character in missing})
    return _(
        "{count} characters have no glyph in the fonts of the machine that made this file ({kinds}) and show"
        " as boxes above. The DOCX and JSONL exports hold them."
    ).format(count=len(missing), kinds=", ".join(kinds))
