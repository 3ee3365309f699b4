"""Exports and receipts."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import has_permission
from api.base import ApiView
from api.documents.delivery import (
    EXPORT,
    RECEIPT,
    export_document,
    receipt_document,
)
from api.inputs.delivery import ExportBody, ReceiptBody
from api.listing import Listing, page
from api.params import uuid_param
from api.schema.describe import describe
from api.views.common import existing
from core.queueing import hand_over
from publishing.exports.downloads import download
from publishing.exports.runs import (
    cancel_export,
    downloadable,
    find_export,
    start_export,
)
from publishing.models import ExportRun
from publishing.services.receipts import record_receipt
from publishing.tasks import run_export_task, wake_outbox

_SCOPES: dict[str, str | tuple[str, ...]] = {"GET": "exports:write", "POST": "exports:write"}


class Exports(ApiView):
    required_scopes = _SCOPES
    query_params = frozenset({"limit", "cursor"})

    @describe("List your exports, newest first; an admin's list holds everybody's", returns="ExportList")
    def get(self, request: Request) -> Response:
        listing = Listing(EXPORT, "publishing_exportrun ex", "ex.created_at", "ex.id")
        if not has_permission(self.person, "desk.manage"):
            listing.where("ex.created_by_id = %s", self.person.pk)
        return self.respond(request, page(request, listing))

    @describe("Begin an export", takes=ExportBody, returns="Export", status=202)
    def post(self, request: Request) -> Response:
        values = self.body(ExportBody)
        run = start_export(person=self.person, kind=values["kind"], given=values.get("filter", {}), now=timezone.now())
        hand_over(run_export_task, run.pk)
        return _begun(self, request, run)


class ExportDetail(ApiView):
    required_scopes = _SCOPES

    @describe("How far an export is, and where its file is", returns="Export")
    def get(self, request: Request, export_id: UUID) -> Response:
        run = find_export(person=self.person, run_id=export_id)
        return self.respond(request, existing(export_document(run.pk)))


class ExportCancel(ApiView):
    required_scopes = _SCOPES

    @describe("Stop an export", returns="Export")
    def post(self, request: Request, export_id: UUID) -> Response:
        run = cancel_export(person=self.person, run_id=export_id)
        return self.respond(request, existing(export_document(run.pk)))


class ExportDownload(ApiView):
    required_scopes = _SCOPES

    @describe(
        "The file, in parts where a Range is asked for (206, 416)", returns="File",
        media_type="application/octet-stream", errors=(409, 410),
    )  # fmt: skip
    def get(self, request: Request, export_id: UUID) -> Any:
        run = downloadable(person=self.person, run_id=export_id, now=timezone.now())
        return download(request._request, run, as_type="application/octet-stream")  # noqa: SLF001 -- DRF's name for it


class Receipts(ApiView):
    required_scopes = {"GET": "receipts:write", "POST": "receipts:write"}
    query_params = frozenset({"fact_check", "limit", "cursor"})

    @describe("What the CMS said it shows, newest first", returns="ReceiptList")
    def get(self, request: Request) -> Response:
        listing = Listing(RECEIPT, "publishing_receipt rc", "rc.reported_at", "rc.id")
        if fact_check := uuid_param(request, "fact_check"):
            listing.where("rc.fact_check_id = %s", fact_check)
        return self.respond(request, page(request, listing))

    @describe(
        "Say which version of a fact-check a page shows; a live page becomes its canonical address",
        takes=ReceiptBody, returns="Receipt", errors=(404,),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        values = self.body(ReceiptBody)
        values["fact_check_id"] = values.pop("fact_check")
        receipt = record_receipt(person=self.person, now=timezone.now(), **values)
        wake_outbox()
        return self.respond(request, existing(receipt_document(receipt.pk)))


def _begun(view: ApiView, request: Request, run: ExportRun) -> Response:
    response = view.respond(request, existing(export_document(run.pk)), status=202)
    response["Location"] = request.build_absolute_uri(reverse("api:export", args=[run.pk]))
    return response
