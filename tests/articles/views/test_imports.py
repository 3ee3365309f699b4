"""Imports in the browser: started, watched, cancelled, tried again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from articles.models import Article, FeedWatch, ImportRun, Source
from articles.services.enrichment import enrich_revisions
from articles.services.runs import IncomingFile, start_import
from articles.tasks import process_import
from core import heartbeat
from tests.articles.conftest import NOW

pytestmark = pytest.mark.django_db
STORY = "A headline about trade\n\nThe first paragraph has 80 requests in it.\n"


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that would go to a worker: the broker stands outside of these tests."""
    runs: list[str] = []
    monkeypatch.setattr(process_import, "delay", runs.append)
    return runs


def test_a_pasted_text_opens_straight_in_the_reader(desk: Client, handed_over: list[str]) -> None:
    answer = desk.post("/imports/new/", {"import-text": STORY})
    assert answer.status_code == 302
    assert answer["Location"] == f"/articles/{Article.objects.get().pk}/"
    assert handed_over == []


def test_files_go_to_a_worker_and_the_bar_moves(desk: Client, handed_over: list[str]) -> None:
    files = [SimpleUploadedFile("a.txt", STORY.encode()), SimpleUploadedFile("empty.txt", b"")]
    answer = desk.post("/imports/new/", {"import-files": files, "import-source": "Harbour Courier"})
    run = ImportRun.objects.get()
    assert answer["Location"] == f"/imports/{run.pk}/"
    assert set(handed_over) == {str(run.pk)}

    page = desk.get(f"/imports/{run.pk}/").content.decode()
    assert "every 1s" in page
    assert "1 of 2" in page

    process_import(str(run.pk))

    assert Article.objects.get().source.name == "Harbour Courier"
    moved = desk.get(f"/imports/{run.pk}/progress/")
    assert moved["HX-Redirect"] == f"/imports/{run.pk}/"
    assert "every 1s" not in moved.content.decode()
    page = desk.get(f"/imports/{run.pk}/").content.decode()
    assert "A headline about trade" in page
    assert "It is empty" in page


def test_one_file_ends_in_the_reader(desk: Client, handed_over: list[str]) -> None:
    desk.post("/imports/new/", {"import-files": [SimpleUploadedFile("a.txt", STORY.encode())]})
    run = ImportRun.objects.get()
    process_import(str(run.pk))
    assert desk.get(f"/imports/{run.pk}/progress/")["HX-Redirect"] == f"/articles/{Article.objects.get().pk}/"


def test_nothing_given_is_said_and_what_was_typed_stays(desk: Client, handed_over: list[str]) -> None:
    answer = desk.post("/imports/new/", {"import-source": "Harbour Courier"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "There is nothing to import" in body
    assert "Harbour Courier" in body
    assert handed_over == []


def test_a_line_that_is_no_address_is_named_and_nothing_is_imported_half(desk: Client, handed_over: list[str]) -> None:
    typed = "https://example.org/a\n\nexample dot org\nhttps://example.org/b\njavascript:alert(1)"
    files = [SimpleUploadedFile("a.txt", STORY.encode())]
    answer = desk.post("/imports/new/", {"import-urls": typed, "import-text": STORY, "import-files": files})
    assert answer.status_code == 422
    field = answer.context["form"]["urls"]
    assert [error.split(":")[0] for error in list(field.errors)[:2]] == [
        "Line 3 is not a web address",
        "Line 5 is not a web address",
    ]
    body = answer.content.decode()
    assert 'id="id_import-urls_error"' in body
    assert "https://example.org/b" in body
    assert "The first paragraph has 80 requests in it." in body
    assert "Choose the files again" in body
    assert not ImportRun.objects.exists()
    assert handed_over == []

    desk.post("/imports/new/", {"import-urls": " https://example.org/a \r\n\r\nhttps://example.org/b\r\n"})
    assert ImportRun.objects.get().total == 2


def test_no_worker_is_told_after_ten_idle_seconds(desk: Client, editor: User, time_machine: Any) -> None:
    time_machine.move_to(NOW)
    run = start_import(person=editor, files=[IncomingFile("a.txt", STORY.encode())], now=NOW)
    url = f"/imports/{run.pk}/progress/"
    assert "No worker is running" not in desk.get(url).content.decode()
    time_machine.move_to(NOW + timedelta(seconds=11))
    assert "No worker is running" in desk.get(url).content.decode()
    heartbeat.beat(["imports"])
    assert "No worker is running" not in desk.get(url).content.decode()


def test_cancel_and_retry(desk: Client, editor: User, handed_over: list[str]) -> None:
    files = [IncomingFile("a.txt", STORY.encode()), IncomingFile("bad.json", b"{")]
    run = start_import(person=editor, files=files, now=NOW)
    desk.post(f"/imports/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == "cancelled"

    other = start_import(person=editor, files=files, now=NOW)
    process_import(str(other.pk))
    handed_over.clear()
    desk.post(f"/imports/{other.pk}/retry/")
    assert handed_over == [str(other.pk)]
    again = other.items.get(state="queued")
    again.locator |= {"expected": 400}  # one bad line of a part of a large file
    again.save()
    assert "1 of 2" in desk.get(f"/imports/{other.pk}/progress/").content.decode()


def test_the_error_list_is_a_table_without_formulas(desk: Client, editor: User) -> None:
    run = start_import(person=editor, files=[IncomingFile(" =cmd.json", b"{")], now=NOW)
    process_import(str(run.pk))
    table = desk.get(f"/imports/{run.pk}/errors.csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "' =cmd.json" in table.content.decode()
    assert "malformed-json" in table.content.decode()


def test_the_list(desk: Client, run_import: Callable[..., ImportRun], django_assert_max_num_queries: Any) -> None:
    assert "Nothing was imported yet" in desk.get("/imports/").content.decode()
    run_import({"a.txt": STORY.encode()})
    with django_assert_max_num_queries(9):
        assert "a.txt" in desk.get("/imports/").content.decode()


def test_the_list_says_what_happened_and_no_zero(desk: Client, run_import: Callable[..., ImportRun]) -> None:
    run = run_import({"a.txt": STORY.encode(), "b.json": b"{"})
    for path in ("/imports/", f"/imports/{run.pk}/"):
        page = desk.get(path).content.decode()
        assert "1 new" in page
        assert "1 failed" in page
        assert "0 " not in page[page.index("1 new") : page.index("1 failed")]


def test_a_form_that_adds_is_open_where_it_is_needed(desk: Client) -> None:
    def is_open(answer: Any) -> bool:
        return '<details class="card is-slim" open>' in answer.content.decode()

    assert is_open(desk.get("/sources/"))  # nothing there yet
    Source.objects.create(name="Wire")
    assert not is_open(desk.get("/sources/"))  # the list comes first
    assert is_open(desk.post("/sources/", {"name": "Wire"}))  # what was typed is seen


@pytest.mark.parametrize("path", ["/imports/new/", "/imports/{run}/cancel/", "/imports/{run}/retry/"])
def test_who_may_not_import(
    path: str, client: Client, make_user: Callable[..., User], run_import: Callable[..., ImportRun]
) -> None:
    run = run_import({"a.txt": STORY.encode()})
    client.force_login(make_user("publisher"))
    assert client.post(path.format(run=run.pk), {"import-text": "Other text"}).status_code == 403
    assert Article.objects.count() == 1


def test_a_pasted_text_like_an_article_asks_which_it_is(
    desk: Client, handed_over: list[str], run_import: Callable[..., ImportRun]
) -> None:
    text = "The headline\n\n" + "\n\n".join(f"Paragraph {n} of the story counts {n * 7} things." for n in range(20))
    run_import({"story.txt": text.encode()})
    enrich_revisions()
    article = Article.objects.get()
    changed = text.replace("counts 21", "counts 22")

    asked = desk.post("/imports/new/", {"import-text": changed})
    assert asked.status_code == 200
    assert "A new version of an article?" in asked.content.decode()
    assert "counts 22" in asked.content.decode()
    assert Article.objects.count() == article.revisions.count() == 1

    answer = desk.post("/imports/new/", {"import-text": changed, "version_of": str(article.pk)})
    assert answer["Location"] == f"/articles/{article.pk}/"
    assert article.revisions.count() == 2

    desk.post("/imports/new/", {"import-text": changed.replace("counts 28", "counts 29"), "version_of": "new"})
    assert Article.objects.count() == 2


def test_feeds_are_watched_and_stopped(desk: Client, client: Client, make_user: Callable[..., User]) -> None:
    assert "No feed is watched" in desk.get("/imports/feeds/").content.decode()
    desk.post("/imports/feeds/", {"url": "https://example.org/feed", "every_minutes": "30", "source": "Outlet"})
    feed = FeedWatch.objects.get()
    assert "https://example.org/feed" in desk.get("/imports/feeds/").content.decode()
    assert desk.post("/imports/feeds/", {"url": "nonsense", "every_minutes": "30"}).status_code == 422
    desk.post(f"/imports/feeds/{feed.pk}/stop/")
    assert not FeedWatch.objects.exists()
    client.force_login(make_user("publisher"))
    asked = {"url": "https://example.org/feed", "every_minutes": "30", "source": "A source of nobody's"}
    assert client.post("/imports/feeds/", asked).status_code == 403
    assert [source.name for source in Source.objects.all()] == ["Outlet"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "is not a web address"),
        ("ftp://example.org/feed", "is not a web address"),
        ("https://example.org/feed", "watched already"),
    ],
)
def test_a_refused_feed_says_so_beside_its_address(desk: Client, url: str, words: str) -> None:
    desk.post("/imports/feeds/", {"url": "https://example.org/feed", "every_minutes": "30"})
    answer = desk.post("/imports/feeds/", {"url": url, "every_minutes": "60", "source": "Harbour Courier"})
    assert answer.status_code == 422
    assert any(words in error for error in answer.context["form"].errors["url"])
    assert "Harbour Courier" in answer.content.decode()
    assert FeedWatch.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", " "),
        ("name", "Wire"),
        ("domain", "not a domain"),
        ("domain", "localhost"),
        ("domain", "wire.example"),
        ("language", "English, mostly"),
        ("country", "Germany"),
    ],
)
def test_a_refused_source_says_so_beside_the_field(desk: Client, field: str, typed: str) -> None:
    Source.objects.create(name="Wire", domain="wire.example")
    given = {"name": "Harbour Courier", "domain": "courier.example", "interests": "Owned by the port"} | {field: typed}
    answer = desk.post("/sources/", given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    body = answer.content.decode()
    assert f'id="id_{field}_error"' in body
    assert "Owned by the port" in body
    assert Source.objects.count() == 1


def test_no_browser_cuts_a_long_text_of_a_form(desk: Client) -> None:
    (field,) = re.findall(r"<textarea[^>]*>", desk.get("/sources/").content.decode())
    assert 'name="interests"' in field
    assert "maxlength" not in field
    refused = desk.post("/sources/", {"name": "Courier", "interests": "a" * 10_001})
    assert "10,000" in str(refused.context["form"].errors["interests"]) or "10000" in refused.content.decode()
    assert "a" * 10_001 in refused.content.decode()


def test_the_domain_of_a_source_may_be_pasted_as_an_address(desk: Client) -> None:
    given = {"name": "Courier", "domain": "https://www.Courier.example/news", "language": "en_gb", "country": "gb"}
    desk.post("/sources/", given)
    source = Source.objects.get()
    assert (source.domain, source.language, source.country) == ("courier.example", "en-GB", "GB")


TABLE = "A;B;C\nBridge;The bridge is to be rebuilt.;2021-06-16\nMill;The mill is to be a museum.;2021-06-17\n"


def test_the_columns_of_a_table_are_chosen_with_its_first_cells_in_sight(desk: Client, handed_over: list[str]) -> None:
    desk.post("/imports/new/", {"import-files": [SimpleUploadedFile("wire.csv", TABLE.encode())]})
    run = ImportRun.objects.get()
    process_import(str(run.pk))
    page = desk.get(f"/imports/{run.pk}/").content.decode()
    assert "No column holds the article" in page
    assert f"/imports/{run.pk}/columns/" in page
    columns = desk.get(f"/imports/{run.pk}/columns/").content.decode()
    assert "The mill is to be a museum." in columns

    for chosen, reason in (("", "No column holds"), ("title", "Two columns are")):
        refused = desk.post(f"/imports/{run.pk}/columns/", {"column-0": "title", "column-1": chosen})
        assert refused.status_code == 422
        assert reason in refused.content.decode()
    given = {"column-0": "title", "column-1": "text", "column-2": "published_at"}
    answer = desk.post(f"/imports/{run.pk}/columns/", given)
    again = ImportRun.objects.exclude(pk=run.pk).get()
    assert answer["Location"] == f"/imports/{again.pk}/"
    process_import(str(again.pk))
    assert list(Article.objects.order_by("title").values_list("title", "published_at__day")) == [
        ("Bridge", 16),
        ("Mill", 17),
    ]


def test_an_original_is_kept_and_read_again(desk: Client, handed_over: list[str]) -> None:
    """Of a file of several, an article's own part; the same text changes nothing."""
    lines = b'{"id":"1","title":"One","text":"First words."}\n{"id":"2","title":"Two","text":"Second words."}\n'
    desk.post("/imports/new/", {"import-files": [SimpleUploadedFile("wire.jsonl", lines)]})
    process_import(str(ImportRun.objects.get().pk))
    two = Article.objects.get(title="Two")
    page = desk.get(f"/articles/{two.pk}/original/").content.decode()
    assert "Second words." in page
    assert "First words." not in page
    kept = desk.get(f"/articles/{two.pk}/original/file/")
    assert kept.content == lines.splitlines()[1]
    assert kept["Content-Disposition"] == 'attachment; filename="wire.jsonl"'

    answer = desk.post(f"/articles/{two.pk}/extract-again/", follow=True)
    assert "the text is the same as before" in answer.content.decode()
    assert (Article.objects.count(), two.revisions.count()) == (2, 1)

    wide = SimpleUploadedFile("wide.txt", "Мост\n\nЯк сказав міністр, міст коштував 40 мільйонів.".encode("utf-16-le"))
    desk.post("/imports/new/", {"import-files": [wide]})
    process_import(str(ImportRun.objects.latest("created_at").pk))
    assert (
        "сказав"
        in desk.get(f"/articles/{Article.objects.get(title='Мост').pk}/original/")
        .content.decode()
        .split("What is read and marked")[0]
    )


def test_a_refused_import_keeps_the_tabs_of_its_list(desk: Client) -> None:
    page = desk.post("/imports/new/", {"import-text": ""}).content.decode()
    assert re.search(r'<a class="tab" href="/articles/" aria-current="page">All articles', page)
    assert '<a class="tab" href="/imports/">' in page


def test_one_outcome_needs_no_filter(desk: Client, editor: User) -> None:
    both = [IncomingFile("a.txt", STORY.encode()), IncomingFile("b.bin", bytes(range(256)) * 4)]
    for files, has_filter in ((both[:1], False), (both, True)):
        run = start_import(person=editor, now=NOW, files=files)
        process_import(str(run.pk))
        page = desk.get(f"/imports/{run.pk}/").content.decode()
        assert ('aria-label="Outcome"' in page) is has_filter
