"""`POST /imports?dry_run=true`: what an import would do to claims, with nothing written."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.models import Placement
from articles.models import Article, ArticleRevision, ImportRun, Source, StoredFile
from tests.annotations import story

pytestmark = pytest.mark.django_db
TEXT = "The harbour handled 80 ships, the port said.\n\nA year earlier it was 70.\n\nThis stays as it is."
ITEM = {"url": "https://news.example/harbour", "title": "Harbour grows", "text": TEXT}


def counted():
    return [model.objects.count() for model in (Article, ArticleRevision, ImportRun, StoredFile, Source, Placement)]


@pytest.fixture
def article(api, make_user):
    api.post("imports", {"articles": [ITEM]})
    article = Article.objects.get()
    for words in ("80 ships", "A year earlier it was 70.", "This stays as it is."):
        story.mark(make_user("editor"), article, words, statement=words)
    return article


def test_it_says_what_each_claim_would_become(api, article):
    before = counted()
    changed = {
        **ITEM,
        "text": "The harbour handled 45 ships, the port said.\n\nThis stays as it is.",
        "source": "New wire",
    }
    new = {"url": "https://news.example/other", "title": "Other", "text": "Other words."}
    answer = api.post("imports?dry_run=true", {"articles": [changed, new]})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["dry_run"], body["is_complete"]) == (True, True)
    known, other = body["items"]
    assert (known["outcome"], known["article"]) == ("updated", str(article.pk))
    effects = known["effects"]
    assert {key: effects[key] for key in ("changed", "moved", "orphaned", "placed")} == {
        "changed": 1, "moved": 0, "orphaned": 1, "placed": 1,
    }  # fmt: skip
    assert (effects["changes"][0]["old"], effects["changes"][0]["new"]) == ("80 ships", "45 ships")
    assert (other["outcome"], other["article"], other["effects"]) == ("created", None, None)
    assert counted() == before


def test_unchanged_and_unreadable(api, article):
    unchanged = api.post("imports?dry_run=true", {"articles": [ITEM]}).json()["items"]
    assert [(item["outcome"], item["effects"]) for item in unchanged] == [("unchanged", None)]
    files = [
        SimpleUploadedFile("empty.txt", b"", "text/plain"),
        SimpleUploadedFile("a.txt", TEXT.encode(), "text/plain"),
    ]
    empty, good = api.post("imports?dry_run=true", data={"file": files}).json()["items"]
    assert (empty["outcome"], empty["code"]) == ("failed", "empty-file")
    assert good["outcome"] == "created"


def test_an_address_that_may_not_be_fetched(api):
    before = counted()
    (item,) = api.post("imports?dry_run=true", {"url": "http://127.0.0.1/story"}).json()["items"]
    assert item["outcome"] == "failed"
    assert item["detail"]
    assert counted() == before


def test_without_dry_run_it_is_an_import(api):
    assert api.post("imports?dry_run=false", {"articles": [ITEM]}).status_code == 202
    assert api.post("imports?dry_run=perhaps", {"articles": [ITEM]}).status_code == 400
    assert api.post("imports?dry=true", {"articles": [ITEM]}).status_code == 400


def test_a_token_that_may_only_read_is_refused(connect, editor):
    assert connect(editor, "articles:read").post("imports?dry_run=true", {"articles": [ITEM]}).status_code == 403
