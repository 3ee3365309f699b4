"""Short spellings of JSON Schema (2020-12), for shapes that are read more often than they are written."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "format": "uuid"}
AT: Schema = {"type": "string", "format": "date-time"}
URL: Schema = {"type": "string", "format": "uri"}
DAY_OR_AT: Schema = {"anyOf": [AT, {"type": "string", "format": "date"}]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
YES: Schema = {"type": "boolean"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}


def maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    if set(schema) <= {"type", "format", "pattern", "minimum", "description"} and isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def obj(description: str = "", optional: tuple[str, ...] = (), /, **fields: Schema) -> Schema:
    """An object with exactly these members, all always there but the `optional` ones. A trailing _ is dropped (class_)."""
    properties = {name.rstrip("_"): schema for name, schema in fields.items()}
    about = {"description": description} if description else {}
    return {
        "type": "object",
        **about,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def listing(item: str) -> Schema:
    return obj("A page of a list.", results=many(ref(item)), next=maybe(URL), previous=maybe(URL))
