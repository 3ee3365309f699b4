"""Errors of the desk. All derive from DomainError; one handler maps them to HTTP.

Messages are written for the person who caused them: what happened, what was kept, what to do.
"""

from typing import Any

from core.marked import mark as _


class DomainError(Exception):
    """A refusal with a stable code, an HTTP status and a message that is safe to show.

    `errors` is a list of {"pointer", "code", "detail"} (RFC 9457 extension), `extra` further members of the problem
    document (such as `candidates`).
    """

    status = 422
    code = "invalid"
    title = _("The request cannot be carried out")

    def __init__(self, message: str, *, errors: list[dict[str, Any]] | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors or []
        self.extra = extra


class InvalidInput(DomainError):
    code = "invalid-input"
    title = _("Some of what was sent is not valid")


class NotPermitted(DomainError):
    status = 403
    code = "not-permitted"
    title = _("You are not allowed to do this")


class NotFound(DomainError):
    status = 404
    code = "not-found"
    title = _("There is nothing here")


class WrongState(DomainError):
    status = 409
    code = "wrong-state"
    title = _("This step is not possible now")


class Gone(DomainError):
    status = 410
    code = "gone"
    title = _("This is no longer available")


class Busy(DomainError):
    """Raised for a lock that others held too long; the database itself answers."""

    status = 503
    code = "busy"
    title = _("Somebody else is changing this")


class Stale(DomainError):
    """Raised when somebody else changed the row since it was read; nothing is overwritten."""

    status = 412
    code = "stale"
    title = _("It changed since you read it")
