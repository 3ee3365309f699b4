"""An import, from bytes to searchable articles: what is new, what is known, what is refused."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.models import User
from articles import storage
from articles.models import (
    Article,
    ArticleRevision,
    ImportRun,
    PendingRevision,
    Proposal,
    SearchPassage,
    Source,
    StoredFile,
)
from articles.services.runs import PastedText, start_import
from core.errors import InvalidInput, NotPermitted
from core.files.disk import DiskFull
from tests.articles.conftest import NOW

pytestmark = pytest.mark.django_db
RunImport = Callable[..., ImportRun]

STORY = b"A headline about trade\n\nThe first paragraph has 80 requests in it.\n\nThe second one stays.\n"


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.failed


def jsonl(*items: Mapping[str, object]) -> bytes:
    return b"\n".join(json.dumps(item).encode() for item in items)


def test_a_text_file_becomes_an_article_with_its_first_revision(run_import: RunImport) -> None:
    run = run_import({"trade.txt": STORY})

    article = Article.objects.get()
    assert counts(run) == (1, 0, 0, 0)
    assert (run.state, run.total, run.done) == ("finished", 1, 1)
    assert (article.title, article.file_name, article.language) == ("A headline about trade", "trade.txt", "en")
    revision = article.current_revision
    assert revision is not None
    assert revision.number == 1
    assert revision.text.startswith("A headline about trade\n\nThe first")
    assert revision.raw_id == run.items.get().raw_id
    assert run.items.get().article == article
    assert SearchPassage.objects.filter(article=article).count() == 2


def test_the_same_again_changes_nothing(run_import: RunImport) -> None:
    run_import({"trade.txt": STORY})
    before = list(Article.objects.values()), list(ArticleRevision.objects.values()), SearchPassage.objects.count()

    run = run_import({"trade.txt": STORY})

    assert counts(run) == (0, 0, 1, 0)
    assert before == (
        list(Article.objects.values()),
        list(ArticleRevision.objects.values()),
        SearchPassage.objects.count(),
    )


@pytest.mark.parametrize("zone", ["+23:00", "-17:30", "+05:53:28", "+05:53:28.5"])
def test_a_date_of_an_unusual_zone_does_not_refuse_the_file(run_import: RunImport, zone: str) -> None:
    odd = {"title": "Odd", "text": "Words of the first.", "published_at": f"2021-01-02T00:00:00{zone}"}
    run = run_import({"a.jsonl": jsonl(odd, {"title": "Plain", "text": "Words of the second."})})

    assert counts(run) == (2, 0, 0, 0)
    assert Article.objects.get(title="Odd").published_at == datetime.fromisoformat(f"2021-01-02T00:00:00{zone}")


@pytest.mark.parametrize("name", ["ΕΘΝΟΣ", "İstanbul Postası"])
def test_a_source_whose_letters_postgres_lowers_differently_is_found_again(run_import: RunImport, name: str) -> None:
    item = {"title": "Trade", "text": "Words of the story.", "source": name}
    run_import({"a.jsonl": jsonl(item)})
    run = run_import({"b.jsonl": jsonl(item | {"text": "Words of another."})})

    assert counts(run) == (1, 0, 0, 0)
    assert Source.objects.get().name == name


def test_changed_text_is_a_new_revision_that_waits_to_be_placed(run_import: RunImport) -> None:
    run_import({"trade.txt": STORY})
    run = run_import({"trade.txt": STORY.replace(b"80", b"45")})

    article = Article.objects.get()
    assert counts(run) == (0, 1, 0, 0)
    assert article.revisions.count() == 2
    assert article.current_revision is not None
    assert article.current_revision.number == 1
    assert PendingRevision.objects.get().revision.number == 2


def test_an_older_wording_that_returns_is_a_new_revision(run_import: RunImport) -> None:
    for body in (STORY, STORY.replace(b"80", b"45"), STORY):
        run_import({"trade.txt": body})
    digests = list(ArticleRevision.objects.order_by("number").values_list("sha256", flat=True))
    assert digests[0] == digests[2] != digests[1]


def test_the_canonical_url_is_the_identity_whatever_the_file_or_the_tracking(run_import: RunImport) -> None:
    item = {"title": "Trade", "text": "Words of the story."}
    run_import({"a.jsonl": jsonl({**item, "url": "https://example.org/story?utm_source=mail"})})
    run = run_import({"b.json": json.dumps({**item, "url": "https://example.org/story#top"}).encode()})
    assert counts(run) == (0, 0, 1, 0)


def test_an_external_id_counts_within_its_source(run_import: RunImport) -> None:
    item = {"external_id": "7", "title": "Trade", "text": "Words of the story."}
    run = run_import({"a.jsonl": jsonl({**item, "source": "Wire"}, {**item, "source": "Other wire"})})
    assert counts(run) == (2, 0, 0, 0)
    again = run_import({"b.jsonl": jsonl({**item, "source": "wire", "text": "Other words."})})
    assert counts(again) == (0, 1, 0, 0)
    assert set(Source.objects.values_list("name", flat=True)) == {"Wire", "Other wire"}


def test_a_line_without_id_is_known_by_its_words_alone(run_import: RunImport) -> None:
    first, second = {"title": "One", "text": "First words."}, {"title": "Two", "text": "Second words."}
    run_import({"a.jsonl": jsonl(first, second)})
    run = run_import({"a.jsonl": jsonl(second, {"title": "New", "text": "Third words."}, first)})
    assert counts(run) == (1, 0, 2, 0)
    assert ArticleRevision.objects.filter(number=2).count() == 0


def test_the_same_id_twice_in_a_run(run_import: RunImport) -> None:
    item = {"external_id": "7", "title": "Trade", "text": "Words of the story."}
    run = run_import({"a.jsonl": jsonl(item, item, {**item, "text": "Other words."})})

    assert counts(run) == (1, 0, 1, 1)
    failed = run.items.get(state="failed")
    assert failed.code == "duplicate-in-run"
    assert "same id" in failed.detail
    assert ArticleRevision.objects.count() == 1


def test_each_entry_of_a_file_has_an_item_and_the_bad_ones_fail_alone(run_import: RunImport) -> None:
    data = jsonl({"title": "One", "text": "First."}) + b"\n{nonsense\n" + jsonl({"title": "Two", "text": "Second."})
    run = run_import({"wire.jsonl": data})

    assert counts(run) == (2, 0, 0, 1)
    assert list(run.items.values_list("name", "state")) == [
        ("wire.jsonl:1", "created"),
        ("wire.jsonl:2", "failed"),
        ("wire.jsonl:3", "created"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.txt", b"", "empty-file"),
        ("blank.txt", b" \n \n", "empty-file"),
        ("binary.txt", bytes(range(32)) * 40, "binary"),
        ("latin.txt", b"Stra\xdfe", "not-utf8"),
        ("long.txt", b"word " * 210_000, "too-long"),
        ("deep.json", b"[" * 100_000 + b"]" * 100_000, "too-deep"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported-format"),
    ],
)
def test_bad_input_is_refused_with_a_reason_and_nothing_is_half_stored(
    name: str, data: bytes, code: str, run_import: RunImport
) -> None:
    run = run_import({name: data, "good.txt": STORY})

    assert counts(run) == (1, 0, 0, 1)
    item = run.items.get(state="failed")
    assert item.code == code
    assert item.detail
    assert item.article is None
    assert Article.objects.count() == ArticleRevision.objects.count() == 1


def test_html_full_of_scripts_leaves_no_script(run_import: RunImport) -> None:
    page = (
        b"<html><head><title>Trade story</title><script>alert(1)</script></head><body><article><h1>Trade story</h1>"
        b"<p onclick='alert(2)'>The paragraph that everybody reads says that trade grew by three per cent.</p>"
        b"<script>document.write('evil')</script><p>And another paragraph of the story, long enough to be one.</p>"
        b"<iframe src='javascript:alert(3)'></iframe></article></body></html>"
    )
    run_import({"page.html": page})
    text = ArticleRevision.objects.get().text
    assert "trade grew" in text
    assert "evil" not in text
    assert "alert" not in text


def test_what_a_person_edited_no_import_overwrites(run_import: RunImport) -> None:
    item = {"url": "https://example.org/a", "title": "Trade", "text": "Words.", "byline": "Ann"}
    run_import({"a.jsonl": jsonl(item)})
    Article.objects.update(byline="Anna Author", edited_fields=["byline"])

    run_import({"a.jsonl": jsonl({**item, "byline": "Bob", "language": "en-GB"})})

    article = Article.objects.get()
    assert (article.byline, article.language) == ("Anna Author", "en-GB")
    assert list(Proposal.objects.filter(field="byline").values_list("value", "state")) == [("Bob", "open")]


def test_an_editors_source_does_not_hide_the_file_it_came_from(run_import: RunImport) -> None:
    run_import({"trade.txt": STORY})
    Article.objects.update(source=Source.objects.create(name="Daily"), edited_fields=["source"])
    assert counts(run_import({"trade.txt": STORY})) == (0, 0, 1, 0)


def test_pasted_text_is_new_unless_it_is_the_same_or_its_article_is_named(run_import: RunImport) -> None:
    text = STORY.decode()
    run_import(pasted=PastedText(text))
    article = Article.objects.get()
    assert article.file_name is None
    assert counts(run_import(pasted=PastedText(text))) == (0, 0, 1, 0)
    assert counts(run_import(pasted=PastedText(text.replace("80", "45")))) == (1, 0, 0, 0)
    told = PastedText(text.replace("80", "46"), article_id=article.pk)
    assert counts(run_import(pasted=told)) == (0, 1, 0, 0)


def test_articles_of_the_api_are_items_of_one_run(run_import: RunImport) -> None:
    run = run_import(articles=[{"title": "One", "text": "First."}, {"title": "Two"}, "nonsense"])
    assert counts(run)[0] == 1
    assert run.failed == 2
    assert set(Article.objects.values_list("file_name", flat=True)) == {None}


def test_more_entries_than_a_batch_are_all_there(run_import: RunImport) -> None:
    items = [{"external_id": str(n), "title": f"Title {n}", "text": f"Words of {n}."} for n in range(450)]
    run = run_import({"wire.jsonl": jsonl(*items)})
    assert counts(run) == (450, 0, 0, 0)
    assert run.items.count() == run.total == run.done == Article.objects.count() == 450


def test_who_may_not_import(make_user: Callable[..., User]) -> None:
    with pytest.raises(NotPermitted):
        start_import(person=make_user("publisher"), pasted=PastedText("Text"), now=NOW)
    assert not ImportRun.objects.exists()


def test_nothing_to_import(editor: User) -> None:
    with pytest.raises(InvalidInput):
        start_import(person=editor, now=NOW)


def test_an_address_that_is_none_fails_at_once(run_import: RunImport) -> None:
    run = run_import(urls=["file:///etc/passwd", "javascript:alert(1)"])
    assert counts(run) == (0, 0, 0, 2)
    assert run.state == "failed"


def test_what_the_desk_exported_is_known_again(run_import: RunImport) -> None:
    run_import({"trade.txt": STORY, "words.jsonl": jsonl({"title": "Words", "text": "They have no id. " * 5})})
    exported = [
        {
            "type": "article",
            "id": str(one.pk),
            "external_id": None,
            "title": one.title,
            "text": one.current_revision.text,
        }
        for one in Article.objects.select_related("current_revision")
        if one.current_revision
    ]
    assert counts(run_import({"working.jsonl": jsonl(*exported)})) == (0, 0, 2, 0)
    changed = [one | {"text": one["text"].replace(" id", " number").replace("80", "81")} for one in exported]
    assert counts(run_import({"working.jsonl": jsonl(*changed)})) == (0, 2, 0, 0)
    assert not Article.objects.exclude(external_id=None).exists()


def test_a_file_that_somebody_else_stores_at_this_moment_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = storage.store_bytes(STORY)
    with monkeypatch.context() as patch:
        patch.setattr(StoredFile.objects, "filter", lambda **_: StoredFile.objects.none())  # looked before it was there
        patch.setattr(storage, "store_whole", refuse)
        with pytest.raises(DiskFull):
            storage.store_bytes(STORY)
    assert storage.open_stored(stored).read() == STORY


def refuse(*_: object) -> str:
    raise DiskFull


def test_what_a_crash_left_is_not_trusted(time_machine: TimeMachineFixture) -> None:
    stored = storage.store_bytes(STORY)
    StoredFile.objects.all().delete()
    Path(default_storage.path(stored.path)).write_bytes(STORY[:9])
    assert storage.open_stored(storage.store_bytes(STORY)).read() == STORY
    StoredFile.objects.all().delete()
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    again = storage.store_bytes(STORY)
    assert (again.path, storage.open_stored(again).read()) == (stored.path, STORY)
