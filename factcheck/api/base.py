"""What every API view shares: who calls, strict parameters, idempotent POSTs, ETags."""

from typing import Any, ClassVar

from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiToken, IdempotencyKey, User
from factcheck.api import idempotency
from factcheck.api.authentication import HasScope
from factcheck.api.conditions import etag_of, not_modified, tagged
from factcheck.api.json import Raw, dumps
from factcheck.api.problems import UnknownFilter


class ApiView(APIView):
    """Views declare `required_scopes` per method and `query_params`; everything else is refused, never skipped."""

    permission_classes = (HasScope,)
    required_scopes: ClassVar[dict[str, str | tuple[str, ...]]] = {}
    query_params: ClassVar[frozenset[str]] = frozenset()
    idempotency_row: IdempotencyKey | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = (
            set(request.query_params) - (self.query_params if request.method in {"GET", "HEAD"} else set()) - {"format"}
        )
        if unknown - self.extra_params(request):
            names = ", ".join(sorted(unknown))
            known = ", ".join(sorted(self.query_params)) or "none"
            raise UnknownFilter(f"Unknown query parameter: {names}. Known here: {known}.")

    def extra_params(self, request: Request) -> set[str]:
        """Parameters that a writing method takes in the URL."""
        return set()

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        if self.idempotency_row is not None:
            idempotency.complete(self.idempotency_row, response)
        return response

    @property
    def person(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - HasScope has refused everybody else
        return user

    @property
    def token_creator(self) -> User | None:
        """Who made the token: their own work it never approves."""
        token: Any = self.request.auth
        return token.created_by if isinstance(token, ApiToken) else None

    def replayed(self, request: Request) -> Response | None:
        """The stored answer to a repeated POST. Call first in `post`."""
        begun = idempotency.begin(request, self.person)
        if isinstance(begun, Response):
            return begun
        self.idempotency_row = begun
        return None

    def respond(self, request: Request, data: Any, *, etag: str | None = None, status: int = 200) -> Response:
        """A read with its strong ETag; 304 where the caller has it already."""
        body = data if isinstance(data, Raw) else Raw(dumps(data))
        tag = etag or etag_of(body)
        if request.method in {"GET", "HEAD"} and not_modified(request, tag):
            return tagged(Response(status=304), tag)
        return tagged(Response(body, status=status), tag)
