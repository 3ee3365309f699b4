"""Errors of fetching. Messages name the requested address, never an internal one."""

from core.errors import DomainError
from core.marked import mark as _


class FetchError(DomainError):
    status = 502
    code = "fetch-failed"
    title = _("The address could not be fetched")


class AddressRefused(FetchError):
    status = 422
    code = "address-refused"
    title = _("This address is not fetched")


class FetchTimedOut(FetchError):
    status = 504
    code = "fetch-timeout"


class TooMuch(FetchError):
    code = "fetch-too-large"


class TooManyRedirects(FetchError):
    code = "fetch-redirects"


class RobotsRefused(FetchError):
    code = "robots-refused"
    title = _("The site asks programs not to fetch this")


class BadAnswer(FetchError):
    """An error status from the server, in `extra["upstream_status"]`."""

    code = "fetch-status"
