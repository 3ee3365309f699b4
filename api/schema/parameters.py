"""Query parameters and request headers, each described once."""

from annotations.models import Claim, RatingClass
from annotations.workflow import STATUSES
from api.resources.fields import Schema
from publishing.models import Change

ID: Schema = {"type": "string", "format": "uuid"}
_MOMENT: Schema = {"$ref": "#/components/schemas/DayOrMoment"}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


_QUERY: dict[str, tuple[str, Schema]] = {
    "q": ("Words to look for.", {"type": "string"}),
    "cursor": ("From `next` or `previous` of a page.", {"type": "string"}),
    "source": ("A source's id.", ID),
    "language": ("A language tag (BCP 47).", {"type": "string"}),
    "published_since": ("Published at this time or later.", _MOMENT),
    "updated_since": ("Changed at this time or later. Lossy: rows can be missed at its edge; use /changes.", _MOMENT),
    "has_claims": ("Whether claims stand in it.", _one_of("true", "false")),
    "article": ("An article's id.", ID),
    "article_url": ("An article's address.", {"type": "string"}),
    "state": ("The claim's triage state.", _one_of(*Claim.State.values)),
    "claimant": ("A claimant's id, or the whole name.", {"type": "string"}),
    "claim": ("A claim's id.", ID),
    "verdict": ("A verdict's id.", ID),
    "status": ("The verdict's status.", _one_of(*STATUSES)),
    "rating": ("A rating's label, or its class.", {"type": "string", "examples": list(RatingClass.values)}),
    "revision": ("A revision's number.", {"type": "integer", "minimum": 1}),
    "page": ("A page's number, from 1.", {"type": "integer", "minimum": 1}),
    "after": (
        "The `seq` after which to go on. Follow `next` instead of building it.",
        {"type": "integer", "minimum": 0},
    ),
    "start": ("Set by the feed itself in `next`.", {"type": "integer", "minimum": 0}),
    "kind": ("Changes of this kind alone.", _one_of(*Change.Kind.values)),
    "endpoint": ("A webhook endpoint's id.", ID),
    "fact_check": ("A fact-check's id.", ID),
    "url": ("An address.", {"type": "string"}),
    "text": ("A text.", {"type": "string"}),
    "published_until": ("Published before this time.", _MOMENT),
    "not_claimant": (
        "Leave out what the claimant says. Default: true where `claim` has a claimant.",
        _one_of("true", "false"),
    ),
    "other_source": ("Leave out the sources that carry the claim.", _one_of("true", "false")),
    "has_number": ("Only passages that name a number.", _one_of("true", "false")),
    "contradiction": ("Only the same speaker or the same names with another number.", _one_of("true", "false")),
    "sort": ("Articles with all the words come first either way.", _one_of("relevance", "date")),
    "least_score": ("Leave out matches below this score.", {"type": "number", "minimum": 0, "maximum": 1}),
    "dry_run": ("Say what would happen and store nothing.", _one_of("true", "false")),
}
HEADERS: dict[str, Schema] = {
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag you know: 304 while it still holds.",
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "schema": {"type": "string"},
        "required": True,
        "description": "The ETag that you read, or `*`. Without it 428, where it changed 412.",
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 255},
        "description": "Kept 24 hours: a repetition gets the first answer.",
    },
}


def query(name: str, *, most: int) -> Schema:
    if name == "limit":
        schema = {"type": "integer", "minimum": 1, "maximum": most}
        return {"name": name, "in": "query", "schema": schema, "description": "How many at most."}
    description, schema = _QUERY[name]
    return {"name": name, "in": "query", "schema": schema, "description": description}
