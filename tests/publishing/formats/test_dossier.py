import copy
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from publishing.formats.dossier import Dossier, write_docx
from publishing.formats.dossier_content import HistoryEntry, blocks, direction
from publishing.formats.dossier_pdf import render_pdf
from tests.publishing.formats.samples import arabic_frozen, empty_preview, frozen, publication, shared


def dossier(content=None, **changes):
    members = {
        "frozen": content or frozen(),
        "desk_name": "The Desk",
        "status": "published",
        "generated_at": datetime(2026, 3, 6, 12, tzinfo=UTC),
        "url": "https://desk.example/fact-checks/library-loans",
        "digest": "ab" * 32,
        "history": (
            HistoryEntry(at=datetime(2026, 3, 4, 7, tzinfo=UTC), who="Eve Editor", what="submitted"),
            HistoryEntry(at=datetime(2026, 3, 4, 8, tzinfo=UTC), who="Rob Reviewer", what="approved", note="Fine"),
        ),
        "corrections": publication().corrections,
    }
    return Dossier(**{**members, **changes})


EXPECTED = (
    "No, the library does not lend 4,000 books a day",
    "False (1 of 1 to 5)",
    "published, version 2",
    "Ada Example, Mayor",
    "The town library lends 4,000 books a day",
    "lends 4,000 books a day",
    "origin: The Wire",
    "via The Wire",
    "It lends about 1,100.",
    "E1 · statistics · independent source · quote verified",
    "1,100 loans on a weekday",
    "Counts every loan of 2025.",
    "web.archive.org",
    "e-mail",
    "version 2, correction, single approval",
    "We first wrote 1,000.",
    "Rob Reviewer",
)


def docx_words(made):
    target = io.BytesIO()
    write_docx(target, made)
    document = Document(target)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]), document


def pdf_words(data):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_everything_stands_in_both():
    words, _ = docx_words(dossier())
    assert [expected for expected in EXPECTED if expected not in words] == []
    words = pdf_words(render_pdf(dossier(), with_system_fonts=False).data)
    assert [expected for expected in EXPECTED if expected not in words] == []


def test_evidence_is_grouped_by_stance_and_ratings_without_number_have_none():
    content = frozen(has_number=False)
    headings = [block.text for block in blocks(dossier(content)) if block.kind == "heading"]
    assert headings == [
        "The claim",
        "Where it was said",
        "The verdict",
        "Evidence that refutes it",
        "Context",
        "What the claimant says",
        "Corrections",
        "History",
    ]
    assert ("Rating", "Missing context") in next(block.rows for block in blocks(dossier(content)) if block.rows)


def test_an_unfinished_claim_has_a_dossier():
    made = dossier(empty_preview(), history=(), corrections=(), url="", digest="")
    words, _ = docx_words(made)
    assert "Claim without a statement" in words
    assert "Not rated yet" in words
    assert render_pdf(made, with_system_fonts=False).missing == ""


def test_right_to_left_paragraphs_are_marked():
    words, document = docx_words(dossier(arabic_frozen()))
    assert "تعير مكتبة البلدة ٤٠٠٠ كتاب يوميًا" in words
    marked = [paragraph.text for paragraph in document.paragraphs if paragraph._p.xpath("./w:pPr/w:bidi")]
    assert "تعير مكتبة البلدة ٤٠٠٠ كتاب يوميًا" in marked
    assert "The claim" not in marked
    assert [direction(text) for text in ("123 عربي a", "a عربي", "123", "", "שלום")] == [
        "rtl",
        "ltr",
        "ltr",
        "ltr",
        "rtl",
    ]


def latin_only():
    content = frozen()
    content["evidence"] = content["evidence"][:1]
    return content


def test_what_the_fonts_hold_becomes_an_archival_pdf():
    made = render_pdf(dossier(latin_only()), with_system_fonts=False)
    assert made.missing == ""
    assert b"pdfaid:part" in made.data
    metadata = PdfReader(io.BytesIO(made.data)).metadata
    assert metadata is not None
    assert metadata.title == "No, the library does not lend 4,000 books a day"


def test_arabic_has_glyphs_without_any_font_of_the_machine():
    content = latin_only()
    content["claim"]["statement"] = arabic_frozen()["claim"]["statement"]
    assert render_pdf(dossier(content), with_system_fonts=False).missing == ""


def test_characters_without_glyph_are_named():
    content = latin_only()
    content["claim"]["statement"] = "图书馆 😀"
    made = render_pdf(dossier(content), with_system_fonts=False)
    assert made.missing == "书图馆😀"
    assert "4 characters have no glyph" in pdf_words(made.data)
    assert "(Cjk, Grinning)" in pdf_words(made.data)


def test_the_same_dossier_is_the_same_file():
    made = dossier(latin_only())
    assert render_pdf(made, with_system_fonts=False) == render_pdf(copy.deepcopy(made), with_system_fonts=False)


HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    "$x^2$",
    "*b* _i_ `r` <label> @ref",
    "// comment",
    '"]); #let x = 1',
    "= head",
    "\\ \\u{41}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_never_evaluated(text):
    content = latin_only()
    content["claim"]["statement"] = text
    content["verdict"] |= {"headline": text, "summary": text}
    content["appearances"][0]["article"]["url"] = f"https://a.example/{text}"
    words = pdf_words(render_pdf(dossier(content), with_system_fonts=False).data)
    assert words.count(" ".join(text.split())) >= 3


def test_naughty_strings_make_documents():
    texts = json.loads(shared("naughty", "blns.json").read_text("utf-8"))
    content = frozen()
    content["claim"]["statement"] = "\n".join(texts)
    made = dossier(
        content,
        history=tuple(HistoryEntry(at=datetime(2026, 3, 4, tzinfo=UTC), who=t, what=t, note=t) for t in texts[:60]),
    )
    words, _ = docx_words(made)
    assert "The Desk" in words
    assert render_pdf(made, with_system_fonts=False).data.startswith(b"%PDF-")


def test_fonts_of_a_folder_are_taken(tmp_path: Path):
    assert render_pdf(dossier(latin_only()), font_paths=[tmp_path], with_system_fonts=False).missing == ""
