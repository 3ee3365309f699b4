"""Details, proposals and block roles beside the reader; sources."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import html

from accounts.models import User
from articles.models import Article, BlockRole, ImportRun, Proposal, SearchPassage, Source
from articles.services.details import edit_details

pytestmark = pytest.mark.django_db
STORY = b"A headline about trade\n\nGENEVA (Reuters) - The first paragraph has 80 requests in it.\n\nThe second one stays.\n"


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def article(run_import: Callable[..., ImportRun]) -> Article:
    run_import({"a.txt": STORY})
    return Article.objects.get()


def send(desk: Client, article: Article, **changes: str) -> Any:
    given = {"title": article.title, "source": "", "origin": "", "url": "", "byline": "", "language": "en", **changes}
    return desk.post(
        f"/articles/{article.pk}/details/",
        {f"details-{name}": value for name, value in given.items()},
        HTTP_HX_REQUEST="true",
    )


def test_details_are_saved_and_kept_from_imports(
    desk: Client, article: Article, run_import: Callable[..., ImportRun]
) -> None:
    answer = send(
        desk,
        article,
        source="Harbour Courier",
        url="https://example.org/a?utm_source=x",
        published_at="2026-11-20T10:30:00",
    )
    assert answer.status_code == 200
    article.refresh_from_db()
    assert article.source == Source.objects.get(name="Harbour Courier")
    assert article.url == "https://example.org/a"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-11-20T10:30:00+00:00"
    assert article.edited_fields == ["published_at", "source", "url"]
    assert run_import({"a.txt": STORY}).unchanged == 1


def test_a_title_that_was_broken_into_lines_is_one_line(desk: Client, article: Article) -> None:
    assert send(desk, article, title="A headline\r\n about  tariffs ").status_code == 200
    article.refresh_from_db()
    assert article.title == "A headline about tariffs"


def open_form(desk: Client, article: Article) -> dict[str, str]:
    return sent_form(desk.get(f"/articles/{article.pk}/details/"))


def sent_form(page: Any) -> dict[str, str]:
    (form,) = [one for one in html.fromstring(page.content.decode()).forms if "details-title" in one.fields]
    # A browser drops the line break that Django writes first in a textarea.
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}


def test_what_only_a_colleague_changed_meanwhile_stays(
    desk: Client, article: Article, make_user: Callable[..., User]
) -> None:
    address = f"/articles/{article.pk}/details/"
    opened = open_form(desk, article)
    published = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    changes = {"byline": "Ada Example", "published_at": published}
    edit_details(article_id=article.pk, person=make_user("editor"), changes=changes, now=published)
    assert desk.post(address, opened | {"details-title": "Another headline"}).status_code == 200
    article.refresh_from_db()
    assert (article.title, article.byline, article.published_at) == ("Another headline", "Ada Example", published)
    desk.post(address, open_form(desk, article) | {"details-byline": ""})
    article.refresh_from_db()
    assert (article.byline, article.published_at) == ("", published)


TITLE, PUBLISHED = "A headline about trade and ships", datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
MINE = {
    "details-title": "A headline about trade and tariffs",
    "details-published_at": "2026-11-21T08:00:00",
    "details-language": "fr",
}


@pytest.fixture
def lost_race(desk: Client, article: Article, make_user: Callable[..., User]) -> Any:
    """Return the answer to a form whose title and date a colleague changed after it was opened."""
    opened = open_form(desk, article)
    theirs = {"title": TITLE, "published_at": PUBLISHED, "byline": "Ada Example"}
    edit_details(article_id=article.pk, person=make_user("editor"), changes=theirs, now=PUBLISHED)
    return desk.post(f"/articles/{article.pk}/details/", opened | MINE, HTTP_HX_REQUEST="true")


def test_who_loses_a_race_for_a_detail_sees_both_texts(article: Article, lost_race: Any) -> None:
    assert lost_race.status_code == 412
    race = lost_race.context["race"]
    assert [(one.name, one.mine, one.theirs) for one in race.competing] == [
        ("title", MINE["details-title"], TITLE),
        ("published_at", "21 November 2026, 08:00:00", "20 November 2026, 10:30:00"),
    ]
    assert [words for kind, words in race.competing[0].ops if kind != "equal"] == ["tariffs", "ships"]
    assert race.taken == ["Byline"]
    article.refresh_from_db()
    assert (article.title, article.published_at, article.language) == (TITLE, PUBLISHED, "en")
    again = sent_form(lost_race)
    assert again | MINE == again
    assert again["initial-details-published_at"] == "2026-11-20T10:30:00"


def test_after_a_lost_race_each_detail_is_chosen(desk: Client, article: Article, lost_race: Any) -> None:
    again = sent_form(lost_race) | {"stands-published_at": "theirs"}
    assert desk.post(f"/articles/{article.pk}/details/", again).status_code == 200
    article.refresh_from_db()
    assert (article.title, article.published_at) == (MINE["details-title"], PUBLISHED)
    assert (article.byline, article.language) == ("Ada Example", "fr")


def test_two_people_who_write_the_same_do_not_race(
    desk: Client, article: Article, make_user: Callable[..., User]
) -> None:
    opened = open_form(desk, article)
    edit_details(article_id=article.pk, person=make_user("editor"), changes={"source": "Courier"}, now=PUBLISHED)
    same = opened | {"details-source": "Courier", "details-byline": "Ada Example"}
    assert desk.post(f"/articles/{article.pk}/details/", same).status_code == 200
    article.refresh_from_db()
    assert (str(article.source), article.byline) == ("Courier", "Ada Example")


def test_what_was_read_may_be_no_date(desk: Client, article: Article) -> None:
    """A browser may send anything back: then nobody knows what was read of this detail."""
    given = open_form(desk, article) | {"details-byline": "Ann Lee", "initial-details-published_at": "tomorrow"}
    answer = desk.post(f"/articles/{article.pk}/details/", given, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    article.refresh_from_db()
    assert article.byline == "Ann Lee"


def test_saving_without_a_change_edits_nothing(desk: Client, article: Article) -> None:
    send(desk, article)
    article.refresh_from_db()
    assert article.edited_fields == []


def test_an_old_address_still_finds_the_article(desk: Client, run_import: Callable[..., ImportRun]) -> None:
    page = b'{"url": "https://example.org/old", "title": "Trade", "text": "Words of it."}'
    run_import({"a.json": page})
    article = Article.objects.get()
    send(desk, article, url="https://example.org/new", language="en")
    assert run_import({"b.json": page}).unchanged == 1
    assert not Proposal.objects.filter(state="open", field="url").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "javascript:alert(1)"}, "http"),
        ({"language": "!!"}, "not a language tag"),
        ({"title": ""}, "required"),
    ],
)
def test_what_is_not_valid_is_told_and_nothing_changes(
    desk: Client, article: Article, changes: dict[str, str], said: str
) -> None:
    before = Article.objects.values().get()
    answer = send(desk, article, byline="Somebody", **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Article.objects.values().get() == before


def test_an_address_of_another_article_is_refused(desk: Client, article: Article) -> None:
    Article.objects.create(title="Other", url="https://example.org/a")
    answer = send(desk, article, url="https://example.org/a")
    assert answer.status_code == 422
    assert "has this address already" in answer.content.decode()


def test_a_proposal_is_accepted_once(desk: Client, article: Article) -> None:
    proposal = Proposal.objects.get(article=article, field="origin")
    assert "Reuters" in desk.get(f"/articles/{article.pk}/details/").content.decode()

    desk.post(f"/articles/proposals/{proposal.pk}/", {"decision": "accept"}, HTTP_HX_REQUEST="true")

    article.refresh_from_db()
    assert str(article.origin) == "Reuters"
    again = desk.post(f"/articles/proposals/{proposal.pk}/", {"decision": "dismiss"}, HTTP_HX_REQUEST="true")
    assert "was accepted before" in again.content.decode()


def test_a_dismissed_proposal_stays_away(desk: Client, article: Article, run_import: Callable[..., ImportRun]) -> None:
    for proposal in Proposal.objects.all():
        desk.post(f"/articles/proposals/{proposal.pk}/", {"decision": "dismiss"}, HTTP_HX_REQUEST="true")
    run_import({"a.txt": STORY.replace(b"80", b"45")})
    assert not Proposal.objects.filter(state="open").exists()


def test_a_block_becomes_furniture_and_leaves_the_search(desk: Client, article: Article) -> None:
    before = SearchPassage.objects.filter(article=article).count()
    answer = desk.post(f"/articles/{article.pk}/blocks/2/role", {"role": "furniture"})
    assert answer.json()["role"] == "furniture"
    assert BlockRole.objects.get().block == 2
    text = article.current_revision.text
    spans = SearchPassage.objects.filter(article=article).values_list("start", "end")
    assert not any("second one stays" in text[start:end] for start, end in spans)
    assert before == 2

    assert desk.post(f"/articles/{article.pk}/blocks/2/role", {"role": "nonsense"}).status_code == 422
    assert desk.post(f"/articles/{article.pk}/blocks/99/role", {"role": "body"}).status_code == 404


def test_who_may_not_edit(client: Client, article: Article, make_user: Callable[..., User]) -> None:
    client.force_login(make_user("publisher"))
    assert send(client, article, byline="Somebody").status_code == 403
    assert client.post(f"/articles/{article.pk}/blocks/1/role", {"role": "body"}).status_code == 403
    assert client.get(f"/articles/{article.pk}/details/").status_code == 200


def test_sources_are_listed_added_and_edited(desk: Client, django_assert_max_num_queries: Any) -> None:
    assert desk.post("/sources/", {"name": "Harbour Courier", "domain": "Harbour.example"}).status_code == 302
    source = Source.objects.get()
    assert source.domain == "harbour.example"
    with django_assert_max_num_queries(8):
        assert "Harbour Courier" in desk.get("/sources/").content.decode()
    assert desk.post("/sources/", {"name": "Harbour Courier"}).status_code == 422
    desk.post(f"/sources/{source.pk}/", {"name": "Harbour Courier", "country": "fi"})
    source.refresh_from_db()
    assert (source.country, source.domain) == ("FI", None)


def test_languages_are_named_and_nobody_is_asked_for_seconds(desk: Client, article: Article) -> None:
    page = html.fromstring(desk.get(f"/articles/{article.pk}/details/").content.decode())
    (published,) = page.xpath("//input[@type='datetime-local']")
    assert "step" not in published.attrib
    for name, language in (("Harbour Courier", "de"), ("Unknown", ""), ("Klingon Times", "tlh")):
        Source.objects.create(name=name, language=language)
    rows = html.fromstring(desk.get("/sources/").content.decode()).xpath("//tbody/tr")
    shown = {row.find("th").text_content(): row.xpath("td[@data-label='Language']")[0].text for row in rows}
    assert shown == {"Harbour Courier": "German", "Unknown": None, "Klingon Times": "tlh"}
