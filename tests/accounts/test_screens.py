"""The screens of people, profiles, tokens and invitations in a browser's requests."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, Invitation, User
from accounts.services import use_token

pytestmark = pytest.mark.django_db
NEW = {"email": "new@desk.example", "name": "Nia", "roles": ["editor"]}


@pytest.fixture
def admin(make_user, client):
    person = make_user("admin", name="Ada Admin")
    client.force_login(person)
    return person


SCREENS = ["/settings/people/", "/settings/tokens/", "/profile/"]


@pytest.mark.parametrize("url", [*SCREENS, "/settings/"])
def test_strangers_are_sent_to_the_login(client, url):
    assert client.get(url).url == f"/accounts/login/?next={url}"


@pytest.mark.parametrize("url", SCREENS)
def test_screens_open_for_an_admin_within_eight_queries(client, admin, make_user, django_assert_max_num_queries, url):
    for _ in range(5):
        make_user(("editor", "reviewer"))
    with django_assert_max_num_queries(8):
        response = client.get(url)
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("role", ["editor", "reviewer", "publisher"])
def test_people_are_closed_to_everybody_else(client, make_user, role):
    client.force_login(make_user(role))
    response = client.get("/settings/people/")
    assert response.status_code == 403
    assert "Only people with the role admin" in response.content.decode()
    assert "ask an admin of your desk" in response.content.decode()
    assert client.post("/settings/people/", NEW).status_code == 403
    assert not Invitation.objects.exists()


def test_a_token_without_name_and_scopes_hears_of_both(client, admin):
    form = {"user": str(admin.pk), "expires": "365", "rate": "600"}
    answer = client.post("/settings/tokens/", form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "scopes"}
    page = client.post("/settings/tokens/", form | {"name": "CMS", "scopes": ["feed:read"]}).content.decode()
    assert '<span class="badge is-tone-muted" title="feed:read">Read the feed</span>' in page


def test_settings_lead_to_the_first_tab_of_the_person(client, make_user):
    client.force_login(make_user("editor"))
    page = client.get("/settings/", follow=True).content.decode()
    assert reverse("tokens") in page
    assert 'href="/settings/people/"' not in page


def test_an_invitation_travels_by_mail_and_becomes_an_account(client, admin):
    page = client.post("/settings/people/", NEW)
    assert page.status_code == 200
    [message] = mail.outbox
    assert message.to == ["new@desk.example"]
    assert "Ada Admin" in message.subject
    link = re.search(r"http://testserver(/invitations/\S+)", str(message.body))[1]
    assert f"http://testserver{link}" in page.content.decode()
    client.logout()
    offer = client.get(link)
    assert "Ada Admin invites" in offer.content.decode()
    assert "no-store" in offer["Cache-Control"]
    weak = client.post(link, {"name": "Nia Okoro", "password": "short"})
    assert weak.status_code == 422
    done = client.post(link, {"name": "Nia Okoro", "password": "a long and lovely password"})
    assert done.url == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@desk.example").pk)
    assert client.get(link).status_code == 410


def test_a_mail_server_that_refuses_leaves_the_link_to_hand_over(client, admin, settings):
    options = {"host": "127.0.0.1", "port": 1}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    page = client.post("/settings/people/", NEW).content.decode()
    assert "did not accept the message" in page
    assert "/invitations/" in page
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("change", [{"email": "nobody"}, {"roles": []}, {"roles": ["boss"]}])
def test_a_wrong_invitation_is_shown_again(client, admin, change):
    response = client.post("/settings/people/", NEW | change)
    assert response.status_code == 422
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_an_unknown_link_says_what_to_do(client):
    response = client.get("/invitations/nonsense/")
    assert response.status_code == 404
    assert "ask for a new one" in response.content.decode()


def test_an_invitation_is_sent_again_with_a_new_link_or_taken_back(client, admin):
    client.post("/settings/people/", NEW)
    invitation = Invitation.objects.get()
    client.post(reverse("invitation_renew", args=[invitation.pk]))
    old, new = (re.search(r"testserver(/invitations/\S+)", str(message.body))[1] for message in mail.outbox)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    client.post(reverse("invitation_revoke", args=[invitation.pk]))
    assert client.get(new).status_code == 410
    assert client.post(reverse("invitation_renew", args=[invitation.pk])).status_code == 409


def test_roles_are_ticked_and_the_last_admin_stays(client, admin, make_user):
    person = make_user("editor")
    url = reverse("person", args=[person.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"roles": ["reviewer", "publisher"]}).url == "/settings/people/"
    assert User.objects.get(pk=person.pk).roles == {"reviewer", "publisher"}
    own = client.post(reverse("person", args=[admin.pk]), {"roles": ["editor"]})
    assert own.status_code == 422
    assert "only admin" in own.content.decode()


def test_a_person_is_deactivated_and_let_in_again(client, admin, make_user):
    person = make_user("editor")
    client.post(reverse("person_deactivate", args=[person.pk]))
    assert not User.objects.get(pk=person.pk).is_active
    again = client.post(reverse("person_deactivate", args=[person.pk]), follow=True)
    assert "deactivated already" in again.content.decode()
    client.post(reverse("person_reactivate", args=[person.pk]))
    assert User.objects.get(pk=person.pk).is_active


def test_a_profile_is_saved_and_times_follow_it(client, make_user):
    person = make_user("editor")
    client.force_login(person)
    form = {"name": "Lena K.", "time_zone": "Asia/Tokyo", "notify_by": "digest"}
    assert client.post("/profile/", form).url == "/profile/"
    person.refresh_from_db()
    assert (person.name, person.time_zone, person.notify_by, person.has_single_keys) == (
        "Lena K.",
        "Asia/Tokyo",
        "digest",
        False,
    )
    assert 'data-keys="off"' in client.get("/profile/").content.decode(), "the scripts leave single letters alone"
    client.post("/profile/", form | {"has_single_keys": "on"})
    assert 'data-keys="off"' not in client.get("/profile/").content.decode()
    wrong = client.post("/profile/", form | {"name": "x", "time_zone": "Mars/Olympus"})
    assert wrong.status_code == 422
    person.refresh_from_db()
    assert person.name == "Lena K."


def test_times_are_shown_as_the_persons_clock_does(client, make_user):
    admin = make_user("admin", time_zone="Asia/Tokyo")
    client.force_login(admin)
    someone = make_user("editor", created_at=datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    assert "2 March 2026" in client.get(reverse("person", args=[someone.pk])).content.decode()


def test_a_refusal_that_no_page_expects_is_a_notice_for_htmx_and_a_page_otherwise(client, admin):
    client.post("/settings/people/", NEW)
    invitation = Invitation.objects.get()
    client.post(reverse("invitation_revoke", args=[invitation.pk]))
    renew = reverse("invitation_renew", args=[invitation.pk])
    page = client.post(renew)
    assert page.status_code == 409
    assert "accepted or taken back in the meantime" in page.content.decode()
    notice = client.post(renew, headers={"HX-Request": "true"})
    assert (notice.status_code, notice["HX-Reswap"]) == (409, "none")
    assert "accepted or taken back in the meantime" in json.loads(notice["HX-Trigger"])["toast"]["text"]


def test_an_admin_who_steps_down_lands_on_what_is_left(client, admin, make_user):
    make_user("admin")
    response = client.post(reverse("person", args=[admin.pk]), {"roles": ["editor"]}, follow=True)
    assert response.redirect_chain[-1][0] == "/settings/tokens/"


def test_a_token_is_shown_on_the_page_that_answers_and_nowhere_after(client, make_user):
    person = make_user("editor")
    client.force_login(person)
    form = {"name": "CMS", "user": person.pk, "scopes": ["feed:read"], "expires": "90", "rate": "600"}
    page = client.post("/settings/tokens/", form)
    plaintext = re.search(r'value="(fct_[^"]+)"', page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    assert use_token(plaintext=plaintext, address=None, now=timezone.now()).name == "CMS"
    later = client.get("/settings/tokens/").content.decode()
    assert "fct_" in later
    assert plaintext not in later


def test_a_wrong_token_form_is_shown_again_with_its_reason(client, make_user):
    person = make_user("editor")
    client.force_login(person)
    form = {"name": "CMS", "user": person.pk, "expires": "90", "rate": "600", "allowed_networks": "moon"}
    assert client.post("/settings/tokens/", form).status_code == 422
    assert "<details open>" not in client.get("/settings/tokens/").content.decode()
    refused = client.post("/settings/tokens/", form | {"scopes": ["feed:read"]})
    assert refused.status_code == 422
    assert "<details open>" in refused.content.decode()  # the limits, one of which is wrong
    assert not ApiToken.objects.exists()


def test_an_editor_cannot_make_a_token_for_somebody_else(client, make_user):
    client.force_login(make_user("editor"))
    reviewer = make_user("reviewer")
    form = {"name": "Mine", "user": reviewer.pk, "scopes": ["verdicts:approve"], "expires": "90", "rate": "600"}
    assert client.post("/settings/tokens/", form).status_code == 422
    assert not ApiToken.objects.exists()


def test_tokens_are_rotated_and_revoked_by_their_person_and_unseen_by_others(client, make_user):
    person, other = make_user("editor"), make_user("reviewer")
    client.force_login(person)
    form = {"name": "Harbour site", "user": person.pk, "scopes": ["feed:read"], "expires": "never", "rate": "600"}
    client.post("/settings/tokens/", form)
    token = ApiToken.objects.get()
    rotate, revoke = reverse("token_rotate", args=[token.pk]), reverse("token_revoke", args=[token.pk])
    client.force_login(other)
    assert "Harbour site" not in client.get("/settings/tokens/").content.decode()
    assert client.post(rotate).status_code == client.post(revoke).status_code == 404
    client.force_login(person)
    assert "has a new secret" in client.post(rotate).content.decode()
    assert client.post(revoke).url == "/settings/tokens/"
    token.refresh_from_db()
    assert token.revoked_at is not None


class TestDemo:
    @pytest.fixture
    def mira(self, make_user):
        make_user("editor", email="real@desk.example", name="Real Person")
        return make_user("editor", email="mira@demo.example", name="Mira H.")

    def test_one_click_logs_in(self, client, mira, settings):
        settings.DEMO = True
        page = client.get("/accounts/login/?next=/profile/").content.decode()
        assert "Mira H." in page
        assert "Real Person" not in page
        assert client.post("/demo-login/", {"person": mira.pk, "next": "/profile/"}).url == "/profile/"
        assert client.session["_auth_user_id"] == str(mira.pk)

    def test_it_leads_nowhere_else(self, client, mira, settings):
        settings.DEMO = True
        assert client.post("/demo-login/", {"person": mira.pk, "next": "https://evil.example/"}).url == "/"

    def test_only_the_sample_people(self, client, mira, settings):
        settings.DEMO = True
        real = User.objects.get(email="real@desk.example")
        assert client.post("/demo-login/", {"person": real.pk}).status_code == 404
        assert client.post("/demo-login/", {"person": "nonsense"}).status_code == 404

    def test_outside_the_demo_it_is_not_there(self, client, mira, settings):
        settings.DEMO = False
        assert "Mira H." not in client.get("/accounts/login/").content.decode()
        assert client.post("/demo-login/", {"person": mira.pk}).status_code == 404
        assert "_auth_user_id" not in client.session


class TestSupportSite:
    def test_staff_look_and_cannot_change(self, client, make_user):
        staff, person = make_user(None, is_staff=True), make_user("editor")
        client.force_login(staff)
        for model in ("user", "session", "apitoken", "invitation", "auditevent"):
            assert client.get(f"/support/accounts/{model}/").status_code == 200
        page = client.get(f"/support/accounts/user/{person.pk}/change/")
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(f"/support/accounts/user/{person.pk}/change/", {"is_staff": "on"}).status_code == 403
        assert client.get("/support/auth/group/").status_code == 404

    def test_it_is_closed_to_the_desk_and_has_no_login_of_its_own(self, client, make_user):
        client.force_login(make_user("admin"))
        assert client.get("/support/accounts/user/").status_code in {302, 403}
        client.logout()
        assert "/accounts/login/" in client.get("/support/login/").url
