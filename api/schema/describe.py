"""Descriptions of the API's operations, from which the schema is made together with the views' own declarations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from drf_spectacular.openapi import AutoSchema

from api.resources.base import Page, Resource
from api.resources.fields import Schema
from api.schema import parameters

_ATTRIBUTE = "described_as"
_PROBLEMS = {
    308: "Merged: the claim that took it in is at Location",
    400: "A query parameter or the body cannot be read",
    401: "No token, or one that does not work",
    403: "The scope or the role does not allow it",
    404: "There is nothing here",
    405: "Not with this method",
    409: "The state of things does not allow it now",
    410: "Gone for good",
    412: "It changed since it was read",
    413: "The body is too large",
    415: "The content type is not read here",
    422: "Some of what was sent is not valid",
    428: "If-Match is missing",
    429: "Too many requests: see Retry-After",
    500: "A mistake of ours",
    503: "A service behind the API does not answer: see Retry-After",
}
_HEADERS: dict[str, Schema] = {
    "ETag": {"description": "The strong tag of this state.", "schema": {"type": "string"}},
    "Link": {"description": "The next and previous page (RFC 8288).", "schema": {"type": "string"}},
    "Location": {"schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}


@dataclass(frozen=True, kw_only=True)
class _Description:
    operation: str
    summary: str
    takes: Any
    returns: type[Resource] | None
    status: int
    if_match: bool
    can_wait: bool
    errors: tuple[int, ...]
    most: int
    media_type: str
    dry_run: type[Resource] | None
    outcomes: type[Resource] | None


def describe(
    operation: str,
    summary: str,
    *,
    takes: Any = None,
    returns: type[Resource] | None = None,
    status: int = 200,
    if_match: bool = False,
    can_wait: bool = False,
    errors: tuple[int, ...] = (),
    most: int = 200,
    media_type: str = "application/json",
    dry_run: type[Resource] | None = None,
    outcomes: type[Resource] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Describe a method. `operation` is its operationId: verb and object. `takes` is a form or {media type: schema}.

    `can_wait` adds the 202 answer, `dry_run` a 200 with that resource, `outcomes` the 200 to many at once.
    """

    def remember(method: Callable[..., Any]) -> Callable[..., Any]:
        about = _Description(
            operation=operation,
            summary=summary,
            takes=takes,
            returns=returns,
            status=status,
            if_match=if_match,
            can_wait=can_wait,
            errors=errors,
            most=most,
            media_type=media_type,
            dry_run=dry_run,
            outcomes=outcomes,
        )
        setattr(method, _ATTRIBUTE, about)
        return method

    return remember


class DescribedSchema(AutoSchema):
    @property
    def about(self) -> _Description:
        found: _Description = getattr(getattr(self.view, self.method.lower()), _ATTRIBUTE)
        return found

    def get_operation_id(self) -> str:
        return self.about.operation

    def get_summary(self) -> str:
        return self.about.summary

    def get_description(self, *_: Any) -> str:  # DRF names path and method, drf-spectacular passes neither
        scopes = getattr(self.view, "required_scopes", {}).get(self.method, ())
        names = [scopes] if isinstance(scopes, str) else list(scopes)
        needed = f"Scope: {' or '.join(f'`{name}`' for name in names)}." if names else "No token needed."
        return needed + (" No token is needed while the desk has public pages." if self._is_open else "")

    @property
    def _is_open(self) -> bool:
        return bool(getattr(self.view, "is_open_with_public_pages", False))

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return the ways to authenticate; {} if none is needed."""
        found: list[dict[str, list[str]]] = super().get_auth()
        return [{}, *found] if self._is_open else found

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0].split(".")[0]]

    def get_request_serializer(self) -> Any:
        return self.about.takes

    def _get_parameters(self) -> list[Schema]:
        view: Any = self.view
        names = view.query_params if self.method == "GET" else view.write_params
        path_parameters: Any = self._resolve_path_parameters  # drf-spectacular has no types
        found: list[Schema] = path_parameters(_path_variables(self.path))
        found += [parameters.query(name, most=self.about.most) for name in sorted(names)]
        found += [parameters.HEADERS[name] for name in self._header_names()]
        return found

    def _header_names(self) -> list[str]:
        names = {"GET": ["If-None-Match"], "POST": ["Idempotency-Key"]}.get(self.method, [])
        if self.about.if_match:
            names = [*names, "If-Match"]
        return names

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Schema]:
        about = self.about
        responses = {str(about.status): self._success(about, about.status)}
        if about.can_wait:
            responses["202"] = self._success(about, 202)
        if about.dry_run:
            responses["200"] = self._success(replace(about, summary="With dry_run", returns=about.dry_run), 200)
        if about.outcomes:
            responses["200"] = self._success(replace(about, summary="The outcome of each", returns=about.outcomes), 200)
        if self.method == "GET":
            responses["304"] = {"description": "It is as you know it", "headers": {"ETag": _HEADERS["ETag"]}}
        for code in sorted(self._error_codes()):
            responses[str(code)] = _problem(code)
        return responses

    def _success(self, about: _Description, status: int) -> Schema:
        response: Schema = {"description": about.summary}
        if about.returns is None:
            return response
        is_list = issubclass(about.returns, Page)
        headers = ["ETag", *(["Location"] if status in {201, 202} else []), *(["Link"] if is_list else [])]
        component = self.resolve_serializer(about.returns(), "response")
        return response | {
            "headers": {name: _HEADERS[name] for name in headers},
            "content": {about.media_type: {"schema": component.ref}},
        }

    def _error_codes(self) -> set[int]:
        codes = {400, 405, 429, 500, 503, *self.about.errors}
        if self.view.permission_classes:
            codes |= {401, 403}
        if "{" in self.path:
            codes.add(404)
        if self.method == "POST":
            codes |= {409, 422}
        if self.about.takes is not None:
            codes |= {413, 415, 422}
        if self.about.if_match:
            codes |= {412, 428}
        return codes


def _path_variables(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _problem(code: int) -> Schema:
    response: Schema = {"description": _PROBLEMS[code]}
    if code == 308:
        return response | {"headers": {"Location": _HEADERS["Location"]}}
    headers = {401: ["WWW-Authenticate"], 403: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(
        code, []
    )
    if headers:
        response["headers"] = {name: _HEADERS[name] for name in headers}
    return response | {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
