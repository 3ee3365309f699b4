"""People, invitations, tokens, sessions and the audit trail."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class _UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the desk. Never deleted, so that the trail keeps their name; `is_active` ends access."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_staff = models.BooleanField(default=False, help_text="May open the support site.")
    is_active = models.BooleanField(default=True)
    has_single_keys = models.BooleanField(default=True, help_text="Single-letter shortcuts are on.")
    notify_by = models.CharField(
        max_length=10,
        choices=[("at_once", _("At once")), ("digest", _("Daily digest")), ("none", _("No mail"))],
        default="at_once",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[_UserManager] = _UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the person's roles (editor, reviewer, publisher, admin), read once per instance."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def initials(self) -> str:
        parts = self.name.split() or [self.email]
        return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper()


class ListFilter(models.Model):
    """The filters that a list opens with for a person: the query string of its address."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=20)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "screen"], name="list_filter_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.screen}"


class Session(AbstractBaseSession):
    """A logged-in browser, with its person, so that deactivation can end all their sessions."""

    user_id = models.UUIDField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from accounts.login.sessions import SessionStore

        return SessionStore


class Invitation(models.Model):
    """Single-use invitation. The link carries a secret; the row stores only its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_address",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class ApiToken(models.Model):
    """A program's key: shown once, kept as SHA-256, scoped, expiring. Acts as `user` and never beyond them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens_created")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, help_text="The first characters, to recognise it by.")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    allowed_networks = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    allowed_origins = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Pages and plug-ins whose browser may use it.",
    )
    rate_per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer to a POST that carried `Idempotency-Key`, kept 24 h. `status` is null while it runs."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_unique")]

    def __str__(self) -> str:
        return self.key


class Payload(models.Model):
    """A stored body, apart from the row with its digest, so that a legal removal can blank only the body.

    Only the owner's SQL function `redact_payload(id, reason)` may do that, and it writes an audit event.
    """

    append_only = True

    id = models.BigAutoField(primary_key=True)
    body = models.TextField(null=True)
    redacted_at = models.DateTimeField(null=True)
    redaction_reason = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"payload {self.pk}"


class AuditStream(models.Model):
    """The head of one chain of audit events. Only the trigger function writes it."""

    trigger_written = True

    stream = models.CharField(primary_key=True, max_length=80)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.stream


class AuditAnchor(models.Model):
    """An anchor that was written to the file. A file that lost lines is detected by these rows."""

    append_only = True

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of its line in the file.")

    def __str__(self) -> str:
        return f"anchor {self.number}"


class AuditEvent(models.Model):
    """One change: actor, time, digests before and after. Written by triggers, chained per stream.

    `hash` is the SHA-256 (hex) of the previous hash and the row's fields; accounts/audit_proof/chain.py lists the exact
    bytes. The app's role can only read this table.
    """

    trigger_written = True

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    via = models.CharField(max_length=80)
    db_role = models.CharField(max_length=64)
    request_id = models.CharField(max_length=64)
    action = models.CharField(max_length=80)
    object_table = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    before_sha256 = models.CharField(max_length=64)
    after_sha256 = models.CharField(max_length=64)
    # Without indexes of their own: payloads are never deleted, and nothing looks for an event by its payload.
    before_payload = models.ForeignKey(Payload, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    after_payload = models.ForeignKey(Payload, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_event_stream_seq")]
        # Each event writes all of them. A hash of the id is a third of the id with its table's name (2026-12-01); whoever asks
        # for all that a person did reads the trail whole, once in a while.
        indexes = [HashIndex(fields=["object_id"], name="audit_event_object")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"
