"""Every address and method of site and API, tried by everybody. A new one fails here until tests/permission_matrix.py lists it.

Actors: `n` a person without a role, `E` editor, `R` reviewer, `P` publisher, `A` admin, `C` the author of everything who
holds all roles; `*` stands for a reader who is not logged in. An actor is let in unless the answer is the login, 401 or
403. Whoever is let in gets one of the answers that the row declares, and no answer is ever a 500. The scopes of an API row
are found by trying a token with each single scope. Objects are real (a verdict in review, written by C), so that rules about
objects show.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.audit import acting
from accounts.models import Invitation
from accounts.scopes import SCOPES
from accounts.services import create_token
from annotations.models import (
    Act,
    Approval,
    Notification,
    Placement,
    RepeatedClaim,
    Verdict,
)
from annotations.services.discussion import suggest_words
from articles.models import FeedWatch, ImportRun, Proposal, Source
from publishing.models import ExportRun
from publishing.webhooks.endpoints import create_endpoint
from publishing.webhooks.replays import send_test
from tests.annotations import story
from tests.permission_matrix import API, BODIES, NOT_THERE, OTHERS, SITE, SITE_ANSWERS, VARIANTS

NO_SCOPE = "scope-missing"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TABLES = {"site": SITE, "api": API}
SHARES = 4
"""So that several test processes share the work. Each makes a desk of its own, so the API, which takes less, is one share."""
SITE_METHODS = ("GET", "POST", "DELETE")
ROLES: dict[str, tuple[str, ...]] = {
    "n": (), "E": ("editor",), "R": ("reviewer",), "P": ("publisher",), "A": ("admin",),
    "C": ("editor", "reviewer", "publisher", "admin"),
}  # fmt: skip


class Browser(Client):
    """A client that answers 500 where a view fails. The middleware, which keeps nothing of a request, is loaded once for all."""

    _handler = ClientHandler(enforce_csrf_checks=False)

    def __init__(self, **defaults: Any) -> None:
        super().__init__(raise_request_exception=False, **defaults)
        self.handler = self._handler


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
            "passage_id": appearance.passage_id, "person_id": self.people["E"].pk, "secret": "unknown",
            "rest": "nothing", "key": "flow", "pk": 1, "uidb36": "7",
        }  # fmt: skip
        self.ids |= self._more(author, reviewer, verdict)
        self.cookies = {key: self._log_in(person) for key, person in self.people.items()}
        self.tokens: dict[tuple[str, tuple[str, ...]], str] = {}

    def _more(self, author: Any, reviewer: Any, verdict: Verdict) -> dict[str, Any]:
        """Make the objects that C keeps besides claims: so a 404 does not stand in for a permission that nobody asked."""
        now = timezone.now()
        article = verdict.claim.appearances.get().passage.article
        endpoint = create_endpoint(person=self.people["A"], url="https://example.org/x", now=now).endpoint
        suggestion = suggest_words(person=reviewer, verdict=verdict, field="summary", suggested_to="Other", now=now)
        with acting(self.people["A"]):
            invitation = Invitation.objects.create(
                email="new@desk.example", secret_sha256="x", invited_by=self.people["A"], expires_at=now
            )
        run = ImportRun.objects.create(state="finished", created_by=author)
        token, _ = create_token(creator=author, user=author, name="T", scopes=("feed:read",), now=now)
        made = {
            "source_id": Source.objects.create(name="Town"),
            "feed_id": FeedWatch.objects.create(url="https://example.org/feed", created_by=author),
            "import_id": run, "run_id": run, "endpoint_id": endpoint,
            "export_id": ExportRun.objects.create(kind="csv", created_by=author), "comment_id": suggestion,
            "delivery_id": send_test(person=self.people["A"], endpoint_id=endpoint.pk, now=now),
            "notification_id": Notification.objects.create(person=author, event_key="x", template="T"),
            "repeat_id": RepeatedClaim.objects.create(
                claim=verdict.claim, article=article, revision=article.current_revision, start=0, end=3, words_key="x", score=1
            ),
            "act_id": Act.objects.filter(person=author)[0], "token_id": token, "invitation_id": invitation,
            "approval_id": Approval.objects.get(action="publish"),
            "proposal_id": Proposal.objects.create(article=article, field="byline", value="Bo"),
        }  # fmt: skip
        return {key: item.pk for key, item in made.items()}

    def _log_in(self, person: Any) -> str:
        client = Client()
        client.force_login(person)
        return client.cookies["sessionid"].value

    def browser(self, actor: str) -> Client:
        """A fresh one each time: a page that logs out must not end the next try."""
        client = Browser()
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
        own = more | {"object_id": self.ids.get(f"{HISTORY_IDS.get(more.get('kind', ''), more.get('kind'))}_id", 1)}
        if name.startswith("publishing:export"):
            own |= {"run_id": self.ids["export_id"]}
        return reverse(name, kwargs={key: own.get(key) or self.ids.get(key, uuid.UUID(int=7)) for key in takes})


HISTORY_IDS = {"webhook": "endpoint"}
Route = tuple[str, URLPattern, frozenset[str]]


def patterns(
    resolver: URLResolver, spaces: tuple[str, ...] = (), names: frozenset[str] = frozenset()
) -> Iterator[Route]:
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


class Answer(NamedTuple):
    status: int
    code: str = ""

    @property
    def is_let_in(self) -> bool:
        return self.status not in (401, 403)


def ask(
    client: Client, method: str, address: str, *, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """Return the answer; all that was written is taken back."""
    with transaction.atomic():
        options: dict[str, Any] = {"headers": headers or {}}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        response = getattr(client, method.lower())(address, **options)
        transaction.set_rollback(True)
    is_login = response.status_code == 302 and "/login/" in response["Location"]
    if response.status_code >= 400 and response["Content-Type"].startswith("application/problem+json"):
        return Answer(response.status_code, response.json()["type"].rpartition("/")[2])
    return Answer(401 if is_login else response.status_code)


Found = dict[str, dict[str, Answer]]
"""For each method, who is let in and what they are told."""


def site_answers(desk: Desk, address: str) -> Found:
    """A token is no way into a page. What neither a stranger nor C can ask (405) is no method of the view's."""
    found: Found = {}
    for method in SITE_METHODS:
        answers = {actor: ask(desk.browser(actor), method, address) for actor in ("*", "C")}
        if any(answer.status != 405 for answer in answers.values()):
            answers |= {actor: ask(desk.browser(actor), method, address) for actor in ROLES if actor != "C"}
        for actor in ("*", *ROLES):
            if actor in answers and answers[actor].status != 405 and answers[actor].is_let_in:
                found.setdefault(method, {})[actor] = answers[actor]
    if "*" not in found.get("GET", {}):
        answer = token_answer(desk, "C", tuple(SCOPES), "GET", address, None)
        assert answer.status == 405 or not answer.is_let_in, f"a token opens {address}"
    return found


def api_answers(desk: Desk, name: str, address: str, scopes: dict[str, tuple[str, ...]]) -> Found:
    found: Found = {}
    for method, wanted in scopes.items():
        body = BODIES.get(f"{name} {method}", {}) if method != "GET" else None
        body = body(desk.ids) if callable(body) else body
        answers = {"*": ask(Browser(), method, address, body=body)}
        answers |= {key: token_answer(desk, key, wanted[:1], method, address, body) for key in ROLES}
        found[method] = {key: answer for key, answer in answers.items() if answer.is_let_in}
        if "*" not in found[method]:
            enough = {one for one in SCOPES if token_answer(desk, "C", (one,), method, address, body).code != NO_SCOPE}
            assert enough == set(wanted), f"{method} {address}: a token with one scope gets in with {enough}"
    return found


def undeclared(name: str, found: Found, declared: dict[str, set[int]]) -> list[str]:
    """Answers that the address does not declare, and rows where everybody finds nothing, so that nobody was asked."""
    told = {method: {answer.status for answer in answers.values()} for method, answers in found.items()}
    wrong = [
        f"{method} {name} answers {status}"
        for method, statuses in told.items()
        for status in statuses - declared.get(method, set())
    ]
    is_empty = name not in NOT_THERE and told and all(statuses == {404} for statuses in told.values())
    return [*wrong, *([f"{name}: nothing is there (NOT_THERE lists what cannot be)"] if is_empty else [])]


def declared_by_api() -> dict[str, dict[str, set[int]]]:
    """The answers of each operation of the published contract, by the address's pattern."""
    schema = json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text())
    return {
        path: {method.upper(): {int(status) for status in one["responses"]} for method, one in operations.items()}
        for path, operations in schema["paths"].items()
    }


def token_answer(desk: Desk, actor: str, scopes: tuple[str, ...], method: str, address: str, body: Any) -> Answer:
    headers = {"Authorization": f"Bearer {desk.token(actor, scopes)}", "If-Match": "*"}
    return ask(Browser(), method, address, body=body, headers=headers)


@pytest.fixture
def desk(make_user) -> Desk:
    return Desk(make_user)


def rows_of(part: str) -> list[tuple[str, str, URLPattern, frozenset[str], dict[str, str]]]:
    return [route for route in routes() if (scopes_of(route[2]) is None) == (part == "site")]


@pytest.mark.parametrize("part", TABLES)
def test_every_listed_address_is_there(part):
    assert set(TABLES[part]) - {row for row, *_ in rows_of(part)} == set()


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "share", "shares"), [*(("site", one, SHARES) for one in range(SHARES)), ("api", 0, 1)]
)
def test_who_is_let_in_where(desk, part, share, shares):
    found, wrong, contract = {}, [], declared_by_api()
    for row, name, pattern, takes, more in rows_of(part)[share::shares]:
        scopes = scopes_of(pattern)
        address = desk.address(name, takes, more)
        answers = site_answers(desk, address) if scopes is None else api_answers(desk, row, address, scopes)
        declared = SITE_ANSWERS if scopes is None else contract.get(template_of(name, takes), {})
        wrong += undeclared(row, answers, declared)
        lead = {method: "" if scopes is None else "|".join(scopes[method]) + " " for method in answers}
        found[row] = {method: lead[method] + "".join(answers[method]) for method in answers}
    listed = TABLES[part]
    lines = [f'    "{row}": {answer},'.replace("'", '"') for row, answer in found.items() if answer != listed.get(row)]
    assert not lines, "\n".join(["not as listed in tests/permission_matrix.py:", *lines])
    assert not wrong, "\n".join(["let in, and then told what nobody declared:", *wrong])


def template_of(name: str, takes: frozenset[str]) -> str:
    """The address as the contract writes it: /api/v1/claims/{claim_id}."""
    marks = {key: uuid.uuid4() if key.endswith("_id") else 987_654 for key in takes}
    path = reverse(name, kwargs=marks) if "rest" not in takes else ""
    for key, mark in marks.items():
        path = path.replace(str(mark), "{" + key + "}")
    return path


@pytest.mark.django_db
def test_the_author_with_every_role_still_approves_nothing(desk):
    verdict = Verdict.objects.get(pk=desk.ids["verdict_id"])
    client = Client()
    client.force_login(desk.people["C"])
    address = reverse("publishing:decide", args=[verdict.pk, "approve"])
    assert verdict.frozen
    assert client.post(address, {"content_sha256": verdict.frozen.sha256}).status_code == 403
