"""Collect all data about one person: every row that refers to them, found through the models."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from accounts.models import AuditEvent, Session, User

# Columns that would let somebody act as the person, or that are not about them.
SECRET = {"password", "secret", "previous_secret", "secret_sha256", "session_data", "session_key", "data", "body_bytes"}


def personal_data(person: User) -> dict[str, Any]:
    """Return {"person", "roles", "records": {"app.Model.field": rows}, "sessions", "audit_events"}.

    Secrets are left out.
    """
    return {
        "person": _plain(person),
        "roles": sorted(person.roles),
        "records": {name: rows for name, rows in _pointing_at(person) if rows},
        "sessions": [_plain(one) for one in Session.objects.filter(user_id=person.pk)],
        "audit_events": [_plain(event) for event in AuditEvent.objects.filter(actor_id=person.pk).order_by("at", "pk")],
    }


def _pointing_at(person: User) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is User:
                # A default manager may hide rows.
                rows = model._base_manager.filter(**{field.name: person}).order_by("pk")
                yield f"{model._meta.label}.{field.name}", [_plain(row) for row in rows]


def _plain(row: models.Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if field.name not in SECRET]
    return {
        field.attname: field.value_from_object(row) for field in fields if not isinstance(field, models.BinaryField)
    }
