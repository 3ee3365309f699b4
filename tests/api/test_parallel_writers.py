"""Writers at the same moment: of those who read one tag one is heard, and one Idempotency-Key does its work once."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from annotations.models import Claim, Claimant, Comment
from annotations.services.base import locked_claim
from api import idempotency
from api.views.meta import openapi
from articles.models import Source
from publishing.models import FactCheck
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story
from tests.annotations.races import behind
from tests.api.client import Api
from tests.api.test_claims import target

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4


def answers_at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return the answers of calls that threads with connections of their own make together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(timeout=60)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def desk(make_user, connect) -> dict[str, Any]:
    """Somebody with every role, and the addresses of one record of each kind."""
    person, author = make_user(("admin", "editor", "publisher", "reviewer")), make_user("editor")
    article = story.make_article(source=Source.objects.create(name="Town paper"))
    claim = story.mark(author, article)
    evidence = story.link(author, claim, story.make_article(story.AUDIT), "61 million euros")
    check = FactCheck.objects.get(verdict=story.published(author, person))
    endpoint = create_endpoint(person=person, url="https://cms.example/hook", now=timezone.now()).endpoint
    return {
        "token": connect(person).token,
        "article": article,
        "claim": claim,
        "claims": f"claims/{claim.pk}",
        "appearances": f"appearances/{claim.appearances.get().pk}",
        "evidence": f"evidence/{evidence.pk}",
        "verdicts": f"verdicts/{story.draft(author, claim=claim).pk}",
        "articles": f"articles/{article.pk}",
        "sources": f"sources/{article.source_id}",
        "claimants": f"claimants/{Claimant.objects.earliest('created_at').pk}",
        "fact-checks": f"fact-checks/{check.pk}",
        "webhook-endpoints": f"webhook-endpoints/{endpoint.pk}",
    }


PATCHES: dict[str, Callable[[int], dict[str, Any]]] = {
    "claims": lambda number: {"statement": f"It cost {number} million."},
    "appearances": lambda number: {"said_where": f"Room {number}"},
    "evidence": lambda number: {"note": f"Page {number}"},
    "verdicts": lambda number: {"summary": f"It was {number} million."},
    "articles": lambda number: {"byline": f"Reporter {number}"},
    "sources": lambda number: {"name": f"Town paper {number}"},
    "claimants": lambda number: {"role": f"Mayor {number}"},
    "fact-checks": lambda number: {"canonical_url": f"https://news.example/{number}"},
    "webhook-endpoints": lambda number: {"description": f"CMS {number}"},
}
"""A change that differs with each writer, of every resource whose PATCH takes If-Match."""


def test_every_conditional_patch_is_in_the_table():
    conditional = {
        path.split("/")[3]
        for path, methods in openapi()["paths"].items()
        if "412" in methods.get("patch", {}).get("responses", {})
    }
    assert conditional == set(PATCHES)


@pytest.mark.parametrize("resource", PATCHES)
def test_of_writers_with_one_tag_one_is_heard(desk, resource):
    path, body = desk[resource], PATCHES[resource]
    tag = Api(desk["token"]).get(path)["ETag"]
    ended = answers_at_once(
        [partial(Api(desk["token"]).patch, path, body(number), match=tag) for number in range(WRITERS)]
    )
    assert Counter(one.status_code for one in ended) == {200: 1, 412: WRITERS - 1}
    ((name, value),) = body([one.status_code for one in ended].index(200)).items()
    assert Api(desk["token"]).get(path).json()[name] == value


def test_of_writers_under_one_claim_one_is_heard(desk):
    tag = Api(desk["token"]).get(desk["claims"])["ETag"]
    words = ("The new bridge", "on Friday", "nobody had been hurt", "it was built")
    bodies = [{"target": target(desk["article"], one)} for one in words]
    ended = answers_at_once(
        [
            partial(Api(desk["token"]).post, f"{desk['claims']}/appearances", body, headers={"If-Match": tag})
            for body in bodies
        ]
    )
    assert Counter(one.status_code for one in ended) == {201: 1, 412: len(words) - 1}
    assert desk["claim"].appearances.count() == 2


def test_two_claims_are_merged_into_each_other(desk):
    one, other = (story.mark(desk["claim"].created_by, desk["article"], words).pk for words in ("on Friday", "hurt"))
    pair = [(one, other), (other, one)]
    calls = [
        partial(
            Api(desk["token"]).post,
            f"claims/{claim}/merge",
            {"into": str(into)},
            headers={"If-Match": Api(desk["token"]).get(f"claims/{claim}")["ETag"]},
        )
        for claim, into in pair
    ]
    # The second finds its claim changed or merged, and is not told that the database was busy.
    assert {answer.status_code for answer in answers_at_once(calls)} in ({200, 412}, {200, 409})
    assert Claim.objects.standing().filter(pk__in=pair[0]).count() == 1


def test_a_claim_is_merged_while_something_new_refers_to_it(desk):
    """Who locks the claim twice, the second time for more, would deadlock with the one who refers to it and then edits it."""
    claim, into = (story.mark(desk["claim"].created_by, desk["article"], words) for words in ("on Friday", "hurt"))
    api, path, answers = Api(desk["token"]), f"claims/{claim.pk}", []

    def merge() -> None:
        headers = {"If-Match": api.get(path)["ETag"]}
        answers.append(api.post(f"{path}/merge", {"into": str(into.pk)}, headers=headers).status_code)

    def refer() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM annotations_claim WHERE id = %s FOR KEY SHARE", [claim.pk])

    edit = partial(Claim.objects.filter(pk=claim.pk).update, selection_reason="Much read")
    assert behind(merge, first=refer, then=edit) == "done"
    assert answers == [200]


def test_one_key_at_once_does_its_work_once(desk):
    body, headers = {"target": target(desk["article"], "on Friday")}, {"Idempotency-Key": "at once"}
    before = Claim.objects.count()
    ended = answers_at_once(
        [partial(Api(desk["token"]).post, "claims", body, headers=headers) for _ in range(2 * WRITERS)]
    )
    made = [one for one in ended if one.status_code == 201]
    assert {one.status_code for one in ended} <= {201, 409}
    assert len([one for one in made if "Idempotent-Replayed" not in one]) == 1
    assert len({one.content for one in made}) == 1
    assert Claim.objects.count() == before + 1


def test_a_repetition_never_joins_a_request_that_still_waits(desk, monkeypatch):
    monkeypatch.setattr(idempotency, "ABANDONED", timedelta(0))
    path, body = f"{desk['claims']}/comments", {"body": "Once."}
    answers: list[int] = []

    def post() -> None:
        answers.append(Api(desk["token"]).post(path, body, headers={"Idempotency-Key": "k"}).status_code)

    assert behind(post, first=partial(locked_claim, desk["claim"].pk), then=post) == "done"
    assert (sorted(answers), Comment.objects.count()) == ([201, 409], 1)


def test_one_key_with_other_bodies_at_once_does_one_of_them(desk):
    words = ("The new bridge", "on Friday", "nobody had been hurt", "it was built")
    before = Claim.objects.count()
    ended = answers_at_once(
        [
            partial(
                Api(desk["token"]).post,
                "claims",
                {"target": target(desk["article"], one)},
                headers={"Idempotency-Key": "k"},
            )
            for one in words
        ]
    )
    assert Counter(one.status_code for one in ended) == {201: 1, 422: len(words) - 1}
    assert Claim.objects.count() == before + 1
