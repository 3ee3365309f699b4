"""Error pages say what went wrong and what was kept."""

import pytest
from django.urls import reverse

from annotations.models import Comment
from tests.annotations import story

pytestmark = pytest.mark.django_db
LONG = "The auditors' own table says 61 million; please\nquote it as they print it."


def test_a_form_sent_after_the_session_ended_comes_back_with_its_words(client, make_user):
    editor = make_user("editor")
    address = reverse("annotations:claim_comments", args=[story.mark(editor, story.make_article()).pk])
    page = client.post(address, {"body": LONG, "about": "summary"})
    assert page.status_code == 401
    text = page.content.decode()
    assert "You were signed out" in text
    assert "please\nquote it as they print it.</textarea>" in text
    assert '<input type="hidden" name="about" value="summary">' in text
    assert f'action="{address}"' in text
    for asked in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        refused = client.post(address, {"body": LONG}, headers=asked)
        assert (refused.status_code, refused.content) == (401, b"You are signed out.")
    assert client.get(reverse("board:desk")).url == "/accounts/login/?next=/"
    assert not Comment.objects.exists()


def test_too_much_at_once_is_413_and_says_what_to_do(client, make_user, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    client.force_login(make_user("editor"))
    page = client.post(reverse("import_start"), "text=" + "x" * 2_000, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 413
    assert "send it in parts" in page.content.decode()


def test_a_page_that_is_not_there_leads_readers_to_the_checks(client, make_user):
    page = client.get("/fact-checks/none-of-these/")
    assert page.status_code == 404
    assert "All fact-checks" in page.content.decode()
    assert 'name="q"' in page.content.decode()
    assert "To the fact-checks" in client.get("/nothing-here/").content.decode()
    client.force_login(make_user("editor"))
    assert "To the desk" in client.get("/nothing-here/").content.decode()


def test_a_fresh_desk_says_how_to_begin(client, make_user):
    client.force_login(make_user(("admin", "editor")))
    page = client.get("/").content.decode()
    assert "Invite a second person" in page
    assert "Import an article" in page
    story.make_article()
    assert "Invite a second person" not in client.get("/").content.decode()
