"""What the app's own database role tries against four eyes and the trail; each attempt is refused by name.

Deferred constraints are checked after each, as a commit does. What a stolen password still can do stands at the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.audit import acting
from accounts.audit_proof.chain import verify
from accounts.models import AuditEvent, User
from accounts.permissions import PERMISSIONS
from accounts.services import create_person, create_token
from accounts.services.invitations import LIFETIME, accept_invitation, invite_person
from accounts.services.people import deactivate_person
from publishing.models import FactCheck
from publishing.services.receipts import record_receipt
from publishing.services.rechecks import report_error
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story

ATTACKS = Path(__file__).with_name("attacks.sql").read_text()
ATTEMPT = re.compile(
    r"^-- (?P<name>[^:\n]+): as (?P<actor>\w+): (?P<expected>[\w|]+)\n(?P<sql>.*?)(?=\n\n--|\Z)",
    re.MULTILINE | re.DOTALL,
)
ATTEMPTS = {match["name"]: match for match in ATTEMPT.finditer(ATTACKS)}


@dataclass
class Desk:
    people: dict[str, User]
    ids: dict[str, UUID] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    """One desk for all attempts, each undone; built in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_desk()
        transaction.set_rollback(True)


def make_desk() -> Desk:
    """A published verdict, an approved one and one in review with another person's evidence."""
    people = {"admin": person("admin", ["admin"])}
    roles = {
        "author": ["editor", "reviewer"],
        "helper": ["editor", "reviewer"],
        "reviewer": ["reviewer"],
        "left": ["reviewer"],
    }
    for name, given in (roles | {"editor": ["editor"], "publisher": ["publisher"]}).items():
        people[name] = person(name, given, admin=people["admin"])
    people["roleless"] = person("roleless", ["editor"], admin=people["admin"])
    with acting(people["admin"]):
        people["roleless"].groups.clear()
    deactivate_person(admin=people["admin"], person=people["left"], now=story.NOW)
    author, reviewer = people["author"], people["reviewer"]
    with acting(reviewer):
        EmailAddress.objects.create(user=reviewer, email="new@desk.example")
        Authenticator.objects.create(user=reviewer, type="totp", data={"secret": "x"})
    create_token(creator=reviewer, user=reviewer, name="own", scopes=("feed:read",), now=story.NOW)
    live, approved = story.published(author, reviewer), story.approved(author, reviewer)
    claim = story.mark(author, story.make_article())
    evidence = story.link(people["helper"], claim, story.make_article(story.AUDIT), "61 million euros")
    review = story.in_review(author, claim=claim)
    endpoint = create_endpoint(person=people["admin"], url="https://cms.example/hook", now=story.NOW).endpoint
    invite_person(
        inviter=people["admin"], email="invited@desk.example", name="", roles=["reviewer"], now=timezone.now()
    )
    _, late = invite_person(
        inviter=people["admin"],
        email="late@desk.example",
        name="",
        roles=["reviewer"],
        now=timezone.now() - 2 * LIFETIME,
    )
    came = came_and_moved(people["admin"])
    check = FactCheck.objects.get(verdict=live)
    report_error(fact_check=check, body="The sum is wrong.", reply_to="", now=story.NOW)
    record_receipt(
        person=people["publisher"],
        fact_check_id=check.pk,
        version=1,
        cms_url="https://cms.example/a",
        status="live",
        now=story.NOW,
    )
    desk = Desk(people, {name: one.pk for name, one in people.items()}, {"late_secret": late, "came_secret": came})
    desk.ids |= {
        "live": live.pk, "approved": approved.pk, "review": review.pk, "claim": live.claim_id, "evidence": evidence.pk,
        "other_claim": approved.claim_id, "endpoint": endpoint.pk, "check": check.pk,
        "phantom": UUID("0198a000-0000-7000-8000-000000000001"),
    }  # fmt: skip
    return desk


def came_and_moved(admin: User) -> str:
    """Somebody came by an invitation and has another address since. Returns its secret."""
    _, secret = invite_person(inviter=admin, email="came@desk.example", name="", roles=["reviewer"], now=timezone.now())
    came = accept_invitation(secret=secret, name="Came", password="long enough for anybody", now=timezone.now())
    with acting(came):
        User.objects.filter(pk=came.pk).update(email="moved@desk.example")
    return secret


def person(name: str, roles: list[str], admin: User | None = None) -> User:
    return create_person(email=f"{name}@desk.example", name=name, roles=roles, password="x" * 20, admin=admin)


def attempt(desk: Desk, actor: str, statements: str) -> None:
    """Run SQL as the app's role in the actor's name, then check what a commit checks."""
    names = {name: str(value) for name, value in desk.ids.items()} | desk.secrets
    names |= {"owner": owner_name(), "database": connection.settings_dict["NAME"], "me": str(desk.ids.get(actor, ""))}
    with acting(desk.ids.get(actor)), connection.cursor() as cursor:
        cursor.execute(re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), statements))
        connection.check_constraints()


def owner_name() -> str:
    from django.conf import settings

    return str(settings.DATABASES["owner"]["USER"])


def test_the_desk_itself_passes_every_guard(desk: Desk):
    connection.check_constraints()
    assert verify().is_intact


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_is_refused(desk: Desk, name: str):
    tried = ATTEMPTS[name]
    with pytest.raises(DatabaseError) as refusal:
        attempt(desk, tried["actor"], tried["sql"])
    cause: Any = refusal.value.__cause__
    assert {cause.diag.constraint_name, cause.sqlstate}.intersection(tried["expected"].split("|"))


def test_a_stolen_password_can_name_another_actor_and_the_trail_says_it_came_that_way(desk: Desk):
    """By design: the program says who acts. Two people's names stand there, with the database role and the way."""
    with transaction.atomic():
        attempt(desk, "reviewer", ATTEMPTS["own approval"]["sql"])
        event = AuditEvent.objects.filter(object_table="annotations_approval").latest("pk")
        assert (event.actor_id, event.db_role) == (desk.ids["reviewer"], connection.settings_dict["USER"])
        transaction.set_rollback(True)


@pytest.mark.parametrize("action", ["approve", "publish", "suspend", "retract", "restore", "legal_removal", "override"])
def test_the_roles_in_the_database_are_those_of_the_program(desk: Desk, action: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_for(%s)", [action])
        assert set(cursor.fetchone()[0]) == PERMISSIONS[f"verdict.{action}"]
