"""Start and follow imports; background workers process them."""

from functools import partial
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import check_permission
from api.base import ApiView
from api.inputs.articles import ImportBody
from api.json import JsonParser
from api.listing import list_page
from api.params import bool_param
from api.previews import import_preview
from api.resources.base import page_of
from api.resources.imports import ImportPreviewResource, ImportResource
from api.schema.describe import describe
from api.views.common import locate, show
from articles.models import ImportRun
from articles.services.runs import IncomingFile, cancel_import, retry_failed, start_import
from articles.tasks import process_import
from core.queueing import hand_over

_FORM = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
    "required": ["file"],
    "additionalProperties": False,
}


class Imports(ApiView):
    required_scopes = {"GET": "articles:read", "POST": "articles:write"}
    query_params = frozenset({"limit", "cursor"})
    write_params = frozenset({"dry_run"})
    parser_classes = (JsonParser, MultiPartParser)
    max_body_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @describe("listImports", "List imports, newest first", returns=page_of(ImportResource))
    def get(self, request: Request) -> Response:
        return list_page(self, request, ImportResource, ImportRun.objects.all())

    @describe(
        "createImport",
        "Begin an import of files, of an address or of articles",
        returns=ImportResource,
        status=202,
        dry_run=ImportPreviewResource,
        takes={"application/json": ImportBody, "multipart/form-data": _FORM},
    )
    def post(self, request: Request) -> Response:
        is_dry = bool_param(request, "dry_run")
        given = self._given(request)
        if is_dry:
            check_permission(self.person, "article.import")
            return self.respond(request, import_preview(given))
        run = start_import(person=self.person, now=timezone.now(), **given)
        return _begun(self, request, run)

    def _given(self, request: Request) -> dict[str, Any]:
        if request.content_type.startswith("multipart/"):
            return {"files": _files(request)}
        values = self.body(ImportBody)
        return {"urls": [values["url"]]} if "url" in values else {"articles": values["articles"]}


class ImportDetail(ApiView):
    required_scopes = {"GET": "articles:read"}

    @describe("getImport", "How far an import is", returns=ImportResource)
    def get(self, request: Request, import_id: UUID) -> Response:
        return show(self, request, ImportResource, import_id)


class ImportRetry(ApiView):
    required_scopes = {"POST": "articles:write"}

    @describe("retryImport", "Try the failed items again", returns=ImportResource, status=202)
    def post(self, request: Request, import_id: UUID) -> Response:
        run = retry_failed(run_id=import_id, person=self.person, now=timezone.now())
        return _begun(self, request, run)


class ImportCancel(ApiView):
    required_scopes = {"POST": "articles:write"}

    @describe("cancelImport", "Stop after what is being written", returns=ImportResource)
    def post(self, request: Request, import_id: UUID) -> Response:
        run = cancel_import(run_id=import_id, person=self.person, now=timezone.now())
        return show(self, request, ImportResource, run.pk)


def _begun(view: ApiView, request: Request, run: ImportRun) -> Response:
    """Answer 202 with the address to follow. Notifies two workers of several items; a sweep finds the run if that was lost."""
    view.once_committed(partial(hand_over, process_import, run.pk, times=min(run.items.count(), 2)))
    return locate(show(view, request, ImportResource, run.pk, status=202), request, "import", run.pk)


def _files(request: Request) -> list[IncomingFile]:
    """Return the form's files. Anything else in the form is refused."""
    unknown = sorted((set(request.POST) | set(request.FILES)) - {"file"} | set(request.POST))
    if unknown:
        detail = [ErrorDetail("The form holds files named “file” and nothing else.", code="unknown-field")]
        raise ValidationError(dict.fromkeys(unknown, detail))
    files = request.FILES.getlist("file")
    if not files:
        raise ValidationError({"file": [ErrorDetail("Send at least one file.", code="required")]})
    return [_incoming(file) for file in files]


def _incoming(file: "UploadedFile[Any]") -> IncomingFile:
    return IncomingFile(file.name or "unnamed", cast("BinaryIO", file.file), file.content_type or "")
