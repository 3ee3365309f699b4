"""Reading static/css/tokens.css and measuring contrast as WCAG 2.2 defines it (relative luminance, sRGB)."""

import re
from pathlib import Path
from typing import NamedTuple

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
THEMES = ("light", "dark")

_PAIR = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#\w+|rgb\([^)]*\))\s*,\s*(#\w+|rgb\([^)]*\))\s*\)")
_ALIAS = re.compile(r"--([\w-]+):\s*var\(--([\w-]+)\)")


class Colour(NamedTuple):
    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: "Colour") -> "Colour":
        def mix(top: float, below: float) -> float:
            return top * self.alpha + below * (1 - self.alpha)

        return Colour(mix(self.red, ground.red), mix(self.green, ground.green), mix(self.blue, ground.blue))


def parse(text: str) -> Colour:
    if text.startswith("#"):
        return Colour(*(int(text[i : i + 2], 16) for i in (1, 3, 5)))
    red, green, blue, alpha = re.findall(r"[\d.]+", text)
    return Colour(float(red), float(green), float(blue), float(alpha))


def read_tokens(css: str) -> dict[str, dict[str, Colour]]:
    """{"light": {"ink": Colour, ...}, "dark": {...}}; aliases (`--supports: var(--positive)`) included."""
    pairs = [(name, dict(zip(THEMES, values, strict=True))) for name, *values in _PAIR.findall(css)]
    themes = {theme: {name: parse(values[theme]) for name, values in pairs} for theme in THEMES}
    for alias, name in _ALIAS.findall(css):
        for colours in themes.values():
            if name in colours:
                colours.setdefault(alias, colours[name])
    return themes


def _luminance(colour: Colour) -> float:
    def channel(value: float) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * channel(colour.red) + 0.7152 * channel(colour.green) + 0.0722 * channel(colour.blue)


def ratio(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
