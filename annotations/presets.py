"""The rating scales of a new desk, for the migration and the scale editor. Pure.

A rating is (label, class, value or None, colour, icon, definition). Unproven, satire and missing context carry no number.
AVeriTeC: Schlichtkrull et al. 2023. The six steps follow the usage of truth scales since PolitiFact (2007).
"""

from typing import Final, NamedTuple


class RatingPreset(NamedTuple):
    label: str
    rating_class: str
    value: int | None
    colour: str
    icon: str
    definition: str


_GREEN, _LIME, _AMBER, _ORANGE, _RED, _VIOLET, _BLUE, _GREY = (
    "#1b7340",
    "#4d7317",
    "#8a5a00",
    "#a8480f",
    "#b3261e",
    "#6b3fa0",
    "#1d5fa8",
    "#5b5b5b",
)

SCALES: Final[dict[str, tuple[str, str, list[RatingPreset]]]] = {
    "newsroom": (
        "Newsroom labels",
        "Labels that readers know, without numbers.",
        [
            RatingPreset("True", "true", None, _GREEN, "check", "Accurate, and leaves out nothing that matters."),
            RatingPreset(
                "Misleading", "mixed", None, _AMBER, "tilde", "Parts are accurate, but the impression given is wrong."
            ),
            RatingPreset(
                "Missing context",
                "missing_context",
                None,
                _BLUE,
                "context",
                "Accurate as far as it goes; without what is left out a reader would conclude something wrong.",
            ),
            RatingPreset(
                "Altered", "altered", None, _VIOLET, "scissors", "A picture, recording or quotation was changed."
            ),
            RatingPreset("Satire", "satire", None, _GREY, "mask", "Made as a joke and taken in earnest."),
            RatingPreset(
                "Unproven", "unproven", None, _GREY, "question", "Neither confirmed nor refuted by what can be found."
            ),
            RatingPreset("False", "false", None, _RED, "cross", "The statement is wrong."),
        ],
    ),
    "six-step": (
        "Six-step truth scale",
        "From false to true in six steps, 1 to 6.",
        [
            RatingPreset("Pants on fire", "false", 1, _RED, "cross", "Wrong and absurd."),
            RatingPreset("False", "false", 2, _RED, "cross", "Wrong."),
            RatingPreset(
                "Mostly false", "mostly_false", 3, _ORANGE, "minus", "Some truth in it, but what matters is wrong."
            ),
            RatingPreset(
                "Half true", "mixed", 4, _AMBER, "half", "Partly accurate; leaves out or distorts important things."
            ),
            RatingPreset("Mostly true", "mostly_true", 5, _LIME, "plus", "Accurate, but needs clarification."),
            RatingPreset("True", "true", 6, _GREEN, "check", "Accurate and complete."),
            RatingPreset("Unproven", "unproven", None, _GREY, "question", "Cannot be decided on what can be found."),
        ],
    ),
    "five-step": (
        "Five-step scale",
        "From false to true in five steps, 1 to 5.",
        [
            RatingPreset("False", "false", 1, _RED, "cross", "Wrong."),
            RatingPreset("Mostly false", "mostly_false", 2, _ORANGE, "minus", "More wrong than right."),
            RatingPreset("Mixed", "mixed", 3, _AMBER, "half", "Right and wrong in equal measure."),
            RatingPreset("Mostly true", "mostly_true", 4, _LIME, "plus", "More right than wrong."),
            RatingPreset("True", "true", 5, _GREEN, "check", "Accurate."),
            RatingPreset("Unproven", "unproven", None, _GREY, "question", "Cannot be decided on what can be found."),
            RatingPreset("Outdated", "outdated", None, _GREY, "clock", "Was accurate once."),
        ],
    ),
    "averitec": (
        "AVeriTeC",
        "The four labels of the AVeriTeC data set (2023).",
        [
            RatingPreset("Supported", "true", None, _GREEN, "check", "The evidence supports the claim."),
            RatingPreset("Refuted", "false", None, _RED, "cross", "The evidence refutes the claim."),
            RatingPreset(
                "Not Enough Evidence", "unproven", None, _GREY, "question", "The evidence does not suffice either way."
            ),
            RatingPreset(
                "Conflicting Evidence/Cherrypicking",
                "mixed",
                None,
                _AMBER,
                "half",
                "Evidence points both ways, or the claim picks what suits it.",
            ),
        ],
    ),
}
FREE_TEXT: Final = "free-text"
"""The preset whose labels authors type; what stands here tells only how a label reads, for statistics and policy checks."""
_CLASSES = (
    ("true", _GREEN, "check"),
    ("mostly_true", _LIME, "plus"),
    ("mixed", _AMBER, "half"),
    ("mostly_false", _ORANGE, "minus"),
    ("false", _RED, "cross"),
    ("missing_context", _BLUE, "context"),
    ("altered", _VIOLET, "scissors"),
    ("satire", _GREY, "mask"),
    ("unproven", _GREY, "question"),
    ("outdated", _GREY, "clock"),
)
SCALES[FREE_TEXT] = (
    "Free text",
    "A label in the author's own words. No number; what it comes to is chosen beside it.",
    [RatingPreset(f"Reads as {key.replace('_', ' ')}", key, None, colour, icon, "") for key, colour, icon in _CLASSES],
)
DEFAULT_SCALE: Final = "newsroom"
