"""Published checks."""

import pytest

from annotations.services.verdicts.edits import correct_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from publishing.models import FactCheck
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import remove_for_legal_reasons
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def verdict(editor, reviewer, published):
    return published


@pytest.fixture
def check(verdict):
    return FactCheck.objects.get()


def correct(editor, reviewer, verdict, kind="clarification", note="Said better"):
    new = correct_verdict(person=editor, verdict_id=verdict.pk, kind=kind, note=note, now=story.NOW)
    submit_verdict(person=editor, verdict_id=new.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=new.pk, now=story.NOW)
    return publish_verdict(person=reviewer, verdict_id=new.pk, now=story.NOW).verdict


def test_list_and_detail_carry_the_document(api, check):
    listed = api.get("fact-checks").json()["results"]
    response = api.get(f"fact-checks/{check.pk}")
    assert listed == [response.json()]
    assert response["ETag"] == f'"{check.etag}"'
    assert response.json()["etag"] == check.etag
    assert response.json()["claim"]["appearances"][0]["quote"] == "cost 40 million euros"
    assert api.get(f"fact-checks/{check.pk}", headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=bridge", 1), ("q=bridge dearer", 1), ("q=tunnel", 0), ("rating=False", 1), ("rating=false", 1), ("rating=true", 0),
     ("claimant=ada%20example", 1), ("claimant=Nobody", 0), ("published_since=2026-03-01", 1),
     ("published_since=2026-03-01T09:00:01Z", 0), ("language=en", 1), ("language=de", 0), ("updated_since=2026-02-01", 1)],
)  # fmt: skip
def test_filters(api, check, query, count):
    assert len(api.get(f"fact-checks?{query}").json()["results"]) == count


def test_filters_by_article_and_claimant_id(api, check):
    article = check.document["claim"]["appearances"][0]["article"]
    assert len(api.get(f"fact-checks?article={article}").json()["results"]) == 1
    other = "0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"
    assert api.get(f"fact-checks?article={other}").json()["results"] == []
    assert len(api.get(f"fact-checks?claimant={check.claim.claimant_id}").json()["results"]) == 1
    assert api.get("fact-checks?article_url=https://example.org/x").json()["results"] == []


def test_filter_by_the_articles_address(api, check):
    from accounts.audit import acting
    from articles.models import Article

    with acting(None):
        Article.objects.filter(pk=check.document["claim"]["appearances"][0]["article"]).update(
            url="https://news.example/a"
        )
    assert len(api.get("fact-checks?article_url=https://news.example/a?utm_source=x").json()["results"]) == 1


def test_suspended_says_so_and_makes_no_claim(api, review, verdict, check):
    review.move(str(verdict.pk), "suspend", {"reason": "A reader doubts it"})
    document = api.get(f"fact-checks/{check.pk}").json()
    assert (document["state"], document["notice"], document["claimreview"]) == ("suspended", "A reader doubts it", None)
    assert api.get("fact-checks").json()["results"] == []
    assert api.get(f"fact-checks/{check.pk}/claimreview").json()["type"].endswith("/problems/under-review")
    assert api.get(f"fact-checks/{check.pk}/annotation").status_code == 404
    assert api.get(f"fact-checks/{check.pk}/ninjs").json()["pubStatus"] == "withheld"


def test_retracted_is_410_with_a_tombstone(api, review, verdict, check):
    review.move(str(verdict.pk), "retract", {"reason": "Wrong bridge"})
    response = api.get(f"fact-checks/{check.pk}")
    assert response.status_code == 410
    problem = response.json()
    assert problem["type"].endswith("/problems/retracted")
    assert problem["detail"] == "Wrong bridge"
    assert problem["fact_check"]["id"] == str(check.pk)
    assert (problem["fact_check"]["state"], problem["fact_check"]["version"]) == ("retracted", 1)
    assert api.get(f"fact-checks/{check.pk}/claimreview").status_code == 410
    assert api.get(f"fact-checks/{check.pk}/ninjs").json()["pubStatus"] == "canceled"
    assert api.get(f"fact-checks/{check.pk}/versions/1").status_code == 200
    assert api.get("fact-checks").json()["results"] == []


def test_versions_stay_as_they_were(api, editor, reviewer, verdict, check):
    first = api.get(f"fact-checks/{check.pk}/versions/1")
    correct(editor, reviewer, verdict)
    versions = api.get(f"fact-checks/{check.pk}/versions").json()["results"]
    assert [(one["number"], one["kind"], one["note"]) for one in versions] == [
        (2, "clarification", "Said better"),
        (1, None, ""),
    ]
    again = api.get(f"fact-checks/{check.pk}/versions/1")
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert api.get(versions[0]["url"].replace("http://localhost:8000", "")).json()["version"] == 2
    assert api.get(f"fact-checks/{check.pk}/versions/3").status_code == 404
    assert api.get(f"fact-checks/{check.pk}/versions/99999999999999999999").status_code == 404
    (log,) = api.get("corrections").json()["results"]
    assert (log["kind"], log["note"], log["version"], log["fact_check"]) == (
        "clarification",
        "Said better",
        2,
        str(check.pk),
    )


def test_a_version_is_410_after_a_legal_removal(api, check, make_user):
    remove_for_legal_reasons(person=make_user("publisher"), verdict_id=check.verdict_id, reason="Court", now=story.NOW)
    response = api.get(f"fact-checks/{check.pk}/versions/1")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (410, "removed")
    assert api.get(f"fact-checks/{check.pk}/versions").json()["results"][0]["is_removed"] is True


def test_formats(api, check):
    review = api.get(f"fact-checks/{check.pk}/claimreview")
    assert review["Content-Type"] == "application/ld+json"
    assert review.json() == check.document["claimreview"]
    assert api.get(f"fact-checks/{check.pk}/ninjs").json()["pubStatus"] == "usable"
    collection = api.get(f"fact-checks/{check.pk}/annotation").json()
    assert (collection["type"], collection["total"]) == ("AnnotationCollection", 3)


def test_the_newsrooms_page(api, review, connect, editor, check):
    body = {"canonical_url": "https://localhost/story"}
    assert api.patch(f"fact-checks/{check.pk}", body, match=None).status_code == 403
    assert review.patch(f"fact-checks/{check.pk}", {"canonical_url": "nonsense"}, match=None).status_code == 422
    assert review.patch(f"fact-checks/{check.pk}", {}, match=None).status_code == 422
    assert review.patch(f"fact-checks/{check.pk}", body, match='"old"').status_code == 412
    response = review.patch(f"fact-checks/{check.pk}", body, match=f'"{check.etag}"')
    assert response.status_code == 200
    assert response.json()["canonical_url"] == response.json()["claimreview"]["url"] == "https://localhost/story"
    assert response["ETag"] == api.get(f"fact-checks/{check.pk}")["ETag"]


def test_scopes(connect, editor, check):
    assert connect(editor, "feed:read").get(f"fact-checks/{check.pk}").status_code == 200
    assert connect(editor, "articles:read").get(f"fact-checks/{check.pk}").status_code == 403


def test_few_queries(api, check, django_assert_max_num_queries):
    api.get("fact-checks")
    for path in ("fact-checks", f"fact-checks/{check.pk}", "corrections", f"fact-checks/{check.pk}/versions/1"):
        with django_assert_max_num_queries(4):
            assert api.get(path).status_code == 200
