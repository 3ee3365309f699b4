"""Prepare the OpenAPI document for the docs page: sections of operations, with fields listed."""

import json
from typing import Any

_METHODS = ("get", "post", "patch", "put", "delete")


def sections(document: dict[str, Any], base_url: str) -> list[dict[str, Any]]:
    """Return [{"name", "title", "operations": [...]}] in the order of the addresses. `base_url` has no slash at its end."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, base_url))
    shapes = document["components"]["schemas"]
    named = [{"name": name, "title": _title_of(name), "operations": operations} for name, operations in found.items()]
    return [
        *named,
        {"name": "shapes", "title": "Shapes", "shapes": [_shape(name, schema) for name, schema in shapes.items()]},
    ]


def _title_of(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _operation(path: str, method: str, operation: dict[str, Any], base_url: str) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": _plain(operation.get("summary", "")),
        "request": _request(method, base_url + path, operation),
        "description": _plain(operation.get("description", "")),
        "parameters": [
            {
                "name": item["name"],
                "where": item["in"],
                "type": _type_of(item["schema"]),
                "about": _plain(item.get("description", "")),
            }
            for item in operation.get("parameters", [])
        ],
        "bodies": [
            {"media_type": media_type, "type": _type_of(body["schema"]), "shape": _shape_in(body["schema"])}
            for media_type, body in operation.get("requestBody", {}).get("content", {}).items()
        ],
        "answers": [
            {
                "code": code,
                "about": _plain(answer["description"]),
                "type": _content_type(answer),
                "shape": next((_shape_in(body["schema"]) for body in answer.get("content", {}).values()), ""),
            }
            for code, answer in operation["responses"].items()
        ],
    }


def _plain(text: str) -> str:
    """Return the text without the backticks that mark code in the document's Markdown."""
    return text.replace("`", "")


def _request(method: str, url: str, operation: dict[str, Any]) -> str:
    """Return a request for a shell, to be filled in: what stands in braces, the body's file."""
    parts = ["curl"] if method == "get" else [f"curl -X {method.upper()}"]
    if {} not in operation.get("security", []):
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if any(item["name"] == "If-Match" for item in operation.get("parameters", [])):
        parts.append("-H 'If-Match: {ETag of your last read}'")
    taken = operation.get("requestBody", {}).get("content", {})
    if "application/json" in taken:
        parts.append("-H 'Content-Type: application/json' -d @body.json")
    elif taken:
        parts.append("-F file=@article.html")
    return " \\\n  ".join([*parts, f"'{url}'"])


def _content_type(answer: dict[str, Any]) -> str:
    return next((_type_of(body["schema"]) for body in answer.get("content", {}).values()), "")


def _shape(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    required = set(schema.get("required", []))
    return {
        "name": name,
        "description": _plain(schema.get("description", "")),
        "fields": [
            {
                "name": field,
                "type": _type_of(about),
                "is_required": field in required,
                "about": _plain(about.get("description", "")),
            }
            for field, about in schema.get("properties", {}).items()
        ],
    }


def _shape_in(schema: dict[str, Any]) -> str:
    """Return the name of the one shape that a body or a list of it has; "" where it has none or several."""
    named = schema.get("items", schema)
    return str(named.get("$ref", "")).rpartition("/")[2]


def _type_of(schema: dict[str, Any]) -> str:
    """Describe a schema in a few words: `array of Claim`, `string (uuid) or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(_type_of(part) for part in schema[word]))
    return _plain_type(schema)


def _plain_type(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", "anything")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    words = []
    for kind in kinds:
        if kind == "array":
            words.append(f"array of {_type_of(schema.get('items', {}))}")
        elif kind == "object" and schema.get("properties"):
            words.append("{" + ", ".join(schema["properties"]) + "}")
        else:
            words.append(f"{kind} ({schema['format']})" if "format" in schema and kind == "string" else kind)
    return " or ".join(words)
