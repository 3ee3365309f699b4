"""Exports and receipts."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import has_permission
from api.authentication import ScopeMissing
from api.base import ApiView
from api.inputs.delivery import ExportBody, ReceiptBody
from api.listing import list_page
from api.params import uuid_param
from api.resources.base import page_of
from api.resources.deliveries import ExportResource, ReceiptResource
from api.resources.discovery import FileResource
from api.schema.describe import describe
from api.views.common import locate, show
from core.queueing import hand_over
from publishing.exports.downloads import download
from publishing.exports.formats import WORKING
from publishing.exports.runs import (
    cancel_export,
    downloadable,
    find_export,
    start_export,
)
from publishing.models import ExportRun, Receipt
from publishing.services.receipts import record_receipt
from publishing.tasks import run_export_task, wake_outbox

_SCOPES: dict[str, str | tuple[str, ...]] = {"GET": "exports:write", "POST": "exports:write"}


def _check_scope(request: Request, kind: str) -> None:
    """Refuse unpublished work to a token that may only read published checks."""
    token: Any = request.auth
    if kind in WORKING and token is not None and "claims:read" not in token.scopes:
        raise ScopeMissing(frozenset({"claims:read"}))


class Exports(ApiView):
    required_scopes = _SCOPES
    query_params = frozenset({"limit", "cursor"})

    @describe(
        "listExports",
        "List your exports, newest first; an admin's list holds everybody's",
        returns=page_of(ExportResource),
    )
    def get(self, request: Request) -> Response:
        found = ExportRun.objects.all()
        if not has_permission(self.person, "desk.manage"):
            found = found.filter(created_by=self.person)
        return list_page(self, request, ExportResource, found)

    @describe("createExport", "Begin an export", takes=ExportBody, returns=ExportResource, status=202)
    def post(self, request: Request) -> Response:
        values = self.body(ExportBody)
        _check_scope(request, values["kind"])
        run = start_export(person=self.person, kind=values["kind"], given=values.get("filter", {}), now=timezone.now())
        self.once_committed(partial(hand_over, run_export_task, run.pk))
        return locate(show(self, request, ExportResource, run.pk, status=202), request, "export", run.pk)


class ExportDetail(ApiView):
    required_scopes = _SCOPES

    @describe("getExport", "How far an export is, and where its file is", returns=ExportResource)
    def get(self, request: Request, export_id: UUID) -> Response:
        run = find_export(person=self.person, run_id=export_id)
        return show(self, request, ExportResource, run.pk)


class ExportCancel(ApiView):
    required_scopes = _SCOPES

    @describe("cancelExport", "Stop an export", returns=ExportResource)
    def post(self, request: Request, export_id: UUID) -> Response:
        run = cancel_export(person=self.person, run_id=export_id)
        return show(self, request, ExportResource, run.pk)


class ExportDownload(ApiView):
    required_scopes = _SCOPES

    @describe(
        "downloadExport",
        "The file, in parts where a Range is asked for (206, 416)",
        returns=FileResource,
        media_type="application/octet-stream",
        errors=(409, 410),
    )
    def get(self, request: Request, export_id: UUID) -> Any:
        run = downloadable(person=self.person, run_id=export_id, now=timezone.now())
        _check_scope(request, run.kind)
        return download(request._request, run, as_type="application/octet-stream")


class Receipts(ApiView):
    required_scopes = {"GET": "receipts:write", "POST": "receipts:write"}
    query_params = frozenset({"fact_check", "limit", "cursor"})

    @describe("listReceipts", "What the CMS said it shows, newest first", returns=page_of(ReceiptResource))
    def get(self, request: Request) -> Response:
        found = Receipt.objects.all()
        if fact_check := uuid_param(request, "fact_check"):
            found = found.filter(fact_check=fact_check)
        return list_page(self, request, ReceiptResource, found, order="-reported_at")

    @describe(
        "createReceipt",
        "Say which version of a fact-check a page shows; a live page becomes its canonical address",
        takes=ReceiptBody,
        returns=ReceiptResource,
        errors=(404,),
    )
    def post(self, request: Request) -> Response:
        values = self.body(ReceiptBody)
        values["fact_check_id"] = values.pop("fact_check")
        receipt = record_receipt(person=self.person, now=timezone.now(), **values)
        wake_outbox()
        return show(self, request, ReceiptResource, receipt.pk)
