"""The dossier of a claim as DOCX. Each right-to-left paragraph is marked as such."""

from typing import IO, Any

from docx import Document
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor

from publishing.formats.dossier_content import (
    Block,
    Dossier,
    blocks,
    direction,
    title,
)
from publishing.formats.xmltext import legal

__all__ = ["Dossier", "write_docx"]

_QUIET = RGBColor(0x59, 0x59, 0x59)
_STYLES = {"title": "Title", "heading": "Heading 1", "subheading": "Heading 2", "quote": "Intense Quote"}


def write_docx(target: IO[bytes], dossier: Dossier) -> None:
    document = Document()
    properties = document.core_properties
    # Word's core properties hold 255 characters; python-docx raises for more.
    properties.title, properties.author = legal(title(dossier))[:255], legal(dossier.desk_name)[:255]
    properties.created = properties.modified = dossier.generated_at
    for block in blocks(dossier):
        _add(document, block)
    document.save(target)


def _add(document: Any, block: Block) -> None:
    if block.kind in ("facts", "table"):
        _add_table(document, block)
        return
    paragraph = document.add_paragraph(style=_STYLES.get(block.kind))
    parts = [(block.before, True), (block.text, block.kind == "note"), (block.after, True)]
    for text, is_quiet in parts:
        if text:
            _add_run(paragraph, text, is_quiet=is_quiet)
    if block.direction == "rtl":
        _mark_rtl(paragraph)


def _add_run(paragraph: Any, text: str, *, is_quiet: bool) -> None:
    run = paragraph.add_run(legal(text))
    if is_quiet:
        run.font.color.rgb = _QUIET
        run.font.size = Pt(9)
        run.bold = False


def _mark_rtl(paragraph: Any) -> None:
    # python-docx has no word for it; without the mark Word sets the lines from the left.
    paragraph.paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run.font.rtl = True


def _add_table(document: Any, block: Block) -> None:
    if not block.rows:
        return
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for number, row in enumerate(block.rows):
        is_head = block.kind == "table" and number == 0
        for column, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            is_label = is_head or (block.kind == "facts" and column == 0)
            _fill_cell(cell, text, is_bold=is_label)
    # Word joins two tables that stand next to each other into one.
    document.add_paragraph()


def _fill_cell(cell: Any, text: str, *, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(legal(text)).bold = is_bold
    if direction(text) == "rtl":
        _mark_rtl(paragraph)
