"""Webhook endpoints: create, change, rotate, switch on and off, delete. Secrets are stored encrypted and shown once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from accounts.encryption import decrypt, encrypt
from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound
from annotations.services.base import writing
from core.fetching.client import checked_url
from core.fetching.connections import is_allowed_by_name, is_private_by_name
from publishing.events import EVENTS
from publishing.models import Delivery, EndpointHealth, WebhookEndpoint
from publishing.webhooks.signing import new_secret

ROTATION: Final = timedelta(hours=24)
"""The time after a rotation in which the old secret signs as well."""
_PURPOSE: Final = "webhook-secret"


@dataclass(frozen=True, slots=True)
class Made:
    """A new endpoint or secret. `secret` is in the clear and cannot be read again."""

    endpoint: WebhookEndpoint
    secret: str


def create_endpoint(
    *, person: User, url: str, now: datetime, events: Sequence[str] = (), description: str = ""
) -> Made:
    """Create an endpoint. No `events` means all events."""
    check_permission(person, "webhook.manage")
    secret = new_secret()
    with writing(person):
        endpoint = WebhookEndpoint.objects.create(
            url=_check_url(url),
            events=_check_events(events),
            description=description.strip(),
            secret=encrypt(secret, purpose=_PURPOSE),
            created_by=person,
            created_at=now,
        )
    return Made(endpoint, secret)


def update_endpoint(
    *,
    person: User,
    endpoint_id: UUID | str,
    url: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    is_active: bool | None = None,
) -> WebhookEndpoint:
    """Change an endpoint. None means unchanged.

    Side effect: switching off cancels its pending deliveries. Switched on again it gets the changes from then on.
    """
    check_permission(person, "webhook.manage")
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        endpoint.url = endpoint.url if url is None else _check_url(url)
        endpoint.events = endpoint.events if events is None else _check_events(events)
        endpoint.description = endpoint.description if description is None else description.strip()
        if is_active and not endpoint.is_active:
            endpoint.is_active, endpoint.disabled_reason = True, ""
            # Else the outage that ended it would count on: the first failure would pause it for as long as the last one did.
            EndpointHealth.objects.filter(endpoint=endpoint).delete()
        elif is_active is False and endpoint.is_active:
            disable(endpoint, reason=_("Switched off by {name}.").format(name=person.name))
        endpoint.save()
    return endpoint


def delete_endpoint(*, person: User, endpoint_id: UUID | str) -> None:
    """Delete an endpoint and all its deliveries."""
    check_permission(person, "webhook.manage")
    with writing(person):
        locked_endpoint(endpoint_id).delete()


def rotate_secret(*, person: User, endpoint_id: UUID | str, now: datetime) -> Made:
    """Make a new secret. Messages carry both signatures for a day."""
    check_permission(person, "webhook.manage")
    secret = new_secret()
    with writing(person):
        endpoint = locked_endpoint(endpoint_id)
        endpoint.previous_secret, endpoint.previous_secret_until = endpoint.secret, now + ROTATION
        endpoint.secret = encrypt(secret, purpose=_PURPOSE)
        endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
    return Made(endpoint, secret)


class SecretLost(Exception):
    """The desk has no key any more that opens an endpoint's secret."""


def secrets_in_use(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """Return the secrets that sign, in the clear: two while a rotation lasts. Raises SecretLost."""
    found = [_read_secret(endpoint.secret)]
    if endpoint.previous_secret and endpoint.previous_secret_until and endpoint.previous_secret_until > now:
        # One that was rotated because it was lost signs nothing, and must not stop its successor.
        with suppress(SecretLost):
            found.append(_read_secret(endpoint.previous_secret))
    return found


def _read_secret(encrypted: str) -> str:
    try:
        return decrypt(encrypted, purpose=_PURPOSE)
    except InvalidToken as error:
        raise SecretLost from error


def disable(endpoint: WebhookEndpoint, *, reason: str) -> None:
    """Switch an endpoint off and cancel its pending deliveries; they can be replayed. Saves these two columns alone."""
    endpoint.is_active, endpoint.disabled_reason = False, reason[:200]
    endpoint.save(update_fields=["is_active", "disabled_reason"])
    Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.PENDING).update(
        state=Delivery.State.CANCELLED, lease_until=None
    )


def locked_endpoint(endpoint_id: UUID | str) -> WebhookEndpoint:
    """Lock an endpoint. Raises NotFound. Changes that are numbered meanwhile wait for it (`outbox.active_endpoints`)."""
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(_("This endpoint does not exist."))
    return endpoint


def _check_url(url: str) -> str:
    """Refuse an address that its text already shows to be wrong. Where it leads is checked at every connection."""
    text = url.strip()
    parts = checked_url(text, field="url")
    host = str(parts.hostname)
    if not is_allowed_by_name(host, parts.port or (443 if parts.scheme == "https" else 80)):
        if is_private_by_name(host):
            raise _url_refusal("private-address", _("{host} is not on the public internet.").format(host=host))
        if parts.scheme != "https":
            raise _url_refusal("https-needed", _("Give an https address."))
    return text


def _url_refusal(code: str, reason: str) -> InvalidInput:
    detail = _(
        "{reason} A host of your own network can be allowed by the people who run this desk: its name in"
        " FETCH_ALLOWED_HOSTS."
    ).format(reason=reason)
    return InvalidInput(
        _("{detail} Nothing was saved.").format(detail=detail),
        errors=[{"pointer": "/url", "code": code, "detail": detail}],
    )


def _check_events(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(EVENTS))
    if unknown:
        raise InvalidInput(
            _("No such event: {unknown}. There are: {events}. Nothing was saved.").format(
                unknown=", ".join(unknown), events=", ".join(EVENTS)
            ),
            errors=[{"pointer": "/events", "code": "unknown-event", "detail": name} for name in unknown],
        )
    return [name for name in EVENTS if name in set(events)]
