"""Imports, articles, sources."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from api.views.common import check_unchanged
from articles.models import Article, ImportRun, Source
from articles.services.source_merging import merge_sources
from factcheck.local.processes import wait_until
from tests.annotations import story
from tests.annotations.races import how_it_ends, somebody_waits

pytestmark = pytest.mark.django_db
TEXT = "Harbour grows\n\nThe harbour handled 4 million tonnes, the port said.\n\nA year earlier it was 3 million."


@pytest.fixture
def imported(api):
    item = {
        "url": "https://news.example/harbour?utm_source=x", "title": "Harbour grows", "text": TEXT, "byline": "Bo Example",
        "source": {"name": "Example News", "domain": "news.example"}, "published_at": "2026-02-01T10:00:00Z",
        "language": "en",
    }  # fmt: skip
    run = api.post("imports", {"articles": [item]})
    assert run.status_code == 202
    done = api.get(run["Location"]).json()
    assert (done["state"], done["created"], done["errors"]) == ("finished", 1, [])
    return done["items"][0]["article"]


def test_an_article_carries_its_revision(api, imported):
    article = api.get(f"articles/{imported}").json()
    assert (article["title"], article["url"]) == ("Harbour grows", "https://news.example/harbour")
    assert (article["source"]["name"], article["source"]["domain"]) == ("Example News", "news.example")
    assert article["published_at"] == "2026-02-01T10:00:00Z"
    revision = article["revision"]
    assert revision["text"].startswith("Harbour grows\n\n")
    first = revision["blocks"][0]
    assert (first["tag"], first["role"], first["start"], first["end"]) == ("h1", "headline", 0, 13)
    assert api.get(f"articles/{imported}/revisions/1").json() == revision
    assert [one["number"] for one in api.get(f"articles/{imported}/revisions").json()["results"]] == [1]
    assert api.get(f"articles/{imported}/revisions/2").status_code == 404


def test_files_each_with_its_outcome(api):
    files = [SimpleUploadedFile("a.txt", TEXT.encode(), "text/plain"), SimpleUploadedFile("b.txt", b"", "text/plain")]
    response = api.post("imports", data={"file": files}, headers={"Idempotency-Key": "files"})
    assert response.status_code == 202
    done = api.get(response["Location"]).json()
    assert (done["total"], done["created"], done["failed"]) == (2, 1, 1)
    assert [(error["item"], error["code"]) for error in done["errors"]] == [("b.txt", "empty-file")]
    files = [SimpleUploadedFile("a.txt", TEXT.encode(), "text/plain"), SimpleUploadedFile("b.txt", b"", "text/plain")]
    again = api.post("imports", data={"file": files}, headers={"Idempotency-Key": "files"})
    assert (again["Location"], ImportRun.objects.count()) == (response["Location"], 1)


def test_a_second_import_of_the_same_changes_nothing(api, imported):
    item = {"url": "https://news.example/harbour", "title": "Harbour grows", "text": TEXT}
    done = api.get(api.post("imports", {"articles": [item]})["Location"]).json()
    assert (done["unchanged"], Article.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "body",
    [{}, {"url": "ftp://x"}, {"url": ""}, {"articles": []}, {"articles": {}}, {"articles": ["x"]}, {"urls": ["https://x"]},
     {"articles": [{"title": "T", "text": "x", "colour": 1}]}, {"articles": [{"title": 7}]},
     {"url": "https://a.example", "articles": [{"title": "T", "text": "x"}]}],
)  # fmt: skip
def test_bad_bodies_are_422_and_start_nothing(api, body):
    assert api.post("imports", body).status_code == 422
    assert not ImportRun.objects.exists()


def test_bad_forms(api):
    assert api.post("imports", data={"file": "text"}).status_code == 422
    assert api.post("imports", data={"other": SimpleUploadedFile("a.txt", b"x")}).status_code == 422
    broken = api.post("imports", b"--x\r\nbroken", content_type="multipart/form-data")
    assert broken.status_code == 400


def test_cancel_and_retry_where_they_make_sense(api, imported):
    run = ImportRun.objects.get()
    assert api.post(f"imports/{run.pk}/cancel").status_code == 409
    assert api.post(f"imports/{run.pk}/retry").status_code == 409
    assert api.post("imports/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e/retry").status_code == 404
    assert [one["id"] for one in api.get("imports").json()["results"]] == [str(run.pk)]


def test_filters(api, editor, imported):
    other = story.make_article()
    ids = lambda query: [one["id"] for one in api.get(f"articles?{query}").json()["results"]]  # noqa: E731 - short
    source = api.get(f"articles/{imported}").json()["source"]["id"]
    assert ids(f"source={source}") == [imported]
    merged = Source.objects.create(name="Example News Online", merged_into_id=source)
    assert ids(f"source={merged.pk}") == [imported]
    assert ids(f"source={other.pk}") == []
    assert ids("q=harbour tonnes") == [imported]
    assert ids("q=zebra") == ids("q=-harbour") == []
    assert ids("language=en") == [imported]
    assert ids("published_since=2026-02-01") == [imported]
    assert ids("published_since=2026-03-01") == []
    story.mark(editor, other)
    assert ids("has_claims=true") == [str(other.pk)]
    assert ids("has_claims=false") == [imported]
    assert api.get("articles?has_claims=yes").status_code == 400
    assert "text" not in api.get("articles").json()["results"][0]["revision"]


def test_search_says_what_is_missing_and_where_the_words_stand(api, imported):
    story.make_article()
    answer = api.get("article-search?q=harbour tonnes zebra").json()
    (found,) = answer["results"]
    assert (found["article"]["id"], found["missing"]) == (imported, ["zebra"])
    text = api.get(f"articles/{imported}").json()["revision"]["text"]
    assert {text[one["start"] : one["end"]].lower() for one in found["passages"]} <= {"harbour", "tonnes"}
    assert (answer["total"], answer["total_with_all"], answer["next"], answer["previous"]) == (1, 0, None, None)
    assert api.get("article-search?q=the").json()["only_common_words"] is True
    assert api.get("article-search?q=harbour&language=de").json()["total"] == 0
    assert api.get("article-search?q=harbour&sort=date&limit=1&page=2").json()["previous"].endswith("page=1")
    for bad in ("article-search", "article-search?q=a&sort=best", "article-search?q=a&page=0"):
        assert api.get(bad).status_code == 400


def test_details_are_edited(api, imported):
    path = f"articles/{imported}"
    tag = api.get(path)["ETag"]
    body = {
        "source": "Other News", "origin": "Wire", "byline": "", "published_at": "2026-02-02T00:00:00+02:00", "language": "de",
        "block_roles": [{"block": 2, "role": "furniture"}],
    }  # fmt: skip
    response = api.patch(path, body, match=tag)
    article = response.json()
    assert (article["source"]["name"], article["origin"]["name"], article["byline"]) == ("Other News", "Wire", "")
    assert (article["published_at"], article["language"]) == ("2026-02-01T22:00:00Z", "de")
    assert article["revision"]["blocks"][2]["role"] == "furniture"
    assert api.get("articles?q=earlier").json()["results"] == []
    assert api.patch(path, {"byline": "X"}, match=tag).status_code == 412
    assert api.patch(path, {"origin": None}, match=None).json()["origin"] is None


@pytest.mark.parametrize(
    "body",
    [{"language": "not a language"}, {"published_at": "2026-02-02T00:00:00"}, {"url": "nonsense"}, {"title": ""},
     {"block_roles": [{"block": 99, "role": "body"}]}, {"block_roles": [{"block": 0, "role": "odd"}]}, {"text": "new"}],
)  # fmt: skip
def test_bad_details_change_nothing(api, imported, body):
    before = api.get(f"articles/{imported}").json()
    assert api.patch(f"articles/{imported}", {"byline": "Changed", **body}, match=None).status_code in {404, 422}
    assert api.get(f"articles/{imported}").json() == before


def test_an_address_of_another_article_is_409(api, imported):
    other = story.make_article()
    taken = api.patch(f"articles/{other.pk}", {"url": "https://news.example/harbour"}, match=None)
    assert (taken.status_code, taken.json()["article"]) == (409, imported)


def test_sources(api, connect, make_user):
    made = api.post("sources", {"name": "Example News", "domain": "News.example", "country": "de"})
    assert (made.status_code, made.json()["domain"], made.json()["country"]) == (201, "news.example", "DE")
    assert api.post("sources", {"name": "Example News"}).status_code == 422
    path = f"sources/{made.json()['id']}"
    assert (
        api.patch(path, {"interests": "Owned by the port"}, match=made["ETag"]).json()["interests"]
        == "Owned by the port"
    )
    assert api.patch(path, {"interests": "X"}, match=made["ETag"]).status_code == 412
    assert [one["name"] for one in api.get("sources?q=example").json()["results"]] == ["Example News"]
    into = Source.objects.create(name="Example Group")
    Source.objects.filter(pk=made.json()["id"]).update(merged_into=into)
    assert [one["name"] for one in api.get("sources?q=example").json()["results"]] == ["Example Group"]
    assert api.get(path).json()["merged_into"] == str(into.pk)
    assert [one["name"] for one in api.get("sources?q=https://www.news.example/a").json()["results"]] == [
        "Example Group"
    ]
    publisher = connect(make_user("publisher"))
    assert publisher.post("sources", {"name": "X"}).status_code == 403
    assert publisher.post("imports", {"url": "https://news.example/a"}).status_code == 403
    assert publisher.patch("articles/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e", {}, match=None).status_code == 403


def test_a_reviewers_program_merges_sources(api, connect, make_user):
    into = Source.objects.create(name="Harbour Courier")
    made = api.post("sources", {"name": "Courier Online", "domain": "courier.example"})
    path, body = f"sources/{made.json()['id']}/merge", {"into": str(into.pk)}
    assert api.post(path, body).status_code == 403  # an editor's
    reviewer = connect(make_user("reviewer"))
    assert reviewer.post(path, {"into": made.json()["id"]}).status_code == 422
    assert reviewer.post(path, body, headers={"If-Match": '"another"'}).status_code == 412
    merged = reviewer.post(path, body, headers={"If-Match": made["ETag"]})
    assert (merged.status_code, merged.json()["id"], merged.json()["domain"]) == (200, str(into.pk), "courier.example")
    assert reviewer.post(path, body).status_code == 409
    assert reviewer.post("sources/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e/merge", body).status_code == 404


def test_few_queries(api, imported, django_assert_max_num_queries):
    api.get("articles")
    for path, most in ((f"articles/{imported}", 2), ("articles", 2), ("articles?q=harbour", 5), ("imports", 2)):
        with django_assert_max_num_queries(most):
            assert api.get(path).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_source_is_merged_while_a_program_names_it(api, make_user, monkeypatch):
    """Neither of the two may hold what the other waits for."""
    reviewer, article = make_user("reviewer"), story.make_article()
    source, into = (Source.objects.create(name=name) for name in ("Courier Online", "Harbour Courier"))
    Article.objects.update(source=source)
    merges: list[Future[str]] = []

    def merge() -> object:
        return merge_sources(person=reviewer, source_id=source.pk, into_id=into.pk, now=timezone.now())

    def compare_and_merge(*given: Any) -> None:
        check_unchanged(*given)
        merges.append(pool.submit(how_it_ends, merge))
        assert wait_until(somebody_waits, 60)

    monkeypatch.setattr("api.views.articles.check_unchanged", compare_and_merge)
    with ThreadPoolExecutor(1) as pool:
        answer = api.patch(f"articles/{article.pk}", {"origin": "Courier Online"})
        assert (answer.status_code, merges[0].result()) == (200, "done")
    article.refresh_from_db()
    assert (article.source, article.origin) == (into, into)
