"""The filters that a list opens with: kept per person, told by the address, forgotten on request."""

import pytest
from django.urls import reverse

from accounts.services.list_filters import save_filter, saved_filter
from core.errors import InvalidInput
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Edda Editor")


def test_a_list_opens_with_the_kept_filters_of_this_person_alone(client, editor, make_user):
    client.force_login(editor)
    claims = reverse("annotations:claims")
    kept = client.post(reverse("list_filters", args=["claims"]), {"query": "who=me&due=overdue"})
    assert kept.headers["Location"] == f"{claims}?who=me&due=overdue"
    assert client.get(claims).headers["Location"] == f"{claims}?who=me&due=overdue"
    assert client.get(claims, {"all": "1"}).status_code == 200
    assert "Forget saved filters" in client.get(claims, {"who": "me", "due": "overdue"}).content.decode()

    client.post(reverse("list_filters", args=["claims"]), {"query": ""})
    assert client.get(claims).status_code == 200
    other = make_user("editor")
    save_filter(person=editor, screen="claims", query="who=me")
    assert (saved_filter(editor, "claims"), saved_filter(other, "claims")) == ("who=me", "")


@pytest.mark.parametrize(("screen", "query"), [("nothing", "who=me"), ("claims", "q=" + "x" * 1000)])
def test_unknown_lists_and_endless_filters_are_refused(client, editor, screen, query):
    with pytest.raises(InvalidInput):
        save_filter(person=editor, screen=screen, query=query)
    client.force_login(editor)
    assert client.post(reverse("list_filters", args=[screen]), {"query": query}).status_code in {404, 422}


def test_a_chip_sets_its_value_and_takes_it_away_again(client, editor):
    mine = story.mark(editor, story.make_article())
    client.force_login(editor)
    claims = reverse("annotations:claims")
    page = client.get(claims, {"state": "marked", "verdict": "none"})
    assert [claim.pk for claim in page.context["claims"]] == [mine.pk]
    [status] = [choice for choice in page.context["choices"] if choice.key == "status"]
    assert (status.chosen.label, status.chosen.url) == ("To check", "?all=1")
    assert "?who=me&amp;" not in status.chosen.url
    quick = {chip.label: chip.url for chip in page.context["quick"]}
    assert quick["Mine"] == "?state=marked&verdict=none&who=me"


def test_claimants_are_listed_when_the_menu_opens(client, editor):
    claim = story.mark(editor, story.make_article())
    client.force_login(editor)
    address = reverse("annotations:claim_choices", args=["claimant"])
    for headers, has_frame in (({}, True), ({"HX-Request": "true"}, False)):
        page = client.get(address, headers=headers).content.decode()
        assert f"?claimant={claim.claimant_id}" in page
        assert ("<html" in page) is has_frame
    assert client.get(reverse("annotations:claim_choices", args=["colour"])).status_code == 404
