"""Sample data of the style guide."""

from datetime import UTC, datetime
from typing import Any

_AT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)

QUOTES: list[dict[str, Any]] = [
    {
        "stance": "supports",
        "prefix": "The utility's yearly report puts it plainly: ",
        "exact": "households used eleven per cent less water than in 2019",
        "suffix": ", a figure that leaves out gardens on private wells.",
        "source": "Harbour Courier",
    },
    {
        "stance": "refutes",
        "prefix": "Read at the meter, the picture turns. ",
        "exact": "Total draw from the aquifer rose by four per cent over the same six years",
        "suffix": ", because the wells are counted there.",
        "source": "Regional hydrology office",
    },
    {
        "stance": "context",
        "prefix": "",
        "exact": "Two mild summers account for about half of the drop",
        "suffix": ", the office adds in a footnote.",
        "source": "Harbour Courier",
    },
]

DIFF = [
    ("equal", "The mayor said consumption fell by "),
    ("delete", "eleven"),
    ("insert", "seven"),
    ("equal", " per cent "),
    ("insert", "in the inner city "),
    ("equal", "since 2019."),
]

EVENTS: list[dict[str, Any]] = [
    {
        "icon": "publish",
        "tone": "positive",
        "title": "Published version 2",
        "actor": "Noor Bakker",
        "at": _AT,
        "body": "Correction: the first version gave the share of the inner city for the whole town.",
    },
    {"icon": "success", "tone": "positive", "title": "Approved", "actor": "Noor Bakker", "at": _AT, "body": ""},
    {
        "icon": "comment",
        "tone": "caution",
        "title": "Changes requested",
        "actor": "Noor Bakker",
        "at": _AT,
        "body": "Say in the summary that wells are not metered.",
    },
    {"icon": "send", "tone": "info", "title": "Submitted", "actor": "Mira Halonen", "at": _AT, "body": ""},
]

QUEUE: list[dict[str, Any]] = [
    {
        "light": "green",
        "light_label": "Nothing open",
        "url": "#queue",
        "status": "in_review",
        "age": "2 h",
        "title": "The town uses eleven per cent less water than before the dry years",
        "meta": ["Claimed by Ilse Marant", "3 sources", "Mira Halonen"],
    },
    {
        "light": "amber",
        "light_label": "One check waived",
        "url": "#queue",
        "status": "in_review",
        "age": "1 day",
        "title": "The new tram line carries more people than the road it replaced",
        "meta": ["Claimed by the transport board", "1 source", "Tomasz Lis"],
    },
    {
        "light": "red",
        "light_label": "Evidence changed underneath",
        "url": "#queue",
        "status": "changes_requested",
        "age": "6 days",
        "title": "No school in the district has been closed since 2015",
        "meta": ["Claimed by the district", "2 sources", "Mira Halonen"],
    },
]

FACETS: list[dict[str, Any]] = [
    {"label": "Harbour Courier", "url": "#facets", "count": 214, "is_current": True},
    {"label": "Regional hydrology office", "url": "#facets", "count": 31, "is_current": False},
    {"label": "Town press office", "url": "#facets", "count": 8, "is_current": False},
]

HIGHLIGHTS = [
    ("claim-marked", "a marked claim", "dotted"),
    ("claim-selected", "a selected claim", "dashed"),
    ("claim-checked", "a checked claim", "thin line"),
    ("claim-published", "a published claim", "double line"),
    ("evidence-supports", "supporting evidence", "heavy line"),
    ("evidence-refutes", "refuting evidence", "wave"),
    ("evidence-context", "context", "heavy dots"),
    ("changed", "words that changed", "dashes above and below"),
    ("moved", "words that moved", "dots above and below"),
    ("search", "a search hit", "thin lines above and below"),
    ("active", "the active passage", "strong lines above and below"),
]

NAV: list[dict[str, Any]] = [
    {"url": "#nav", "label": "Desk", "icon": "desk", "is_current": False, "waiting": 0},
    {"url": "#nav", "label": "Articles", "icon": "article", "is_current": True, "waiting": 0},
    {"url": "#nav", "label": "Review", "icon": "review", "is_current": False, "waiting": 7},
]

CONTEXT: dict[str, Any] = {
    "quotes": QUOTES,
    "sample_nav": NAV,
    "diff": DIFF,
    "events": EVENTS,
    "queue": QUEUE,
    "facet_options": FACETS,
    "highlights": HIGHLIGHTS,
    "crumbs": [("Articles", "#breadcrumbs"), ("Harbour Courier", "#breadcrumbs")],
    "icon_names": [
        "desk",
        "article",
        "claim",
        "review",
        "import",
        "export",
        "statistics",
        "settings",
        "search",
        "pin",
        "marker",
        "flag",
        "comment",
        "history",
        "diff",
        "split",
        "undo",
        "edit",
        "trash",
        "copy",
        "link",
        "external",
        "download",
        "upload",
        "filter",
        "clock",
        "calendar",
        "user",
        "users",
        "key",
        "shield",
        "globe",
        "keyboard",
        "publish",
        "send",
        "pause",
        "park",
        "orphan",
        "moved",
        "refresh",
    ],
    "swatches": [
        "canvas",
        "surface",
        "sunken",
        "raised",
        "line",
        "line-strong",
        "ink",
        "ink-soft",
        "ink-faint",
        "accent",
        "accent-soft",
        "positive",
        "positive-soft",
        "negative",
        "negative-soft",
        "caution",
        "caution-soft",
        "note",
        "note-soft",
    ],
}
