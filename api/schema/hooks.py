"""Complete drf-spectacular's document: shared components, webhooks, and bodies without unknown members."""

from typing import Any

from api.inputs.base import INPUT_COMPONENTS
from api.resources.deliveries import WebhookMessageResource
from api.resources.fields import SHARED_COMPONENTS
from api.resources.problems import ProblemResource
from api.schema.resources import components_of
from api.schema.webhooks import webhook_operations


def only_the_api(endpoints: list[tuple[Any, ...]], **_hook: Any) -> list[tuple[Any, ...]]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def complete(result: dict[str, Any], **_hook: Any) -> dict[str, Any]:
    components = result.setdefault("components", {})
    own = components.get("schemas", {})
    added = (
        SHARED_COMPONENTS | INPUT_COMPONENTS | components_of(WebhookMessageResource) | components_of(ProblemResource)
    )
    if twice := {name for name in own.keys() & added.keys() if own[name] != added[name]}:
        raise ValueError(f"Declared twice: {', '.join(sorted(twice))}.")
    components["schemas"] = dict(sorted((own | added).items()))
    result["webhooks"] = webhook_operations()
    result["servers"] = [{"url": "/", "description": "This desk"}]
    result["info"]["license"] = {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"}
    return result
