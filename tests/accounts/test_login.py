"""Logging in with a password: who may, how often, and what a stranger can learn."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def log_in(client: Client, email: str, password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def test_a_person_logs_in_with_their_address_in_any_case(client, make_user):
    user = make_user(email="lena@desk.example")
    response = log_in(client, "Lena@Desk.Example")
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, make_user):
    make_user(email="lena@desk.example")
    wrong = log_in(client, "lena@desk.example", "not the password")
    unknown = log_in(client, "nobody@desk.example", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    messages = [list(form.context["form"].non_field_errors()) for form in (wrong, unknown)]
    assert messages[0] == messages[1]
    assert messages[0] == ["The e-mail address or the password is wrong. Try again, or ask for a new password below."]


def test_an_inactive_person_stays_outside(client, make_user):
    make_user(email="lena@desk.example", is_active=False)
    response = log_in(client, "lena@desk.example")
    assert response.url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_the_sixth_wrong_password_from_a_network_waits_even_when_it_is_right(client, make_user):
    make_user(email="lena@desk.example")
    for attempt in range(5):
        log_in(client, "lena@desk.example", "guess", REMOTE_ADDR=f"203.0.113.{attempt}")
    response = log_in(client, "lena@desk.example", PASSWORD, REMOTE_ADDR="203.0.113.99")
    assert "Too many" in str(response.context["form"].non_field_errors())
    assert "_auth_user_id" not in client.session


def test_a_stranger_cannot_lock_a_person_out_of_their_own_network(client, make_user):
    make_user(email="lena@desk.example")
    for attempt in range(6):
        log_in(Client(), "lena@desk.example", "guess", REMOTE_ADDR=f"203.0.113.{attempt}")
    assert log_in(client, "lena@desk.example", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_guessing_from_many_networks_is_bounded_and_spares_those_that_are_known(client, make_user, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_elsewhere": "3/h/key"}
    make_user(email="lena@desk.example")
    assert log_in(Client(), "lena@desk.example", REMOTE_ADDR="198.51.100.7").status_code == 302
    for network in range(3):
        log_in(Client(), "lena@desk.example", "guess", REMOTE_ADDR=f"203.0.{network}.1")
    guessed = log_in(Client(), "lena@desk.example", REMOTE_ADDR="203.0.99.1")
    assert "Too many" in str(guessed.context["form"].non_field_errors())
    assert log_in(client, "lena@desk.example", REMOTE_ADDR="198.51.100.8").status_code == 302


def test_one_network_address_cannot_try_many_people(client):
    answers = [log_in(client, f"person{n}@desk.example", "guess") for n in range(11)]
    assert "Too many" in str(answers[-1].context["form"].non_field_errors())


def test_a_forged_forwarded_header_does_not_reset_the_count(client):
    for n in range(11):
        answer = log_in(client, f"p{n}@desk.example", "guess", headers={"X-Forwarded-For": f"198.51.100.{n}"})
    assert "Too many" in str(answer.context["form"].non_field_errors())


def test_nobody_signs_up(client):
    assert client.get(reverse("account_signup")).templates[0].name == "account/signup_closed.html"
    form = {"email": "new@desk.example", "password1": PASSWORD}
    assert client.post(reverse("account_signup"), form).templates[0].name == "account/signup_closed.html"


def test_a_forgotten_password_is_replaced_by_mail(client, make_user):
    user = make_user(email="lena@desk.example")
    client.post(reverse("account_reset_password"), {"email": "lena@desk.example"})
    [message] = mail.outbox
    assert message.to == ["lena@desk.example"]
    assert message.subject.startswith("[Factcheck] ")
    link = re.search(r"http://testserver(\S+)", str(message.body))
    form = client.get(link[1], follow=True)
    secret = "a new secret of eleven words"
    client.post(form.request["PATH_INFO"], {"password1": secret, "password2": secret})
    user.refresh_from_db()
    assert user.check_password(secret)


def test_a_forgotten_password_says_nothing_about_who_has_an_account(client, make_user):
    make_user(email="lena@desk.example")
    known = client.post(reverse("account_reset_password"), {"email": "lena@desk.example"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@desk.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_an_address_changes_once_the_new_one_is_confirmed(client, make_user):
    user = make_user(email="lena@desk.example")
    log_in(client, user.email)
    asked_again = client.post(reverse("account_email"), {"email": "lena.new@desk.example", "action_add": ""})
    assert asked_again.url.startswith(reverse("account_reauthenticate"))
    client.post(asked_again.url, {"password": PASSWORD})
    user.refresh_from_db()
    assert user.email == "lena@desk.example"
    message = next(m for m in mail.outbox if m.to == ["lena.new@desk.example"])
    link = re.search(r"http://testserver(\S+)", str(message.body))[1]
    client.logout()
    client.post(link)
    user.refresh_from_db()
    assert user.email == "lena.new@desk.example"
    assert AuditEvent.objects.filter(action="accounts_user.update").last().actor_id == user.pk


def test_without_redis_people_log_in_and_guessers_still_wait(client, make_user, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    make_user(email="lena@desk.example")
    make_user(email="omar@desk.example")
    assert log_in(client, "lena@desk.example").status_code == 302
    for attempt in range(5):
        log_in(Client(), "omar@desk.example", "guess", REMOTE_ADDR=f"203.0.113.{attempt}")
    response = log_in(Client(), "omar@desk.example", REMOTE_ADDR="203.0.113.99")
    assert "Too many" in str(response.context["form"].non_field_errors())
