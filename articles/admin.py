"""Read-only admin of articles and imports. The desk's screens change them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from articles.models import Article, ArticleRevision, ImportItem, ImportRun, PendingRevision, Source

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class _ReadOnlyAdmin(_ModelAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Source)
class _SourceAdmin(_ReadOnlyAdmin):
    list_display = ["name", "domain", "language", "country"]
    search_fields = ["name", "domain"]


@admin.register(Article)
class _ArticleAdmin(_ReadOnlyAdmin):
    list_display = ["title", "source", "url", "created_at"]
    list_select_related = ["source"]
    search_fields = ["title", "url", "external_id", "file_name"]


@admin.register(ArticleRevision)
class _ArticleRevisionAdmin(_ReadOnlyAdmin):
    list_display = ["article", "number", "sha256", "captured_at"]
    list_select_related = ["article"]


@admin.register(PendingRevision)
class _PendingRevisionAdmin(_ReadOnlyAdmin):
    list_display = ["revision", "attempts", "last_error", "created_at"]
    list_select_related = ["revision"]


@admin.register(ImportRun)
class _ImportRunAdmin(_ReadOnlyAdmin):
    list_display = ["label", "state", "total", "done", "failed", "created_by", "created_at"]
    list_select_related = ["created_by"]


@admin.register(ImportItem)
class _ImportItemAdmin(_ReadOnlyAdmin):
    list_display = ["name", "run", "state", "code", "attempts", "lease_until"]
    list_select_related = ["run"]
    list_filter = ["state"]
