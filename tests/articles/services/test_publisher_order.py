"""The publisher's order of versions decides which text is current, whatever order they arrive in."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from articles.models import Article, ArticleRevision, ImportItem, ImportRun

pytestmark = pytest.mark.django_db
RunImport = Callable[..., ImportRun]
G2 = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wire.example:1" version="{version}">
<itemMeta><versionCreated>{at}</versionCreated></itemMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{text}</p>
</body></html></inlineXML></contentSet></newsItem>"""
NITF = """<nitf><head><docdata><doc-id id-string="wire-1"/><du-key version="{version}"/><date.issue norm="{at}"/></docdata></head>
<body><body.head><hedline><hl1>Bridge</hl1></hedline></body.head><body.content><p>{text}</p></body.content></body></nitf>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry><id>tag:paper.example,2021:1</id>
<title>Bridge</title><updated>{at}</updated><content type="text">{text}</content></entry></feed>"""


def ninjs(version: str, at: str, text: str) -> bytes:
    return json.dumps(
        {"uri": "urn:wire:1", "version": version, "versioncreated": at, "headline": "Bridge", "body_text": text}
    ).encode()


def item(version: str, at: str, text: str) -> bytes:
    return json.dumps({"id": "1", "version": int(version), "title": "Bridge", "text": text}).encode()


FORMATS: list[tuple[str, Callable[[str, str, str], bytes]]] = [
    ("a.json", ninjs),
    ("b.json", item),
    ("a.xml", lambda version, at, text: G2.format(version=version, at=at, text=text).encode()),
    ("b.xml", lambda version, at, text: NITF.format(version=version, at=at, text=text).encode()),
    ("c.xml", lambda version, at, text: ATOM.format(at=at, text=text).encode()),
]
ORIGINAL = ("1", "2021-06-16T10:00:00Z", "The bridge cost 40 million.")
CORRECTION = ("2", "2021-06-16T12:00:00Z", "The bridge cost 61 million.")


def newest() -> ArticleRevision:
    article = Article.objects.get()
    revision = article.revisions.order_by("-number").first()
    assert revision is not None
    return revision


@pytest.mark.parametrize(("name", "write"), FORMATS)
def test_the_original_again_after_its_correction_changes_nothing(
    run_import: RunImport, name: str, write: Callable[[str, str, str], bytes]
) -> None:
    for version in (ORIGINAL, CORRECTION):
        run_import({name: write(*version)})
    run = run_import({name: write(*ORIGINAL)})
    assert (run.unchanged, run.updated, run.failed) == (1, 0, 0)
    told = run.items.get()
    assert told.code == "older-version"
    assert "older than what the desk has" in told.detail
    assert "61 million" in newest().text


@pytest.mark.parametrize("order", [(ORIGINAL, CORRECTION), (CORRECTION, ORIGINAL)])
def test_both_in_one_import_end_with_the_correction(run_import: RunImport, order: tuple[Any, ...]) -> None:
    files = {f"{number}.json": ninjs(*version) for number, version in enumerate(order)}
    assert run_import(files).failed == 0
    assert "61 million" in newest().text
    again = run_import(files)
    assert (again.unchanged, again.updated, again.failed) == (2, 0, 0)


def test_without_versions_the_last_to_arrive_is_current(run_import: RunImport) -> None:
    for text in ("First.", "Second.", "First."):
        run_import({"a.json": json.dumps({"id": "1", "title": "T", "text": text}).encode()})
    assert newest().number == 3


def test_the_same_folder_again_is_unchanged_in_any_order(run_import: RunImport) -> None:
    one = json.dumps({"id": "1", "title": "T", "text": "First text."}).encode()
    other = json.dumps({"id": "1", "title": "T", "text": "Another text."}).encode()
    first = run_import({"a.json": one, "b.json": other})
    assert (first.created, first.failed) == (1, 1)
    for files in ({"b.json": other, "a.json": one}, {"a.json": one, "b.json": other}):
        again = run_import(files)
        assert (again.unchanged, again.updated, again.failed) == (1, 0, 1)
    assert run_import({"b.json": other}).updated == 1  # by itself it is a later version


def rss(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>https://pod.example/</link><title>Episode {guid}</title>"
        f"<description>{text}</description></item>"
        for guid, text in entries
    )
    return f"<rss version='2.0'><channel><title>Pod</title>{items}</channel></rss>".encode()


def test_entries_that_share_a_link_are_told_apart_by_their_guid(run_import: RunImport) -> None:
    run = run_import({"pod.xml": rss(("1", "The first."), ("2", "The second."), ("3", "The third."))})
    assert (run.created, run.failed) == (3, 0)
    later = run_import({"pod.xml": rss(("4", "The fourth."))})
    last = run_import({"pod.xml": rss(("5", "The fifth."), ("1", "The first, corrected."))})
    assert (later.created, last.created, last.updated, last.failed) == (1, 1, 1, 0)
    assert Article.objects.count() == 5
    alone = run_import({"pod.xml": rss(("6", "The sixth."))})  # its link is that of number 4, which came alone as well
    assert (alone.created, alone.failed) == (1, 0)
    assert ImportItem.objects.filter(state="failed").count() == 0
