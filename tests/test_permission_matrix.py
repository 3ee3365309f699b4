"""Every address and method of site and API, tried by everybody. A new one fails here until tests/permission_matrix.py lists it.

Actors: `n` a person without a role, `E` editor, `R` reviewer, `P` publisher, `A` admin, `C` the author of everything who
holds all roles; `*` stands for a reader who is not logged in. An actor is let in unless the answer is the login, 401 or
403; `!` would mean that a token without the scope got in. Objects are real (a verdict in review, written by C), so that
rules about objects show.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.scopes import SCOPES
from accounts.services import create_token
from annotations.models import Placement, Verdict
from tests.annotations import story
from tests.permission_matrix import API, BODIES, OTHERS, SITE, VARIANTS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SITE_METHODS = ("GET", "POST", "DELETE")
ROLES: dict[str, tuple[str, ...]] = {
    "n": (), "E": ("editor",), "R": ("reviewer",), "P": ("publisher",), "A": ("admin",),
    "C": ("editor", "reviewer", "publisher", "admin"),
}  # fmt: skip


class Desk:
    """The people, and an object for each kind of argument that an address takes."""

    def __init__(self, make_user: Any) -> None:
        self.people = {key: make_user(roles or None) for key, roles in ROLES.items()}
        author, reviewer = self.people["C"], make_user("reviewer")
        verdict = story.in_review(author)
        check = story.published(author, reviewer).claim.fact_check
        appearance, evidence = verdict.claim.appearances.get(), verdict.claim.evidence.get()
        self.ids: dict[str, Any] = {
            "claim_id": verdict.claim_id, "verdict_id": verdict.pk, "article_id": appearance.passage.article_id,
            "appearance_id": appearance.pk, "evidence_id": evidence.pk, "claimant_id": verdict.claim.claimant_id,
            "placement_id": Placement.objects.get(passage=appearance.passage).pk, "scale_id": story.rating().scale_id,
            "revision_id": appearance.passage.revision_id, "fact_check_id": check.pk, "slug": check.slug, "number": 1,
            "person_id": self.people["E"].pk, "secret": "unknown", "rest": "nothing", "key": "flow", "pk": 1, "uidb36": "7",
        }  # fmt: skip

        self.cookies = {key: self._log_in(person) for key, person in self.people.items()}
        self.tokens: dict[tuple[str, tuple[str, ...]], str] = {}

    def _log_in(self, person: Any) -> str:
        client = Client()
        client.force_login(person)
        return client.cookies["sessionid"].value

    def browser(self, actor: str) -> Client:
        """A fresh one each time: a page that logs out must not end the next try."""
        client = Client(raise_request_exception=False)
        if actor in self.cookies:
            client.cookies["sessionid"] = self.cookies[actor]
        return client

    def token(self, actor: str, scopes: tuple[str, ...]) -> str:
        if (actor, scopes) not in self.tokens:
            person = self.people[actor]
            _, secret = create_token(creator=self.people["A"], user=person, name="T", scopes=scopes, now=timezone.now())
            self.tokens[actor, scopes] = secret
        return self.tokens[actor, scopes]

    def address(self, name: str, takes: frozenset[str], more: dict[str, str]) -> str:
        return reverse(name, kwargs={key: more.get(key) or self.ids.get(key, uuid.UUID(int=7)) for key in takes})


Found = tuple[str, URLPattern, frozenset[str]]


def patterns(
    resolver: URLResolver, spaces: tuple[str, ...] = (), names: frozenset[str] = frozenset()
) -> Iterator[Found]:
    """Name, pattern and the arguments that the whole address takes."""
    for found in resolver.url_patterns:
        takes = names | set(found.pattern.converters) | set(found.pattern.regex.groupindex)
        if isinstance(found, URLResolver):
            yield from patterns(found, (*spaces, found.namespace) if found.namespace else spaces, takes)
        else:
            yield ":".join((*spaces, found.name or str(found.pattern))), found, takes


def routes() -> Iterator[tuple[str, str, URLPattern, frozenset[str], dict[str, str]]]:
    """(name in the table, name of the URL, pattern, its arguments, those that are set) of all that is ours."""
    for name, pattern, takes in patterns(get_resolver()):
        if name.partition(":")[0] not in OTHERS:
            for more in VARIANTS.get(name, [{}]):
                yield "/".join((name, *more.values())), name, pattern, takes, more


def scopes_of(pattern: URLPattern) -> dict[str, tuple[str, ...]] | None:
    """The scopes of an API view's methods, any one of which is enough; None for a page."""
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    declared = getattr(view, "required_scopes", None)
    if declared is None:
        return None
    http = {method for method in METHODS if hasattr(view, method.lower())}
    return {method: (one,) if isinstance(one, str) else one for method, one in declared.items() if method in http}


def ask(client: Client, method: str, address: str, *, body: Any = None, headers: dict[str, str] | None = None) -> int:
    """The status, with all that was written taken back."""
    with transaction.atomic():
        options: dict[str, Any] = {"headers": headers or {}}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        response = getattr(client, method.lower())(address, **options)
        transaction.set_rollback(True)
    is_login = response.status_code == 302 and "/login/" in response["Location"]
    return 401 if is_login else int(response.status_code)


def site_answers(desk: Desk, address: str) -> dict[str, str]:
    """For each method that the page knows, who is let in."""
    let_in: dict[str, str] = {}
    for actor in ("*", *ROLES):
        for method in SITE_METHODS:
            status = ask(desk.browser(actor), method, address)
            if status != 405 and status not in (401, 403):
                let_in[method] = let_in.get(method, "") + actor
    return let_in


def api_answers(desk: Desk, name: str, address: str, scopes: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found = {}
    for method, wanted in scopes.items():
        body = BODIES.get(f"{name} {method}", {}) if method != "GET" else None
        body = body(desk.ids) if callable(body) else body
        others = [scope for scope in SCOPES if scope not in wanted]
        let_in = [key for key in ROLES if token_status(desk, key, wanted[:1], method, address, body) not in (401, 403)]
        if ask(Client(raise_request_exception=False), method, address, body=body) not in (401, 403):
            let_in.insert(0, "*")
        elif token_status(desk, "C", others, method, address, body) != 403:
            let_in.append("!")
        found[method] = "|".join(wanted) + " " + "".join(let_in)
    return found


def token_status(desk: Desk, actor: str, scopes: Any, method: str, address: str, body: Any) -> int:
    headers = {"Authorization": f"Bearer {desk.token(actor, tuple(scopes))}", "If-Match": "*"}
    return ask(Client(raise_request_exception=False), method, address, body=body, headers=headers)


@pytest.fixture
def desk(make_user) -> Desk:
    return Desk(make_user)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["site", "api"])
def test_who_is_let_in_where(desk, part):
    listed, found = (API if part == "api" else SITE), {}
    for row, name, pattern, takes, more in routes():
        scopes = scopes_of(pattern)
        if (scopes is not None) == (part == "api"):
            address = desk.address(name, takes, more)
            found[row] = site_answers(desk, address) if scopes is None else api_answers(desk, row, address, scopes)
    lines = [f'    "{row}": {answer},'.replace("'", '"') for row, answer in found.items() if answer != listed.get(row)]
    assert not lines, "\n".join(["not as listed in tests/permission_matrix.py:", *lines])
    assert set(listed) - set(found) == set(), "rows of addresses that are gone"


@pytest.mark.django_db
def test_the_author_with_every_role_still_approves_nothing(desk):
    verdict = Verdict.objects.get(pk=desk.ids["verdict_id"])
    client = Client()
    client.force_login(desk.people["C"])
    address = reverse("annotations:decide", args=[verdict.pk, "approve"])
    assert verdict.frozen
    assert client.post(address, {"content_sha256": verdict.frozen.sha256}).status_code == 403
