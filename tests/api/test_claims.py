"""Claims, appearances, claimants."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from annotations.models import Claim, Claimant, Passage
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.claimants import ClaimantInput
from annotations.services.targets import Target
from api.inputs.targets import TargetInput
from core.errors import InvalidInput
from tests.annotations import story

pytestmark = pytest.mark.django_db
BRIDGE = "cost 40 million euros"


def target(article, exact=BRIDGE, **more):
    return {"source": str(article.pk), "selector": [{"type": "TextQuoteSelector", "exact": exact, **more}]}


def test_an_article_has_one_spelling():
    """Marks lock their articles in the order of the ids: a capital would come before all small letters."""
    given = "0198C4A2-6F6E-7C31-9D1E-1F2A3B4C5D6E"
    body = {"source": f"/api/v1/articles/{given}", "selector": [{"type": "TextQuoteSelector", "exact": BRIDGE}]}
    assert TargetInput.checked(body)["source"] == given.lower()


def position(article, start, end, exact=None):
    quote = [{"type": "TextQuoteSelector", "exact": exact}] if exact else []
    return {
        "source": str(article.pk),
        "selector": [*quote, {"type": "TextPositionSelector", "start": start, "end": end}],
    }


def test_marking_words(api, article):
    response = api.post(
        "claims",
        {
            "statement": "The bridge cost 40 million euros.",
            "claimant": {"name": "Ada Example", "same_as": ["https://example.org/ada"], "role": "Council leader"},
            "target": target(article),
            "mode": "reported",
            "said_at": "2026-02-27",
            "said_where": "Council",
            "topics": ["bridges"],
        },
    )
    claim = response.json()
    assert response.status_code == 201
    assert response["Location"].endswith(f"/api/v1/claims/{claim['id']}")
    assert response["ETag"] == api.get(f"claims/{claim['id']}")["ETag"]
    (appearance,) = claim["appearances"]
    assert (appearance["exact"], appearance["mode"], appearance["said_at"]) == (BRIDGE, "reported", "2026-02-27")
    place = appearance["placement"]
    assert article.current_revision.text[place["start"] : place["end"]] == BRIDGE
    assert (place["status"], place["revision"], claim["state"], claim["verdict"]) == ("placed", 1, "marked", None)
    assert claim["claimant"]["name"] == "Ada Example"


def test_everything_but_the_words_may_come_later(api, article):
    claim = api.post("claims", {"target": target(article)}).json()
    assert (claim["statement"], claim["claimant"], claim["appearances"][0]["said_at"]) == ("", None, None)
    changed = api.patch(
        f"claims/{claim['id']}",
        {
            "statement": "It cost 40 million.",
            "claimant": "Ada Example",
            "said_at": "2026-02-27T10:00:00+01:00",
            "mode": "direct",
        },
    ).json()
    assert changed["statement"] == "It cost 40 million."
    assert changed["appearances"][0]["said_at"] == "2026-02-27T09:00:00Z"
    assert Claimant.objects.get().name == "Ada Example"


def test_a_claim_is_planned(api, editor, article):
    claim = api.post("claims", {"target": target(article)}).json()
    assert (claim["assigned_to"], claim["reviewer"], claim["priority"], claim["due_at"]) == (None, None, 2, None)
    plan = {"assigned_to": editor.email, "priority": 1, "due_at": "2026-03-02T12:00:00Z"}
    changed = api.patch(f"claims/{claim['id']}", plan).json()
    assert changed["assigned_to"] == {"id": str(editor.pk), "name": editor.name}
    assert (changed["priority"], changed["due_at"]) == (1, "2026-03-02T12:00:00Z")
    assert api.get("claims").json()["results"] == [changed]
    assert api.patch(f"claims/{claim['id']}", {"assigned_to": None}).json()["assigned_to"] is None
    for wrong in ({"assigned_to": "nobody@desk.example"}, {"reviewer": str(editor.pk)}, {"assigned_to": "?"}):
        assert api.patch(f"claims/{claim['id']}", wrong).status_code == 422, wrong


def test_a_claimant_is_found_by_id_and_by_name(api, editor, article):
    first = api.post("claims", {"target": target(article), "claimant": "Ada Example"}).json()["claimant"]
    again = api.post("claims", {"target": target(article), "claimant": first["id"]}).json()["claimant"]
    assert first == again
    assert (
        api.post("claims", {"target": target(article), "claimant": {"name": "ada example"}}).json()["claimant"] == first
    )
    for wrong in ({}, {"name": " "}, 7, {"name": "A", "colour": 1}, ""):
        assert api.post("claims", {"target": target(article), "claimant": wrong}).status_code == 422, wrong
    unknown = "0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"
    assert api.post("claims", {"target": target(article), "claimant": unknown}).status_code == 404


def test_a_target_may_be_an_address_and_a_single_selector(api, article):
    by_iri = {
        "source": f"http://testserver/api/v1/articles/{article.pk}",
        "selector": {"type": "TextQuoteSelector", "exact": BRIDGE},
    }
    assert api.post("claims", {"target": by_iri}).status_code == 201
    start = article.current_revision.text.index(BRIDGE)
    assert api.post("claims", {"target": position(article, start, start + len(BRIDGE))}).status_code == 201
    both = position(article, start, start + len(BRIDGE), BRIDGE)
    assert api.post("claims", {"target": both}).json()["appearances"][0]["exact"] == BRIDGE


def test_words_that_are_not_there_that_stand_twice_or_elsewhere(api, article):
    gone = api.post("claims", {"target": target(article, "not in it")})
    assert (gone.status_code, gone.json()["type"].rpartition("/")[2]) == (422, "quote-not-found")
    twice = api.post("claims", {"target": target(article, "bridge")})
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (409, "quote-ambiguous")
    assert len(twice.json()["candidates"]) == 2
    assert set(twice.json()["candidates"][0]) == {"start", "end", "exact", "prefix", "suffix"}
    other = api.post("claims", {"target": position(article, 0, 7, "bridge!")})
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "quote-mismatch")
    assert other.json()["found"] == "Council"
    assert api.post("claims", {"target": position(article, 5, 100_000)}).status_code == 422
    assert api.post("claims", {"target": position(article, 7, 7)}).status_code == 422
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "selector",
    [[], {}, [{}], "x", None, [{"type": "XPathSelector"}], [{"type": "TextQuoteSelector"}], [{"type": ["TextQuoteSelector"]}],
     [{"type": "TextPositionSelector", "start": -1, "end": 4}], [{"type": "TextPositionSelector", "start": 1, "end": 2**40}],
     [{"type": "TextPositionSelector", "start": 1.5, "end": 4}], [{"type": "TextQuoteSelector", "exact": "a", "refinedBy": {}}],
     [{"type": "TextQuoteSelector", "exact": "a"}] * 2],
)  # fmt: skip
def test_a_selector_that_is_none_is_422(api, article, selector):
    assert api.post("claims", {"target": {"source": str(article.pk), "selector": selector}}).status_code == 422


def test_filters(api, editor, article, audit):
    one = story.mark(editor, article)
    two = story.mark(editor, audit, "61 million euros", claimant=None)
    ids = lambda query: [claim["id"] for claim in api.get(f"claims?{query}").json()["results"]]  # noqa: E731 - short
    assert ids(f"article={article.pk}") == [str(one.pk)]
    assert ids(f"claimant={one.claimant_id}") == [str(one.pk)]
    assert ids("claimant=ada example") == [str(one.pk)]
    assert ids("state=selected") == []
    assert set(ids("state=marked")) == {str(one.pk), str(two.pk)}
    assert ids("q=100%25") == []


def test_any_of_several_tags_may_match(api, editor, article):
    path = f"claims/{story.mark(editor, article).pk}"
    first = api.get(path)["ETag"]
    second = api.patch(path, {"statement": "New"}, match=first)["ETag"]
    assert api.patch(path, {"statement": "Newer"}, match=f"{first}, {second}").status_code == 200
    assert api.patch(path, {"statement": "Newest"}, match=f"{first}, {second}").status_code == 412


def test_a_write_wants_if_match(api, editor, article):
    claim = story.mark(editor, article)
    path = f"claims/{claim.pk}"
    tag = api.get(path)["ETag"]
    missing = api.patch(path, {"statement": "New"}, match=None)
    assert missing.status_code == 428
    assert api.patch(path, {}, match=f"W/{tag}").status_code == 200  # by a proxy that compressed the answer
    changed = api.patch(path, {"statement": "New"}, match=tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    stale = api.patch(path, {"statement": "Newer"}, match=tag)
    assert stale.status_code == 412
    assert stale.json()["type"].endswith("/problems/stale")
    assert api.patch(path, {"said_where": "There"}, match=tag).status_code == 412
    assert api.patch(path, {}, match=tag).status_code == 412
    assert api.patch(path, {"statement": "Newer"}, match='"nonsense"').status_code == 412
    assert api.patch(path, {"statement": "Newer"}, match="*").status_code == 200
    assert api.delete(path, match=None).status_code == 428
    assert api.delete(path, match=tag).status_code == 412
    assert api.delete(path, match=api.get(path)["ETag"]).status_code == 204
    assert api.get(path).status_code == 404


def test_parking_wants_a_reason(api, editor, article):
    claim = story.mark(editor, article)
    assert api.patch(f"claims/{claim.pk}", {"state": "parked"}).status_code == 422
    assert api.patch(f"claims/{claim.pk}", {"state": "parked", "parked_reason": "No"}).json()["state"] == "parked"


def test_a_publisher_may_read_and_not_write(connect, make_user, editor, article):
    claim = story.mark(editor, article)
    publisher = connect(make_user("publisher"))
    assert publisher.get(f"claims/{claim.pk}").status_code == 200
    refused = publisher.patch(f"claims/{claim.pk}", {"statement": "X"})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "not-permitted")
    assert connect(editor, "claims:read").post("claims", {"target": target(article)}).status_code == 403


def test_appearances(api, editor, article):
    claim = story.mark(editor, article)
    made = api.post(f"claims/{claim.pk}/appearances", {"target": target(article, "Council leader praises bridge")})
    assert made.status_code == 201
    path = f"appearances/{made.json()['id']}"
    changed = api.patch(path, {"mode": "own_voice", "said_at": "2026-02-27"}, match=made["ETag"])
    assert (changed.json()["mode"], changed.json()["said_at"]) == ("own_voice", "2026-02-27")
    assert api.patch(path, {"said_where": "Here"}, match=None).json()["mode"] == "own_voice"
    assert api.patch(path, {"said_where": "There"}, match=made["ETag"]).status_code == 412
    assert api.post(f"claims/{claim.pk}/appearances", {"target": target(article)}).status_code == 409
    assert api.delete(path, match=None).status_code == 204
    last = api.get(f"claims/{claim.pk}").json()["appearances"][0]["id"]
    assert api.delete(f"appearances/{last}", match=None).status_code == 409
    assert api.get(path).status_code == 404


def test_the_ends_of_an_appearance_move_within_its_article(api, editor, article, audit):
    appearance = story.mark(editor, article).appearances.get()
    path = f"appearances/{appearance.pk}"
    tag = api.get(path)["ETag"]
    wider = api.patch(path, {"target": target(article, "bridge cost 40 million euros"), "mode": "direct"}, match=tag)
    assert (wider.status_code, wider.json()["exact"], wider.json()["mode"]) == (
        200,
        "bridge cost 40 million euros",
        "direct",
    )
    assert api.patch(path, {"target": target(article, "cost 40")}, match=tag).status_code == 412
    apart = api.patch(path, {"target": target(article, "nobody had been hurt")}, match=None)
    assert (apart.status_code, "do not touch" in apart.json()["detail"]) == (422, True)
    assert api.patch(path, {"target": target(audit, "61 million euros")}, match=None).status_code == 422
    assert api.get(path).json()["exact"] == "bridge cost 40 million euros"


def test_merging_moves_everything_and_the_old_id_redirects(api, editor, article, audit):
    one, two = story.mark(editor, article), story.mark(editor, audit, "Auditors publish bridge accounts")
    story.link(editor, one, audit, "61 million euros")
    said = api.post(f"claims/{one.pk}/comments", {"body": "Which year?"}).json()["id"]
    merged = api.post(f"claims/{one.pk}/merge", {"into": str(two.pk)})
    assert merged.status_code == 200
    assert (merged.json()["id"], len(merged.json()["appearances"]), len(merged.json()["evidence"])) == (
        str(two.pk),
        2,
        1,
    )
    old = api.get(f"claims/{one.pk}")
    assert (old.status_code, old["Location"]) == (308, f"/api/v1/claims/{two.pk}")
    assert api.patch(f"claims/{one.pk}", {"topics": ["x"]}).json()["id"] == str(two.pk)
    assert api.post(f"claims/{one.pk}/comments", {"body": "2024.", "in_reply_to": said}).json()["claim"] == str(two.pk)
    for pk in (one.pk, two.pk):
        assert [found["body"] for found in api.get(f"claims/{pk}/comments").json()["results"]] == [
            "Which year?",
            "2024.",
        ]
    assert api.post(f"claims/{two.pk}/merge", {"into": str(two.pk)}).status_code == 422


def test_a_merged_claims_old_id_takes_the_etag_it_leads_to_and_removes_nothing(api, editor, article, audit):
    one, two = story.mark(editor, article), story.mark(editor, audit, "Auditors publish bridge accounts")
    old, into = f"claims/{one.pk}", f"claims/{two.pk}"
    before = api.get(old)["ETag"]
    api.post(f"claims/{one.pk}/merge", {"into": str(two.pk)})
    # The numbers say nothing of which claim was read.
    both = {claim.edit_number for claim in Claim.objects.filter(pk__in=[one.pk, two.pk])}
    assert len(both) == 1
    tag = api.get(into)["ETag"]
    assert api.patch(old, {"topics": ["w"]}, match=tag).json()["topics"] == ["w"]
    Claim.objects.filter(pk=two.pk).update(edit_number=int(before.split("-")[1]))
    stale = api.patch(old, {"topics": ["x"]}, match=before)
    assert (stale.status_code, stale.json()["merged_into"]) == (412, str(two.pk))
    again = {"target": target(article, "cost 40")}
    assert api.post(f"{old}/appearances", again, headers={"If-Match": before}).status_code == 412

    Claim.objects.filter(pk=two.pk).update(edit_number=40)
    tag = api.get(into)["ETag"]
    assert api.patch(old, {"topics": ["x"]}, match=tag).json()["topics"] == ["x"]
    assert api.patch(old, {"topics": ["y"]}, match=tag).status_code == 412
    for match in ("*", api.get(into)["ETag"]):
        assert api.delete(old, match=match).status_code == 409
    assert api.get(into).status_code == 200


def test_claimants(api):
    made = api.post("claimants", {"name": "Ada Example", "kind": "person", "same_as": ["https://example.org/a"]})
    assert made.status_code == 201
    assert api.post("claimants", {"name": "ADA EXAMPLE"}).status_code == 409
    assert api.patch(f"claimants/{made.json()['id']}", {"name": "   "}).status_code == 422
    assert api.patch(f"claimants/{made.json()['id']}", {"name": " Ada  Example "}).json()["name"] == "Ada Example"
    path = f"claimants/{made.json()['id']}"
    assert api.patch(path, {"role": "Mayor"}, match=None).json()["role"] == "Mayor"
    assert api.patch(path, {"role": "Minister"}, match=made["ETag"]).status_code == 412
    assert api.patch(path, {"same_as": ["javascript:alert(1)"]}, match=None).status_code == 422
    assert [one["name"] for one in api.get("claimants?q=exam").json()["results"]] == ["Ada Example"]


def test_reads_take_a_handful_of_queries(api, editor, article, audit, django_assert_max_num_queries):
    for _ in range(3):
        claim = story.mark(editor, article)
        story.link(editor, claim, audit, "61 million euros")
    api.get("claims")
    for path in (f"claims/{claim.pk}", "claims", f"claims?article={article.pk}&limit=1000"):
        with django_assert_max_num_queries(2):
            assert api.get(path).status_code == 200


def test_many_claims_in_one_call_have_an_outcome_each(api, article):
    names = {"name": "Ada Example", "role": "Council leader"}
    answer = api.post(
        "claims",
        {
            "claims": [
                {"target": target(article), "statement": "It cost  40 million.", "claimant": names, "mode": "reported"},
                {"target": target(article, "not in it")},
                {"target": target(article, "bridge")},
                {"target": target(article), "claimant": names, "said_at": "2026-02-27", "topics": ["bridges"]},
                {"target": {**target(article), "source": "0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"}},
                {"target": target(article), "colour": "red"},
                "words",
            ]
        },
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 422, 409, 201, 404, 422, 422]
    assert [result["problem"]["type"].rpartition("/")[2] for result in results if "problem" in result] == [
        "quote-not-found", "quote-ambiguous", "not-found", "invalid-fields", "invalid-fields",
    ]  # fmt: skip
    first, second = (api.get(f"claims/{result['id']}").json() for result in results if "id" in result)
    assert (first["statement"], first["appearances"][0]["mode"]) == ("It cost 40 million.", "reported")
    assert (second["topics"], second["appearances"][0]["said_at"]) == (["bridges"], "2026-02-27")
    assert first["claimant"] == second["claimant"]
    assert first["appearances"][0]["placement"] == second["appearances"][0]["placement"], "one passage"
    assert Claim.objects.count() == 2


def test_claims_of_a_call_are_those_of_single_calls(api, article):
    body = {"target": target(article), "statement": "It cost 40 million.", "claimant": "Ada Example", "mode": "direct"}
    alone = api.post("claims", body).json()
    many = api.post("claims", {"claims": [body]}).json()["results"][0]
    again = api.get(f"claims/{many['id']}").json()
    own = {"id", "created_at", "updated_at", "appearances"}
    assert {name: again[name] for name in again if name not in own} == {
        name: alone[name] for name in alone if name not in own
    }
    events = {
        kind: list(AuditEvent.objects.filter(stream=f"claim:{claim_id}").values_list("action", "actor_id", "via"))
        for kind, claim_id in (("alone", alone["id"]), ("many", many["id"]))
    }
    assert events["alone"]
    assert sorted(map(str, events["alone"])) == sorted(map(str, events["many"]))


def test_a_call_with_many_claims_is_bounded_and_repeatable(api, article):
    one = {"target": target(article)}
    bodies: list[dict[str, Any]] = [
        {"claims": []},
        {"claims": [one] * 1_001},
        {"claims": one},
        {"claims": [one], "target": target(article)},
    ]
    for wrong in bodies:
        assert api.post("claims", wrong).status_code == 422, wrong
    keyed = {"headers": {"Idempotency-Key": "a"}}
    first = api.post("claims", {"claims": [one] * 101}, **keyed)
    again = api.post("claims", {"claims": [one] * 101}, **keyed)
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    assert Claim.objects.count() == 101
    assert Passage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_database_refuses_is_refused_alone(make_user, article):
    """No serializer stands before the service here; the kind fails in the database, then every claim is made on its own."""
    words = Target(article_id=article.pk, exact=BRIDGE)
    drafts = [
        ClaimDraft(target=words, claimant=ClaimantInput(name="Ada Example", role=role, kind=kind))
        for role, kind in (("Mayor", "person"), ("Leader", "robot"), (" Mayor ", "person"))
    ]
    made, refused, again = create_claims(person=make_user("editor"), drafts=drafts, now=story.NOW)
    assert isinstance(refused, InvalidInput)
    assert isinstance(made, Claim)
    assert isinstance(again, Claim)
    assert (made.claimant, made.claimant.role) == (again.claimant, "Mayor")
    assert (Claim.objects.count(), Claimant.objects.count()) == (2, 1)


def test_a_claimant_is_found_among_many_of_the_name(api, article):
    """Names are shared: all roles are looked at, not the oldest few."""
    Claimant.objects.bulk_create([Claimant(name="Ada Example", role=f"Mayor {number}") for number in range(30)])
    claim = api.post("claims", {"target": target(article), "claimant": {"name": "ada example", "role": "Mayor 29 "}})
    assert claim.status_code == 201
    assert claim.json()["claimant"]["role"] == "Mayor 29"
    assert Claimant.objects.count() == 30


def test_a_comment_on_what_was_not_read_is_refused(api, editor, article):
    claim = story.mark(editor, article)
    path, read = f"claims/{claim.pk}", api.get(f"claims/{claim.pk}")["ETag"]
    assert api.post(f"{path}/comments", {"body": "A."}, headers={"If-Match": read}).status_code == 201
    assert api.post(f"{path}/comments", {"body": "B."}, headers={"If-Match": read}).status_code == 412
    assert len(api.get(f"{path}/comments").json()["results"]) == 1
