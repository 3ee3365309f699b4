"""Base of all API views: authentication, strict parameters, idempotent POSTs, ETags."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, cast

from django.core.exceptions import RequestDataTooBig
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiToken, IdempotencyKey, User
from api import idempotency
from api.authentication import BearerAuthentication, BrowserSessionAuthentication, HasScope
from api.browsers import allow_origin, answer_preflight, is_preflight
from api.conditions import etag_of, not_modified, tagged
from api.inputs.base import Strict
from api.json import dumps
from api.params import check_params
from api.rate_limits import TokenThrottle
from articles.limits import MAX_BULK_BYTES


class _Replay(Exception):
    """Ends a repeated POST with the stored answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class ApiView(APIView):
    """Base view. Declare `required_scopes` per method and `query_params`; anything undeclared is refused, not skipped.

    `query_params` are those of GET; `write_params` are query parameters of the writing methods; `max_body_bytes` bounds
    a JSON body.
    """

    authentication_classes: Sequence[type[BaseAuthentication]] = (BearerAuthentication, BrowserSessionAuthentication)
    permission_classes: Sequence[type[BasePermission]] = (HasScope,)
    throttle_classes = (TokenThrottle,)
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {}
    query_params: ClassVar[frozenset[str]] = frozenset()
    write_params: ClassVar[frozenset[str]] = frozenset()
    max_body_bytes: ClassVar[int] = 256 * 1024
    idempotency_row: IdempotencyKey | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._told_then: list[Callable[[], None]] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before authentication: 405 tells nobody anything, and 401 would ask for a token in vain.
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        check_params(request, self.query_params if request.method in {"GET", "HEAD"} else self.write_params)
        _check_size(request, self.max_body_bytes)
        if request.method == "POST":
            begun = idempotency.begin(request, request.user)
            if isinstance(begun, Response):
                raise _Replay(begun)
            if begun is not None:
                self.idempotency_row = begun
                # DRF looks for the handler after this method.
                name = request.method.lower()
                setattr(self, name, partial(self._carry_out, begun, getattr(self, name)))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if is_preflight(request):
            return answer_preflight(request, self.allowed_methods)
        response = super().dispatch(request, *args, **kwargs)
        # The same address answers each caller differently.
        patch_vary_headers(response, ["Authorization", "Cookie", "Origin"])
        # Not `auth`: where the call was refused before, asking for it would authenticate now and raise.
        allow_origin(request, response, getattr(self.request, "_auth", None))
        # A withdrawal must show at once: every cache asks again, which the ETag makes cheap.
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        if isinstance(response, Response):
            response.add_post_render_callback(_untie)
        if self.idempotency_row is not None:
            idempotency.refuse(self.idempotency_row, cast("Response", response))
        return response

    def _carry_out(
        self, row: IdempotencyKey, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        vars(self).pop("post")  # it holds the view, which would wait for the garbage collector
        answer = idempotency.carry_out(
            row, lambda: self.finalize_response(request, handler(request, *args, **kwargs), *args, **kwargs)
        )
        self.idempotency_row = None
        for tell in self._told_then:
            tell()
        return answer

    def once_committed(self, tell: Callable[[], None]) -> None:
        """Call `tell` now or, where an Idempotency-Key holds the transaction open until the answer is stored, then."""
        if self.idempotency_row is None:
            tell()
        else:
            self._told_then.append(tell)

    def handle_exception(self, exc: Exception) -> Response:
        return exc.response if isinstance(exc, _Replay) else super().handle_exception(exc)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    @property
    def person(self) -> User:
        # HasScope has refused everybody else.
        return cast("User", self.request.user)

    @property
    def token_creator(self) -> User | None:
        """Return who made the token: it never approves their work, and is no second person beside them."""
        token: Any = self.request.auth
        return token.created_by if isinstance(token, ApiToken) else None

    def body(self, form: type[Strict], *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body. Raises ValidationError, answered as 422 with pointers."""
        return form.checked(self.request.data, partial=partial)

    def respond(self, request: Request, data: Any, *, etag: str | None = None, status: int = 200) -> Response:
        """Answer a read with its strong ETag, or 304 if the caller has it."""
        body = data if isinstance(data, bytes) else dumps(data)
        tag = etag or etag_of(body)
        if request.method in {"GET", "HEAD"} and not_modified(request, tag):
            return tagged(Response(status=304), tag)
        return tagged(Response(body, status=status), tag)


def _untie(response: Response) -> None:
    """Let a rendered answer go with its last reader: REST framework ties it to view and request in circles.

    In a circle it waits for the garbage collector, which counts objects, not bytes: 88 answers of a megabyte made a hundred
    objects each and held 200 MB of a process (2026-12-01).
    """
    context = cast("Any", response).renderer_context  # set by `finalize_response`
    view = context["view"]
    del view.response
    view.request.parser_context.clear()
    context.clear()


def _check_size(request: Request, most: int) -> None:
    """Refuse an oversized body by its Content-Length, before any parser reads it."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    # Files go to disk as they come, so memory sets no bound for them. A body without a length is bounded by the parser.
    if str(request.content_type or "").startswith("multipart/"):
        most = MAX_BULK_BYTES
    if given.isdigit() and int(given) > most:
        raise RequestDataTooBig(f"This address takes at most {most // 1024:,} KB. Nothing was read.")
