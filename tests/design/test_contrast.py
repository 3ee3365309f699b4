"""Every pair of colours that a person must read or see keeps WCAG 2.2 AA, in both themes."""

import pytest

from tests.design.contrast import THEMES, TOKENS, parse, ratio, read_tokens

COLOURS = read_tokens(TOKENS.read_text())
GROUNDS = ("canvas", "surface", "raised", "sunken")
TONES = ("positive", "negative", "caution", "note", "slate", "muted")
HIGHLIGHTS = ("marked", "selected", "checked", "published", "supports", "refutes", "context", "changed", "moved",
    "active", "search")  # fmt: skip

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent", "negative") for ground in GROUNDS),
    *((ink, "hover") for ink in ("ink", "ink-soft", "negative")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in ("canvas", "surface", "raised")),
    *(("ink", f"{tone}-soft") for tone in (*TONES, "accent")),
    *(("ink-soft", ground) for ground in ("muted-soft", "accent-soft")),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-negative", "negative"),
    ("on-negative", "negative-strong"),
    *((stance, f"{stance}-soft") for stance in ("supports", "refutes", "context")),
]
# What is seen but not read: borders of fields, the focus ring, the lines under a passage.
SEEN = [
    *(("line-strong", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "accent-soft")),
    *((f"hl-{name}-line", ground) for name in HIGHLIGHTS for ground in ("canvas", "surface")),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str):
    colours = COLOURS[theme]
    assert ratio(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), SEEN)
def test_borders_and_lines_can_be_seen(theme: str, mark: str, ground: str):
    colours = COLOURS[theme]
    assert ratio(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", HIGHLIGHTS)
@pytest.mark.parametrize("ground", ["canvas", "surface"])
def test_words_under_paint_can_be_read(theme: str, name: str, ground: str):
    colours = COLOURS[theme]
    painted = colours[f"hl-{name}"].over(colours[ground])
    assert ratio(colours["ink"], painted) >= 7


@pytest.mark.parametrize("theme", THEMES)
def test_words_under_two_paints_can_be_read(theme: str):
    """A published claim that is active and also refuting evidence: the worst that the screens make."""
    colours = COLOURS[theme]
    ground = colours["canvas"]
    for name in ("published", "refutes", "active"):
        ground = colours[f"hl-{name}"].over(ground)
    assert ratio(colours["ink"], ground) >= 4.5


def test_the_measure_itself():
    assert ratio(parse("#000000"), parse("#ffffff")) == pytest.approx(21)
    assert ratio(parse("#767676"), parse("#ffffff")) == pytest.approx(4.54, abs=0.01)
