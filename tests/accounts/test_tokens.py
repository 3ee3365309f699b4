"""Making, rotating and revoking tokens; their rate; the two commands."""

import re
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.models import ApiToken, User
from accounts.permissions import PERMISSIONS
from accounts.scopes import PRESETS, SCOPES
from accounts.services import InvalidToken, create_token, revoke_token, rotate_token, use_token
from api.authentication import BearerAuthentication
from api.rate_limits import RateLimitHeadersMiddleware, TokenThrottle
from core.errors import InvalidInput, NotPermitted, WrongState
from core.heartbeat import redis_client

pytestmark = pytest.mark.django_db


def make(user: User, **kwargs):
    given: dict[str, Any] = {
        "creator": user,
        "user": user,
        "name": "CMS",
        "scopes": ["feed:read"],
        "now": timezone.now(),
    }
    return create_token(**(given | kwargs))


def test_a_token_is_shown_once_and_kept_as_a_hash(make_user):
    token, plaintext = make(make_user("editor"), scopes=["feed:read", "claims:read", "feed:read"])
    assert plaintext.startswith("fct_")
    assert plaintext.startswith(token.prefix)
    assert token.scopes == ["claims:read", "feed:read"]
    assert plaintext not in str(ApiToken.objects.values().get())


def test_an_admin_makes_tokens_for_others_and_stays_named_as_creator(make_user):
    admin, person = make_user("admin"), make_user("reviewer")
    _, plaintext = make(person, creator=admin)
    token = use_token(plaintext=plaintext, address=None, now=timezone.now())
    assert (token.user, token.created_by, token.user.roles) == (person, admin, frozenset({"reviewer"}))


@pytest.mark.parametrize("role", ["editor", "reviewer", "publisher"])
def test_nobody_else_makes_rotates_or_revokes_anothers_token(make_user, role):
    actor, person = make_user(role), make_user("editor")
    token, plaintext = make(person)
    now = timezone.now()
    for act in (
        lambda: make(person, creator=actor),
        lambda: rotate_token(person=actor, token=token, now=now),
        lambda: revoke_token(person=actor, token=token, now=now),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert use_token(plaintext=plaintext, address=None, now=now) == token


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("name", " "),
        ("scopes", []),
        ("scopes", ["verdicts:forge"]),
        ("expires_at", timezone.now() - timedelta(seconds=1)),
        ("allowed_networks", ["not a network"]),
        ("allowed_origins", ["*"]),
        ("allowed_origins", ["http://cms.example.com"]),
        ("allowed_origins", ["https://cms.example.com/path"]),
        ("allowed_origins", [f"https://{n}.example.com" for n in range(21)]),
        ("rate", 0),
    ],
)
def test_bad_input_points_at_its_field(make_user, pointer, value):
    with pytest.raises(InvalidInput) as refusal:
        make(make_user("editor"), **{pointer: value})
    assert refusal.value.errors[0]["pointer"] == f"/{pointer}"
    assert not ApiToken.objects.exists()


def test_an_inactive_person_gets_no_token(make_user):
    with pytest.raises(WrongState):
        make(make_user("editor", is_active=False), creator=make_user("admin"))


def test_rotation_ends_the_old_secret_and_names_who_knows_the_new_one(make_user):
    admin, person = make_user("admin"), make_user("editor")
    token, old = make(person)
    now = timezone.now()
    token, new = rotate_token(person=admin, token=token, now=now)
    assert use_token(plaintext=new, address=None, now=now).created_by == admin
    with pytest.raises(InvalidToken):
        use_token(plaintext=old, address=None, now=now)


def test_a_revoked_token_stays_revoked(make_user):
    person = make_user("editor")
    token, _ = make(person)
    revoke_token(person=person, token=token, now=timezone.now())
    with pytest.raises(WrongState):
        revoke_token(person=person, token=token, now=timezone.now())
    with pytest.raises(WrongState):
        rotate_token(person=person, token=token, now=timezone.now())


def test_every_scope_lets_known_permissions_through():
    for scope in SCOPES.values():
        assert scope.permissions
        assert scope.permissions <= PERMISSIONS.keys()


class Ping(APIView):
    authentication_classes = (BearerAuthentication,)
    permission_classes = ()
    throttle_classes = (TokenThrottle,)

    def get(self, request):
        return Response("pong")


def ping(plaintext: str):
    request = APIRequestFactory().get("/api/v1/ping", headers={"Authorization": f"Bearer {plaintext}"})
    return RateLimitHeadersMiddleware(Ping.as_view())(request)


def test_a_token_has_so_many_requests_a_minute_and_is_told(make_user, time_machine):
    time_machine.move_to("2026-11-22T12:00:20Z", tick=False)
    _, plaintext = make(make_user("editor"), rate=2)
    answers = [ping(plaintext) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert (answers[2]["RateLimit-Limit"], answers[2]["RateLimit-Reset"], answers[2]["Retry-After"]) == (
        "2",
        "40",
        "40",
    )
    time_machine.move_to("2026-11-22T12:01:00Z", tick=False)
    assert ping(plaintext).status_code == 200


def test_what_a_process_fetches_ahead_is_within_the_rate(make_user, time_machine):
    """A hundredth at a time, here 2; what another process has fetched counts as used."""
    time_machine.move_to("2026-11-22T12:00:20Z", tick=False)
    token, plaintext = make(make_user("editor"), rate=205)
    assert [int(ping(plaintext)["RateLimit-Remaining"]) for _ in range(3)] == [204, 203, 202]
    redis_client().incrby(f"rate:{token.pk}:{int(time.time()) // 60}", 196)
    answers = [ping(plaintext) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert [int(answer["RateLimit-Remaining"]) for answer in answers] == [201, 4, 3, 2, 1, 0, 0, 0]


def test_tokens_are_counted_apart(make_user):
    person = make_user("editor")
    first, second = make(person, rate=1)[1], make(person, rate=1)[1]
    assert [ping(first).status_code, ping(first).status_code, ping(second).status_code] == [200, 429, 200]


def test_without_redis_requests_pass_and_the_log_says_so(make_user, settings, caplog):
    _, plaintext = make(make_user("editor"), rate=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert [ping(plaintext).status_code for _ in range(2)] == [200, 200]
    assert "rate limits are off" in caplog.text


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


class TestCommands:
    def create(self, *arguments: str) -> str:
        return run("create_desk_user", "vera@desk.example", "--name", "Vera S.", *arguments)

    @pytest.mark.parametrize(
        "roles", [("--role", "editor", "--role", "admin"), ("--role", "editor,admin"), ("--role", "editor", "admin")]
    )
    def test_a_person_is_created_however_the_roles_are_written(self, roles):
        self.create(*roles, "--password", "a long and lovely password")
        person = User.objects.get()
        assert person.roles == {"editor", "admin"}
        assert person.check_password("a long and lovely password")

    def test_running_it_twice_changes_nothing(self):
        self.create("--role", "editor", "--password", "a long and lovely password")
        said = self.create("--role", "admin", "--password", "another password")
        assert "exists already (editor)" in said
        assert User.objects.get().check_password("a long and lovely password")

    def test_an_unknown_role_lists_the_known_ones(self):
        with pytest.raises(CommandError, match="editor, reviewer, publisher, admin"):
            self.create("--role", "boss", "--password", "x")

    @pytest.mark.parametrize(
        "scopes",
        [
            ("--scope", "feed:read", "--scope", "claims:write"),
            ("--scope", "feed:read", "claims:write"),
            ("--scope", "feed:read,claims:write"),
        ],
    )
    def test_a_token_stands_alone_on_the_last_line_and_works(self, make_user, scopes):
        person = make_user("editor", email="cms@desk.example")
        plaintext = run("issue_token", "CMS@desk.example", "--name", "CMS", *scopes).splitlines()[-1]
        token = use_token(plaintext=plaintext, address=None, now=timezone.now())
        assert (token.user, token.scopes) == (person, ["claims:write", "feed:read"])
        assert token.expires_at is not None

    def test_an_expiry_is_a_number_of_days_and_zero_is_never(self, make_user):
        make_user("editor", email="cms@desk.example")
        arguments = ("issue_token", "cms@desk.example", "--name", "CMS", "--scope", "feed:read", "--expires-days")
        run(*arguments, "1")
        assert ApiToken.objects.get().expires_at < timezone.now() + timedelta(days=1, seconds=1)
        run(*arguments, "0")
        assert ApiToken.objects.filter(expires_at=None).count() == 1

    def test_an_unknown_scope_lists_the_known_ones(self, make_user):
        make_user("editor", email="cms@desk.example")
        with pytest.raises(CommandError, match="audit:read"):
            run("issue_token", "cms@desk.example", "--name", "CMS", "--scope", "everything")

    def test_an_unknown_person_is_named(self):
        with pytest.raises(CommandError, match=r"no account for x@desk\.example"):
            run("issue_token", "x@desk.example", "--name", "CMS", "--scope", "feed:read")


@pytest.mark.parametrize("preset", [*PRESETS, "", "x", "\0", "cms'"])
def test_a_preset_ticks_what_its_program_needs(client, make_user, preset):
    client.force_login(make_user("admin"))
    page = client.get("/settings/tokens/", {"for": preset}).content.decode()
    ticked = set(re.findall(r'name="scopes" value="([^"]+)" checked', page))
    assert ticked == set(PRESETS[preset][1] if preset in PRESETS else ())
    assert ticked <= set(SCOPES)
