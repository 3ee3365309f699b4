"""The support site at /support/: look rows up and end sessions. Daily work happens on the desk's screens.

What is protected by the services or the database is read-only here. Login goes through the desk's login page, so its
throttling and second factor hold.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest

from accounts.audit import acting
from accounts.models import ApiToken, AuditEvent, Invitation, Session, User

admin.site.site_header = admin.site.site_title = "Factcheck support"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it
import_module("django.contrib.auth.admin")  # registers groups; autodiscovery would run it only after this module
admin.site.unregister(Group)  # the four roles are fixed


if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class _ReadOnlyAdmin(Base):
    """Read-only admin: anyone allowed on the support site may read, nobody may write."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class _UserAdmin(_ReadOnlyAdmin):
    """Lets superusers grant access to the support site. Roles and deactivation belong to the People screen."""

    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("name", "email")
    fields = (
        "name",
        "email",
        "time_zone",
        "groups",
        "is_active",
        "is_staff",
        "is_superuser",
        "created_at",
        "last_login",
    )
    readonly_fields = ("name", "email", "time_zone", "groups", "is_active", "created_at", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def save_model(self, request: HttpRequest, obj: Any, form: BaseForm, change: bool) -> None:
        with acting(request.user.pk):
            super().save_model(request, obj, form, change)


@admin.register(Session)
class _SessionAdmin(_ReadOnlyAdmin):
    """Lets the support site end a session; deleting a row signs that browser out."""

    list_display = ("user_id", "expire_date")
    fields = ("user_id", "expire_date")
    ordering = ("-expire_date", "session_key")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(ApiToken)
class _ApiTokenAdmin(_ReadOnlyAdmin):
    list_display = ("name", "prefix", "user", "created_by", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user", "created_by")
    search_fields = ("name", "prefix", "user__email")
    exclude = ("secret_sha256",)


@admin.register(Invitation)
class _InvitationAdmin(_ReadOnlyAdmin):
    list_display = ("email", "roles", "invited_by", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("invited_by",)
    exclude = ("secret_sha256",)


@admin.register(AuditEvent)
class _AuditEventAdmin(_ReadOnlyAdmin):
    list_display = ("at", "stream", "seq", "action", "actor_id", "via", "request_id")
    list_filter = ("action",)
    search_fields = ("stream", "object_id", "request_id")
    ordering = ("-pk",)
    show_full_result_count = False
    exclude = ("before_payload", "after_payload")
