"""Details that a file states about itself are proposals; notes of a Word document are part of its text."""

import io
from typing import Any
from zipfile import ZipFile

import pytest

from articles.models import Article
from articles.parsing import ParsedArticle, parse

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = (
    "<w:p><w:r><w:t>Bridge opens</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>It cost 61 million</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t> and more</w:t></w:r>"
    "<w:r><w:endnoteReference w:id='7'/></w:r></w:p>"
)
FOOTNOTES = (
    "<w:footnote w:id='0' w:type='separator'><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>"
    "<w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> The audit says so.</w:t></w:r></w:p></w:footnote>"
)
ENDNOTES = "<w:endnote w:id='7'><w:p><w:r><w:t>See the annex.</w:t></w:r></w:p></w:endnote>"
CORE = '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Secretary</dc:creator></cp:coreProperties>'


def docx() -> bytes:
    data = io.BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{BODY}</w:body></w:document>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {W}>{FOOTNOTES}</w:footnotes>")
        archive.writestr("word/endnotes.xml", f"<w:endnotes {W}>{ENDNOTES}</w:endnotes>")
        archive.writestr("docProps/core.xml", CORE)
    return data.getvalue()


def article_of(data: bytes, name: str) -> ParsedArticle:
    (outcome,) = parse(data, name=name)
    assert isinstance(outcome, ParsedArticle), outcome
    return outcome


def test_notes_are_kept_behind_the_text_with_their_numbers() -> None:
    assert article_of(docx(), "a.docx").canonical.text.split("\n\n") == [
        "Bridge opens",
        "It cost 61 million¹ and more²",
        "¹ The audit says so.",
        "² See the annex.",
    ]


def test_the_creator_of_a_file_is_no_byline() -> None:
    article = article_of(docx(), "a.docx")
    assert (article.byline, article.suggested["byline"][0]) == ("", "Secretary")


@pytest.mark.django_db
def test_the_creator_of_a_file_is_proposed(run_import: Any) -> None:
    run_import({"a.docx": docx()})
    article = Article.objects.get()
    assert article.byline == ""
    assert list(article.proposals.filter(field="byline").values_list("value", "state")) == [("Secretary", "open")]


def test_a_date_in_the_running_text_of_a_page_is_not_its_date() -> None:
    prose = "The bridge was opened on 3 June 1998 by the mayor, who said that it had cost forty million and not a cent more."
    body = f"<article><h1>Bridge</h1><p>{prose}</p><p>{prose}</p></article>"
    page = f"<html><head><title>Bridge</title></head><body>{body}</body></html>"
    assert article_of(page.encode(), "a.html").published_at is None
    dated = page.replace("<title>", '<meta property="article:published_time" content="2021-06-16T10:00:00Z"><title>')
    assert str(article_of(dated.encode(), "a.html").published_at) == "2021-06-16 10:00:00+00:00"
