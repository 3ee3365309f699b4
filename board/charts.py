"""Horizontal bars as numbers for a template that draws SVG: no script, no style, text stays text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 440
LABEL: Final = 140
ROW_GAP: Final = 10
BAR: Final = 18
_NUMBERS: Final = 56


@dataclass(frozen=True, slots=True)
class Bar:
    y: int
    width: float
    text_x: float
    text_y: int
    value: Any
    series: int


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    label_y: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Chart:
    """In pixels of a view box `width` by `height`; the bars begin at `left`."""

    width: int
    height: int
    left: int
    rows: list[Row]
    series: list[str]


def bar_chart(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, drawn: int = 1) -> Chart:
    """Rows are (label, value ...); the first `drawn` values are drawn as bars on one scale that starts at zero."""
    top = max((float(value or 0) for row in rows for value in row[1 : 1 + drawn]), default=0.0)
    y, made = 0, []
    for row in rows:
        values = list(row[1 : 1 + drawn])
        bars = [_bar(value, top, y + index * BAR, index) for index, value in enumerate(values)]
        made.append(Row(_short(str(row[0])), y + len(values) * BAR // 2 + 4, bars))
        y += len(values) * BAR + ROW_GAP
    return Chart(WIDTH, max(y, 1), LABEL, made, list(columns[1 : 1 + drawn]))


def _bar(value: Any, top: float, y: int, series: int) -> Bar:
    width = (WIDTH - LABEL - _NUMBERS) * float(value or 0) / top if top else 0.0
    shown = "–" if value is None else value
    return Bar(y, round(width, 1), round(LABEL + width + 6, 1), y + BAR - 5, shown, series)


def _short(label: str) -> str:
    return label if len(label) <= 20 else f"{label[:19]}…"
