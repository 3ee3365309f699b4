"""Means to sign in: the person changes them alone, each change is an event; a copy of the sessions table lets nobody in."""

import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from accounts.audit import acting
from accounts.audit_proof.chain import verify
from accounts.login.sessions import SessionStore
from accounts.models import AuditEvent, Session, User
from tests.accounts.test_login import log_in
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another long and lovely password"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def events_of(table: str) -> list[tuple[str, object]]:
    found = AuditEvent.objects.filter(object_table=table, actor_id__isnull=False).order_by("pk")
    return [(event.action.rpartition(".")[2], event.actor_id) for event in found]


def signed_in(person: User) -> Client:
    """With the password typed once more, as changes of a sign-in ask for."""
    client = Client()
    log_in(client, person.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def with_second_factor(person: User) -> Client:
    client = signed_in(person)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return client


def test_a_second_factor_is_its_owners_from_first_to_last(make_user):
    person = make_user("editor")
    client = with_second_factor(person)
    codes = client.get("/accounts/2fa/recovery-codes/download/").content.decode().split()
    visitor = Client()
    assert log_in(visitor, person.email).url == "/accounts/2fa/authenticate/"
    assert visitor.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert visitor.session["_auth_user_id"] == str(person.pk)
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    actions = [action for action, actor in events_of("mfa_authenticator") if actor == person.pk]
    assert (actions[:2], set(actions[2:-2]), actions[-2:]) == (["insert"] * 2, {"update"}, ["delete"] * 2)
    assert verify().is_intact


def test_a_used_up_code_is_refused_again(make_user):
    person = make_user("editor")
    codes = with_second_factor(person).get("/accounts/2fa/recovery-codes/download/").content.decode().split()
    for expected in (302, 200):
        visitor = Client()
        log_in(visitor, person.email)
        assert visitor.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_a_second_factor_that_a_new_key_closed_for_good_lets_nobody_in(make_user, settings):
    person = make_user("editor")
    with_second_factor(person)
    settings.SECRET_KEY = "another key"
    visitor = Client()
    log_in(visitor, person.email)
    answer = visitor.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert answer.status_code == 403
    assert "cannot read your second factor" in answer.content.decode()
    assert "_auth_user_id" not in visitor.session


def test_another_address_is_taken_and_confirmed_by_its_owner(make_user):
    person = make_user("editor")
    client = signed_in(person)
    client.post("/accounts/email/", {"action_add": "", "email": "new@desk.example"})
    link = re.search(r"/accounts/confirm-email/[^/\s]+/", str(mail.outbox[-1].body))
    assert link
    Client().post(link[0])
    person.refresh_from_db()
    assert person.email == "new@desk.example"
    assert EmailAddress.objects.get(user=person).verified
    assert {actor for _, actor in events_of("account_emailaddress")} == {person.pk}
    assert verify().is_intact


# --- sessions
def test_a_row_of_the_table_opens_no_session(client, make_user):
    client.force_login(make_user("admin"))
    row = Session.objects.get()
    assert client.get("/profile/").status_code == 200
    stranger = Client()
    stranger.cookies["sessionid"] = row.session_key
    assert stranger.get("/profile/").status_code == 302


def test_data_of_another_session_open_nothing(client, make_user):
    client.force_login(make_user("admin"))
    victim = Session.objects.get()
    thief = Client()
    thief.force_login(make_user("editor"))
    Session.objects.exclude(pk=victim.pk).update(session_data=victim.session_data)
    assert thief.get("/profile/").status_code == 302


def test_a_session_lives_on_through_the_engine(make_user):
    store = SessionStore()
    store["a"] = 1
    store.create()
    store["b"] = 2
    store.save()
    again = SessionStore(store.session_key)
    assert (again["b"], again.exists(store.session_key)) == (2, True)
    again.cycle_key()
    assert not again.exists(store.session_key)
    again.flush()
    assert not Session.objects.exists()


# --- the operator
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_operator_gives_access_back_and_the_trail_says_how(make_user):
    admin, person = make_user("admin"), make_user("editor")
    client = with_second_factor(person)
    said = StringIO()
    call_command(
        "reset_access", person.email, "--as", admin.email, "--without-second-factor", "--password", NEW, stdout=said
    )
    assert "Ended: 1 sessions. Removed: 2 second factors." in said.getvalue()
    assert client.get("/profile/").status_code == 302
    assert log_in(Client(), person.email, NEW).url != "/accounts/2fa/authenticate/"
    assert log_in(Client(), person.email, PASSWORD).status_code == 200
    event = AuditEvent.objects.filter(object_table="accounts_user", via="command").latest("pk")
    assert (event.action, event.actor_id) == ("accounts_user.update", admin.pk)
    assert event.db_role == connections["owner"].settings_dict["USER"]
    assert verify().is_intact


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_apps_role_resets_nobody(make_user, monkeypatch):
    make_user("admin")
    person = make_user("editor")
    connections["owner"].close()
    for name in ("USER", "PASSWORD"):
        monkeypatch.setitem(connections["owner"].settings_dict, name, connections["default"].settings_dict[name])
    with pytest.raises(CommandError, match="MIGRATE_DATABASE_URL"):
        call_command("reset_access", person.email, "--password", NEW)
    connections["owner"].close()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_nobody_unknown_is_reset_and_nobody_unknown_answers(make_user):
    person = make_user("editor")
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_access", "nobody@desk.example", "--password", NEW)
    with pytest.raises(CommandError, match="not an active administrator"):
        call_command("reset_access", person.email, "--as", person.email, "--password", NEW)


@pytest.mark.parametrize(
    ("command", "instead"), [("createsuperuser", "create_desk_user"), ("changepassword", "reset_access")]
)
def test_the_commands_of_django_name_ours(command: str, instead: str):
    with pytest.raises(CommandError, match=instead):
        call_command(command)


def test_a_second_factor_written_in_nobodys_name_is_refused(make_user):
    person = make_user("editor")
    with pytest.raises(Exception, match="by the person alone"), acting(None):
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
