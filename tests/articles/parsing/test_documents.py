"""Word, PDF and Markdown documents."""

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

from articles.parsing import parse

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def outcomes(data: bytes, name: str) -> list[Any]:
    return list(parse(data, name=name))


def blocks(article: Any) -> list[tuple[str, str]]:
    return [(block.tag, article.canonical.of(block)) for block in article.canonical.blocks]


def word(fill: Any) -> bytes:
    document = docx.Document()
    fill(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_docx():
    def fill(document: Any) -> None:
        document.core_properties.author = "Ann Lee"
        document.add_heading("Títle", 0)
        document.add_heading("Sub", 2)
        document.add_paragraph("One 😀").add_run("\ttwo").add_break()
        document.add_paragraph("item", style="List Bullet")
        document.add_paragraph("said", style="Quote")
        document.add_table(1, 1).cell(0, 0).text = "cell"
        changed = f"<w:p {W}><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        document.element.body.insert(3, parse_xml(f"{changed}<w:ins><w:r><w:t> new</w:t></w:r></w:ins></w:p>"))

    (article,) = outcomes(word(fill), "a.docx")
    assert blocks(article) == [
        ("h1", "Títle"),
        ("h2", "Sub"),
        ("p", "One 😀 two"),
        ("p", "kept new"),
        ("li", "item"),
        ("blockquote", "said"),
        ("td", "cell"),
    ]
    assert article.suggested["byline"][0] == "Ann Lee"


def test_docx_without_words_is_refused():
    assert outcomes(word(lambda document: None), "a.docx")[0].code == "no-text"


def pdf(pages: list[list[str]], info: str = "") -> bytes:
    """A minimal PDF with one Helvetica text line per string."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 10 Tf 12 TL 50 800 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >> stream\n{stream}\nendstream")
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        size = "/MediaBox [0 0 595 842]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {size} /Contents {len(objects)} 0 R /Resources {font} >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< {info} >>")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return (
        f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def test_pdf_lines_become_paragraphs_and_running_heads_go():
    wide = "The council decided on Tuesday to rebuild the old bridge over the"
    body = [wide, "river before winter and to close the road for a time of three full", "months."]
    pages = [
        ["The Wire 2021", *body, f"Paragraph {word} is short.", f"It is {word}."] for word in ("one", "two", "three")
    ]
    pages[0].insert(1, "Bridge")
    data = pdf([[*lines, str(number)] for number, lines in enumerate(pages, start=1)])
    (article,) = outcomes(data, "a.pdf")
    joined = f"{wide} river before winter and to close the road for a time of three full months."
    assert blocks(article)[:3] == [("h1", "Bridge"), ("p", joined), ("p", "Paragraph one is short.")]
    assert "The Wire" not in article.canonical.text
    assert article.canonical.of(article.canonical.blocks[-1]) == "It is three."


def test_pdf_properties():
    (article,) = outcomes(pdf([["Some words. " * 30]], "/Title (The title) /Author (Ann Lee)"), "a.pdf")
    assert (article.title, article.suggested["byline"][0]) == ("The title", "Ann Lee")


@pytest.mark.parametrize(
    ("data", "code"),
    [(pdf([[]]), "no-text-layer"), (b"%PDF-1.4 garbage", "damaged-pdf"), (pdf([["x"]])[:200], "damaged-pdf")],
)
def test_pdf_refusals(data, code):
    assert outcomes(data, "a.pdf")[0].code == code


def test_markdown():
    front = "---\ntitle: 'The Títle'\nauthor: Ann\ndate: 2021-06-16\ntags: [a]\n---\n"
    source = f"{front}\nOne *two*\nthree.\n\n- a\n\n> q\n\n<script>x</script>\n"
    (article,) = outcomes(source.encode(), "a.md")
    assert blocks(article) == [("h1", "The Títle"), ("p", "One two three."), ("li", "a"), ("blockquote", "q")]
    assert (article.byline, article.published_at.isoformat()) == ("Ann", "2021-06-16T00:00:00+00:00")


def test_a_first_heading_of_markdown_is_the_headline():
    (article,) = outcomes(b"## Head\n\nText.\n\n# Later", "a.md")
    assert blocks(article) == [("h1", "Head"), ("p", "Text."), ("h2", "Later")]
