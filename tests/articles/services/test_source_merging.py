"""Two sources of one publisher become one: what moves, what is refused, and where their names lead afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from accounts.models import AuditEvent, User
from articles.models import Article, FeedWatch, ImportRun, Source
from articles.services import source_merging
from articles.services.source_merging import merge_sources, preview_merge
from articles.services.sources import save_source, source_named
from core.errors import InvalidInput, NotPermitted, WrongState
from tests.annotations import story
from tests.articles.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user: Callable[..., User]) -> User:
    return make_user("reviewer")


@pytest.fixture
def pair() -> tuple[Source, Source]:
    return (
        Source.objects.create(name="Courier Online", domain="courier.example", country="DE"),
        Source.objects.create(name="Harbour Courier"),
    )


def make(source: Source, **given: Any) -> Article:
    return Article.objects.create(title=given.pop("title", "A story"), source=source, **given)


def test_articles_origins_and_feeds_move_and_details_are_filled(
    pair: tuple[Source, Source], reviewer: User, editor: User
) -> None:
    source, into = pair
    article, wire = make(source), make(into, origin=source)
    feed = FeedWatch.objects.create(url="https://courier.example/feed", source=source, created_by=editor)
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    for row in (source, into, article, wire, feed):
        row.refresh_from_db()
    assert (article.source, wire.origin, feed.source, source.merged_into) == (into, into, into, into)
    assert (into.domain, into.country, source.domain) == ("courier.example", "DE", None)
    assert list(Source.objects.standing()) == [into]
    event = AuditEvent.objects.filter(stream=f"source:{source.pk}").latest("pk")
    assert (event.actor_id, str(into.pk) in event.after_payload.body) == (reviewer.pk, True)
    assert AuditEvent.objects.filter(stream=f"article:{article.pk}", actor_id=reviewer.pk).exists()


def test_the_old_name_leads_imports_to_the_other_one(
    pair: tuple[Source, Source], reviewer: User, editor: User, run_import: Callable[..., ImportRun]
) -> None:
    source, into = pair
    into.domain = "harbour.example"
    into.save()
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    assert source_named("courier online") == into
    item = (
        b'{"id": "1", "title": "News", "text": "Ships came in.", "source": {"name": "X", "domain": "courier.example"}}'
    )
    run_import({"a.json": item})
    assert Article.objects.get().source == into
    assert Source.objects.standing().count() == 1
    with pytest.raises(InvalidInput, match="Harbour Courier"):
        save_source(person=editor, name="Courier Online")
    with pytest.raises(WrongState, match="Harbour Courier"):
        save_source(person=editor, source=Source.objects.get(pk=source.pk), country="GB")
    with pytest.raises(InvalidInput, match="come here already"):
        save_source(person=editor, source=into, name="Courier Online")


def test_a_third_source_leads_to_the_last_one_in_one_step(pair: tuple[Source, Source], reviewer: User) -> None:
    source, into = pair
    last = Source.objects.create(name="Courier Group")
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    merge_sources(person=reviewer, source_id=into.pk, into_id=last.pk, now=NOW)
    assert source_named("Courier Online") == last
    with pytest.raises(WrongState):
        merge_sources(person=reviewer, source_id=source.pk, into_id=last.pk, now=NOW)


def test_only_reviewers_and_admins_merge(pair: tuple[Source, Source], make_user: Callable[..., User]) -> None:
    for role in ("editor", "publisher"):
        with pytest.raises(NotPermitted):
            merge_sources(person=make_user(role), source_id=pair[0].pk, into_id=pair[1].pk, now=NOW)
    assert Source.objects.standing().count() == 2


def test_articles_that_would_be_one_stop_the_merge(pair: tuple[Source, Source], reviewer: User) -> None:
    source, into = pair
    make(source, external_id="7", title="Ferry runs again")
    make(into, external_id="7")
    with pytest.raises(WrongState, match="Ferry runs again"):
        merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    with pytest.raises(InvalidInput):
        merge_sources(person=reviewer, source_id=source.pk, into_id=source.pk, now=NOW)
    assert Source.objects.standing().count() == 2


def test_a_clash_that_is_mended_while_the_page_is_made_is_not_told(
    pair: tuple[Source, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, into = pair
    make(source, external_id="7")
    other = make(into, external_id="7")
    clashing = source_merging._clashing

    def mend_meanwhile(one: Source, two: Source) -> list[Article]:
        found = list(clashing(one, two))
        Article.objects.filter(pk=other.pk).update(external_id="8")
        return found

    monkeypatch.setattr(
        source_merging, "_clashing", lambda a, b: mend_meanwhile(a, b) if a == source else clashing(a, b)
    )
    assert preview_merge(source=source, into=into).clashes == []


def test_a_form_that_was_read_before_the_merge_does_not_undo_it(
    pair: tuple[Source, Source], reviewer: User, editor: User
) -> None:
    source, into = (Source.objects.get(pk=one.pk) for one in pair)
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    with pytest.raises(WrongState, match="Harbour Courier"):
        save_source(person=editor, source=source, country="GB")
    save_source(person=editor, source=into, interests="A shipping company owns it.")
    into.refresh_from_db()
    assert (into.domain, into.interests) == ("courier.example", "A shipping company owns it.")
    assert list(Source.objects.standing()) == [into]


def test_the_page_says_what_moves_before_it_merges(client: Client, pair: tuple[Source, Source], reviewer: User) -> None:
    source, into = pair
    article = story.make_article(source=source)
    client.force_login(reviewer)
    address = f"/sources/{source.pk}/merge/"
    assert into.name in client.get(address).content.decode()
    shown = client.get(f"{address}?into={into.pk}").content.decode()
    assert "1 article moves." in shown
    assert "This cannot be undone." in shown
    assert Source.objects.standing().count() == 2
    answer = client.post(address, {"into": str(into.pk)})
    assert article.title in client.get(f"/articles/?source={source.pk}").content.decode()
    assert answer.headers["Location"] == f"/sources/{into.pk}/"
    assert client.get(f"/sources/{source.pk}/").headers["Location"] == f"/sources/{into.pk}/"
    assert source.name in client.get(f"/sources/{into.pk}/").content.decode()
    assert "merged already" in client.post(address, {"into": str(into.pk)}).content.decode()


def test_the_page_refuses_what_would_clash(client: Client, pair: tuple[Source, Source], reviewer: User) -> None:
    source, into = pair
    for one in pair:
        make(one, external_id="7", title=f"Ferry of {one}")
    client.force_login(reviewer)
    shown = client.get(f"/sources/{source.pk}/merge/?into={into.pk}").content.decode()
    for article in Article.objects.all():
        assert f'<a href="/articles/{article.pk}/details/">Ferry of {article.source}</a>' in shown
    assert "Merge the sources" not in shown
    refused = client.post(f"/sources/{source.pk}/merge/", {"into": str(into.pk)})
    assert refused.status_code == 409
    assert "Merge the sources" not in refused.content.decode()


def test_a_refused_merge_offers_no_button(client: Client, pair: tuple[Source, Source], reviewer: User) -> None:
    source, into = pair
    third = Source.objects.create(name="Evening Courier")
    merge_sources(person=reviewer, source_id=source.pk, into_id=third.pk, now=NOW)
    client.force_login(reviewer)
    refused = client.post(f"/sources/{source.pk}/merge/", {"into": str(into.pk)}).content.decode()
    assert "merged already" in refused
    assert "Merge the sources" not in refused
    assert f"/sources/{third.pk}/" in refused


def fields_of(page: Any) -> dict[str, str]:
    """Return what a browser sends back, hidden fields included."""
    (form,) = [one for one in html.fromstring(page.content.decode()).forms if "read" in one.fields]
    return dict(form.form_values())


def test_a_source_form_that_was_opened_before_a_merge_clears_nothing(
    client: Client, pair: tuple[Source, Source], reviewer: User
) -> None:
    source, into = pair
    client.force_login(reviewer)
    address = f"/sources/{into.pk}/"
    opened = fields_of(client.get(address))
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    answer = client.post(address, opened | {"interests": "A shipping company owns it."})
    assert answer.status_code == 412
    into.refresh_from_db()
    assert (into.domain, into.interests) == ("courier.example", "")
    assert answer.context["race"].taken == ["Domain", "Country"]
    assert client.post(address, fields_of(answer)).status_code == 302
    into.refresh_from_db()
    assert (into.domain, into.country, into.interests) == ("courier.example", "DE", "A shipping company owns it.")


def test_a_detail_of_a_source_that_two_people_changed_is_shown_twice(
    client: Client, pair: tuple[Source, Source], reviewer: User, editor: User
) -> None:
    (source, _) = pair
    client.force_login(reviewer)
    address = f"/sources/{source.pk}/"
    opened = fields_of(client.get(address))
    save_source(person=editor, source=source, interests="Owned by a port.")
    answer = client.post(address, opened | {"interests": "Owned by a bank."})
    assert answer.status_code == 412
    shown = [side.text_content() for side in html.fromstring(answer.content.decode()).find_class("conflict-words")]
    assert ["bank" in shown[0], "port" in shown[1]] == [True, True]
    again = fields_of(answer)
    assert (again["interests"].strip(), again["stands-interests"]) == ("Owned by a bank.", "mine")
    assert client.post(address, again | {"stands-interests": "theirs"}).status_code == 302
    source.refresh_from_db()
    assert source.interests == "Owned by a port."


def test_the_list_of_sources_is_searched_and_paged(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert "No sources yet" in client.get("/sources/").content.decode()
    into = Source.objects.create(name="Harbour Courier", domain="courier.example")
    Source.objects.create(name="Port Gazette", merged_into=into)
    Source.objects.create(name="Wire")
    for words in ("harbour", "courier.ex", "https://www.courier.example/story?a=1", "news.courier.example", "gazette"):
        assert [one.name for one in client.get("/sources/", {"q": words}).context["sources"]] == ["Harbour Courier"]
    assert "No source matches" in client.get("/sources/", {"q": "nobody"}).content.decode()

    Source.objects.bulk_create(Source(name=f"Paper {number:03}", language="en") for number in range(150))
    first = client.get("/sources/", {"q": "paper"})
    second = client.get("/sources/" + first.context["next_url"])
    names = [one.name for page in (first, second) for one in page.context["sources"]]
    assert names == [f"Paper {number:03}" for number in range(150)]
    back = client.get("/sources/" + second.context["previous_url"])
    assert [one.name for one in back.context["sources"]] == names[:100]
    assert (back.context["previous_url"], second.context["next_url"]) == ("", "")


def test_words_typed_while_a_colleague_merges_are_answered(
    client: Client, pair: tuple[Source, Source], reviewer: User
) -> None:
    source, into = pair
    third = Source.objects.create(name="Evening Courier")
    merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=NOW)
    client.force_login(reviewer)
    typed = client.post(f"/sources/{source.pk}/", {"name": "Courier of the Harbour"})
    assert typed.status_code == 422
    assert "Courier of the Harbour" in typed.content.decode()
    assert "was merged into “Harbour Courier”" in typed.content.decode()
    for gone in (source, third):  # the one that was chosen is merged, or it is the source itself
        answer = client.post(f"/sources/{third.pk}/merge/", {"into": str(gone.pk)})
        assert answer.status_code == 409
        assert "Nothing was changed" in answer.content.decode()
