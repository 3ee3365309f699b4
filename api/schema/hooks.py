"""What drf-spectacular's document still lacks: the shapes, and that bodies hold nothing unknown."""

from typing import Any

from api.schema.delivery_shapes import DELIVERY_SHAPES, webhook_operations
from api.schema.desk_shapes import ARTICLE_SHAPES, CLAIM_SHAPES
from api.schema.public_shapes import PUBLIC_SHAPES

SHAPES = {**CLAIM_SHAPES, **ARTICLE_SHAPES, **PUBLIC_SHAPES, **DELIVERY_SHAPES}


def only_the_api(endpoints: list[tuple[Any, ...]], **_hook: Any) -> list[tuple[Any, ...]]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def complete(result: dict[str, Any], **_hook: Any) -> dict[str, Any]:
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas.items():
        if schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        if name in SHAPES:
            raise ValueError(f"An input form and a shape are both called {name}.")
    schemas.update(SHAPES)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    result["webhooks"] = webhook_operations()
    result["servers"] = [{"url": "/", "description": "This desk"}]
    result["info"]["license"] = {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"}
    return result
