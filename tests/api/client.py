"""A CMS engineer's client: JSON in and out with a token. Every answer is checked against the published OpenAPI document."""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from api.problems import known_problems
from api.views.meta import openapi

ROOT = "/api/v1"


class Api:
    def __init__(self, token: str | None = None) -> None:
        self.client = Client(raise_request_exception=True)
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """`body` is sent as JSON unless it is bytes. Options: headers, content_type, data (a form)."""
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        extra: dict[str, Any] = {}
        if "data" in options:
            extra["data"] = options.pop("data")
        elif body is not None:
            extra["data"] = body if isinstance(body, bytes) else json.dumps(body)
            extra["content_type"] = options.pop("content_type", "application/json")
        address = path if path.startswith(("/", "http")) else f"{ROOT}/{path}"
        response = getattr(self.client, method)(address, headers=headers, **extra, **options)
        check_conforms(method, address, response)
        return response

    def get(self, path: str, **options: Any) -> Any:
        return self("get", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("post", path, {} if body is None and "data" not in options else body, **options)

    def patch(self, path: str, body: Any, *, match: str | None = "*", **options: Any) -> Any:
        return self("patch", path, body, **_matching(match, options))

    def delete(self, path: str, *, match: str | None = "*", **options: Any) -> Any:
        return self("delete", path, **_matching(match, options))

    def move(self, verdict: str, name: str, body: Any = None, *, match: str | None = "*") -> Any:
        return self("post", f"verdicts/{verdict}/{name}", body or {}, **_matching(match, {}))


def _matching(match: str | None, options: dict[str, Any]) -> dict[str, Any]:
    if match is not None:
        options["headers"] = {"If-Match": match, **options.get("headers", {})}
    return options


def check_conforms(method: str, address: str, response: Any) -> None:
    operation = operation_at(method, re.sub(r"^https?://[^/]+", "", address).partition("?")[0])
    if operation is None:
        return
    answer = operation["responses"].get(str(response.status_code))
    assert answer is not None, f"{method} {address} answers an undeclared {response.status_code}: {response.content!r}"
    content = answer.get("content")
    if not content:
        assert not response.content
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in content, f"{method} {address} answers an undeclared {media_type}"
    if "json" not in media_type:
        return
    if media_type == "application/problem+json":
        assert response.json()["type"].removeprefix("/problems/") in known_problems()
    errors = sorted(validator(json.dumps(content[media_type]["schema"])).iter_errors(response.json()), key=str)
    assert not errors, f"{method} {address}: {errors[0].json_path}: {errors[0].message}"


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    for pattern, methods in _patterns():
        if pattern.fullmatch(path) and method in methods:
            found: dict[str, Any] = methods[method]
            return found
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [
        (re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path))), methods)
        for path, methods in openapi()["paths"].items()
    ]


@cache
def validator(schema: str) -> Any:
    whole = {**json.loads(schema), "components": openapi()["components"]}
    kind = validator_for(whole, default=Draft202012Validator)
    return kind(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
