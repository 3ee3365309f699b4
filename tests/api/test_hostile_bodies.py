"""No address of the API answers 500, whatever body or query is sent to it.

Beside the generated requests (test_schemathesis.py): every field and parameter that the published document declares gets each
hostile value while the others are plausible, and every address gets bodies that are none. `make soak` tries all values.
"""

import itertools
import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client

from api.views.meta import openapi
from tests.api.client import ROOT
from tests.test_hostile_input import HOSTILE, PLAUSIBLE
from tests.test_permission_matrix import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.load]
IS_SOAK = bool(os.environ.get("FACTCHECK_SOAK"))
DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]
VALUES: tuple[Any, ...] = (
    *HOSTILE, None, True, -1, 0, 2**63, 10**400, 1e308, [], [None], [[]], {}, {"": None}, {"$ref": "#"}, "\ud800", DEEP,
    ["x"] * 5_000, {f"k{n}": n for n in range(2_000)}, "x" * 300_000, [{"id": "\0"}], "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
RAW = (
    b"", b"\xff\xfe", b"null", b"[]", b'"x"', b"7", b"[" * 100_000, b'{"a":' * 50_000, b'{"a":NaN}', b'{"a":1e9999}',
    b'{"a":1,"a":2}', b'{"a":"\\ud800"}', b"{" + b" " * 500_000, b"--x\r\n", b'{"a":' + b"9" * 100_000 + b"}",
)  # fmt: skip
TYPES = (
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "\0",
    "",
)


class Operation:
    """One method of one address, with what the document says that it takes."""

    def __init__(self, path: str, method: str, declared: dict[str, Any], document: dict[str, Any]) -> None:
        self.path, self.method, self.declared, self.document = path, method.upper(), declared, document

    def fields(self) -> dict[str, Any]:
        content = self.declared.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return dict(schema.get("properties", {}))

    def parameters(self) -> list[str]:
        return [one["name"] for one in self.declared.get("parameters", []) if one.get("in") == "query"]

    def address(self, ids: dict[str, Any]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), self.path)


def operations() -> Iterator[Operation]:
    document = openapi()
    for path, methods in document["paths"].items():
        for method, declared in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield Operation(
                    path if path.startswith(ROOT) else f"{ROOT}/{path.lstrip('/')}", method, declared, document
                )


def plausible(name: str, ids: dict[str, Any]) -> Any:
    return PLAUSIBLE.get(name) or str(ids.get(f"{name}_id", "")) or "x"


def bodies(one: Operation, ids: dict[str, Any], turn: Iterator[Any]) -> Iterator[tuple[str, bytes, str]]:
    fields = one.fields()
    usual = {name: plausible(name, ids) for name in fields}
    for name in fields:
        for value in VALUES if IS_SOAK else itertools.islice(turn, 2):
            yield f"{name}={str(value)[:30]!r}", json.dumps(usual | {name: value}).encode(), "application/json"
    if one.method != "GET":
        for raw in RAW:
            yield f"raw {raw[:20]!r}", raw, "application/json"
        for kind in TYPES:
            yield f"type {kind!r}", json.dumps(usual).encode(), kind


def queries(one: Operation, turn: Iterator[Any]) -> Iterator[str]:
    for name in one.parameters():
        for value in HOSTILE if IS_SOAK else itertools.islice(turn, 2):
            yield urlencode({name: value})
    yield from ("%FF=%00", "limit=" + "9" * 50, "cursor=%00", "&".join(f"x{n}=1" for n in range(500)))


def test_nothing_that_is_sent_makes_the_api_fail(make_user, tmp_path, monkeypatch):
    monkeypatch.setattr(django_settings, "MEDIA_ROOT", tmp_path)
    desk, turn, words, wrong, count = Desk(make_user), itertools.cycle(VALUES), itertools.cycle(HOSTILE), [], 0
    client = Client(
        raise_request_exception=False, headers={"Authorization": f"Bearer {all_scopes(desk)}", "If-Match": "*"}
    )

    def send(one: Operation, query: str, body: bytes, kind: str) -> None:
        nonlocal count
        count += 1
        with transaction.atomic():  # what one request changes is not what the next one meets
            address = one.address(desk.ids) + (f"?{query}" if query else "")
            status = client.generic(one.method, address, body, content_type=kind).status_code
            transaction.set_rollback(True)
        if status >= 500:
            wrong.append(f"{one.method} {one.path} {query[:60]} {body[:80]!r} {kind}: {status}")

    for one in operations():
        for query in queries(one, words):
            send(one, query, b"", "application/json")
        for _, body, kind in bodies(one, desk.ids, turn):
            send(one, "", body, kind)
    assert count > 1_000, "hardly anything was tried"
    assert not wrong, f"{len(wrong)} of {count}\n" + "\n".join(wrong[:60])


def all_scopes(desk: Desk) -> str:
    from accounts.models import ApiToken
    from accounts.scopes import SCOPES

    secret = desk.token("C", tuple(SCOPES))
    ApiToken.objects.update(rate_per_minute=1_000_000)
    return secret
