"""Two people changed the same text: both are shown, nothing typed is lost, nothing saved is overwritten."""

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from annotations.models import Desk
from annotations.services.desk import RatingInput, make_scale
from annotations.views.changes.compare import MOST_CHARACTERS, MOST_PAIRS

pytestmark = pytest.mark.django_db
DESK = "/settings/desk/"


@pytest.fixture
def admin(client, make_user):
    person = make_user("admin")
    client.force_login(person)
    return person


def fields_of(page: Any) -> dict[str, str]:
    """Return the fields that a browser sends back, the hidden ones included."""
    [form] = [one for one in html.fromstring(page.content.decode()).forms if "edit_number" in one.fields]
    return dict(form.form_values())


def save(client: Any, fields: dict[str, str]) -> None:
    assert client.post(DESK, fields).status_code == 302


def test_a_setting_that_both_changed_is_shown_twice_and_asked(client, admin):
    page = fields_of(client.get(DESK))
    save(client, page | {"name": "Their desk & name"})
    answer = client.post(DESK, page | {"name": "My desk & name"})
    assert answer.status_code == 412
    sides = html.fromstring(answer.content.decode()).find_class("conflict-words")
    assert ["".join(side.text_content().split()) for side in sides] == [
        "[differs:My]desk&name",
        "[differs:Their]desk&name",
    ]
    again = fields_of(answer)
    assert (again["name"], again["stands-name"]) == ("My desk & name", "mine")
    save(client, again)
    assert Desk.objects.get().name == "My desk & name"


def test_theirs_can_be_taken_and_edited_texts_stand(client, admin):
    page = fields_of(client.get(DESK))
    save(client, page | {"name": "Theirs", "funding_text": "Their funding"})
    again = fields_of(client.post(DESK, page | {"name": "Mine", "funding_text": "My funding"}))
    save(client, again | {"stands-name": "theirs", "funding_text": "Both fundings"})
    desk = Desk.objects.get()
    assert (desk.name, desk.funding_text) == ("Theirs", "Both fundings")


def test_what_only_the_other_changed_is_kept_and_named(client, admin):
    page = fields_of(client.get(DESK))
    save(client, page | {"contact_email": "desk@example.org", "has_public_pages": ""} | {"policy_named_sources": "off"})
    answer = client.post(DESK, page | {"name": "Mine"})
    assert answer.status_code == 412
    assert not answer.context["race"].competing
    assert "Contact" in answer.context["race"].taken
    save(client, fields_of(answer))
    desk = Desk.objects.get()
    assert (desk.name, desk.contact_email, desk.policy["named_sources"]) == ("Mine", "desk@example.org", "off")


def test_a_third_change_is_noticed_too(client, admin):
    page = fields_of(client.get(DESK))
    save(client, page | {"name": "First"})
    mine = fields_of(client.post(DESK, page | {"name": "Mine"}))
    save(client, fields_of(client.get(DESK)) | {"name": "Third"})
    assert client.post(DESK, mine).status_code == 412
    assert Desk.objects.get().name == "Third"


# --- rating scales
@pytest.fixture
def scale(admin):
    steps = [RatingInput(label="True", rating_class="true"), RatingInput(label="False", rating_class="false")]
    return make_scale(person=admin, name="Ours", description="Two steps", ratings=steps)


def fields_of_scale(page: Any) -> dict[str, str]:
    [form] = [one for one in html.fromstring(page.content.decode()).forms if "read" in one.fields]
    return dict(form.form_values())


def test_a_scale_that_two_people_edit_shows_both_and_asks(client, scale):
    url = reverse("annotations:rating_scale", args=[scale.pk])
    page = fields_of_scale(client.get(url))
    assert client.post(url, page | {"name": "Theirs", "ratings-0-label": "Right"}).status_code == 302
    answer = client.post(url, page | {"name": "Mine", "ratings-1-label": "Wrong"})
    assert answer.status_code == 412
    assert [one.name for one in answer.context["race"].competing] == ["name", "ratings"]
    sides = [
        "".join(side.text_content()) for side in html.fromstring(answer.content.decode()).find_class("conflict-words")
    ]
    assert "Mine" in sides[0]
    assert "Theirs" in sides[1]
    assert "Wrong" in sides[2]
    assert "Right" in sides[3]
    scale.refresh_from_db()
    assert scale.name == "Theirs"
    assert scale.ratings.first().label == "Right"

    again = fields_of_scale(answer)
    assert (again["name"], again["ratings-1-label"], again["stands-name"]) == ("Mine", "Wrong", "mine")
    assert client.post(url, again | {"stands-ratings": "theirs"}).status_code == 302
    scale.refresh_from_db()
    assert scale.name == "Mine"
    assert list(scale.ratings.values_list("label", flat=True)) == ["Right", "False"]


def test_a_third_save_of_a_scale_is_noticed_and_one_alone_is_not(client, scale):
    url = reverse("annotations:rating_scale", args=[scale.pk])
    page = fields_of_scale(client.get(url))
    assert client.post(url, page | {"description": "Mine"}).status_code == 302
    stale = client.post(url, page | {"description": "Late"})
    assert stale.status_code == 412
    assert client.post(url, fields_of_scale(client.get(url)) | {"description": "Third"}).status_code == 302
    assert client.post(url, fields_of_scale(stale)).status_code == 412
    scale.refresh_from_db()
    assert scale.description == "Third"


# --- the words that differ
def compare(client: Any, mine: list[str], theirs: list[str]) -> Any:
    return client.post(
        reverse("annotations:compare"), {"mine": mine, "theirs": theirs}, headers={"accept": "application/json"}
    )


def test_only_the_words_that_differ_are_marked(client, make_user):
    client.force_login(make_user("editor"))
    [pair] = compare(client, ["Russia sent 80 requests"], ["Russia sent 45 requests"]).json()["pairs"]
    for side, word in (("mine", "80"), ("theirs", "45")):
        marked = html.fromstring(pair[side]).find_class("differs")
        assert [word in one.text_content() for one in marked] == [True]


def test_words_are_escaped(client, make_user):
    client.force_login(make_user("editor"))
    [pair] = compare(client, ["<script>alert(1)</script>"], ["<b>x</b>"]).json()["pairs"]
    assert "<script" not in pair["mine"]
    assert "<b>" not in pair["theirs"]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(["a"], []), (["a"] * (MOST_PAIRS + 1), ["b"] * (MOST_PAIRS + 1)), (["a" * (MOST_CHARACTERS + 1)], ["b"])],
)
def test_what_cannot_be_compared_is_refused(client, make_user, mine, theirs):
    client.force_login(make_user("editor"))
    assert compare(client, mine, theirs).status_code == 422
